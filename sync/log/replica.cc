#include "sync/log/replica.h"

#include <algorithm>

#include "sync/log/logged_line.h"
#include "sync/model/relation.h"

namespace lianxin {
namespace {

// Of the author of a line that came before its grant was known, which was logged with none. A release by the server
// carries those of the grant beside its own; one by a person gives the author nothing that the author did not have.
std::vector<std::string> roles_granted_since(const Logged& release) { return roles_beside_server(release.roles); }

}  // namespace

Status Replica::prefetch(std::vector<ChangeId> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::erase_if(ids, [&](const ChangeId& id) { return known_.contains(id); });
  if (ids.empty() || !load_) return {};
  LX_TRY(const std::vector<std::optional<Logged>> found, load_(ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!found[i]) {
      known_[ids[i]] = std::nullopt;
      continue;
    }
    known_[ids[i]] = Known{*found[i], change_in(*found[i])};
  }
  return {};
}

const Replica::Known* Replica::find(const ChangeId& id) {
  if (!known_.contains(id) && !prefetch({id})) return nullptr;
  const auto at = known_.find(id);
  return at != known_.end() && at->second ? &*at->second : nullptr;
}

void Replica::know_again(const Logged& logged) { known_[logged.id] = Known{logged, change_in(logged)}; }

Row& Replica::row(const RecordId& record) {
  Row& row = rows_[record];
  row.record = record;
  return row;
}

void Replica::put(Row row) {
  const RecordId record = row.record;
  rows_.insert_or_assign(record, std::move(row));
}

KnownWrite Replica::known_write(const ChangeId& id, const Address& at) {
  KnownWrite write;
  const Known* known = find(id);
  if (!known) return write;
  write.member = known->logged.member;
  if (known->logged.applied_seq > 0) {
    write.standing = KnownWrite::Standing::applied;
    return write;
  }
  write.standing = KnownWrite::Standing::held;
  write.roles = known->logged.roles;
  if (known->change && !known->apart()) write.bases = bases_at(*known->change, at);
  return write;
}

const Replica::Known* Replica::released_by(const Change& change) {
  for (const Write& write : change.writes) {
    if (write.at.field != held_field || write.value != Value("release")) continue;
    const auto id = ChangeId::parse(write.at.element);
    if (id) return find(*id);
  }
  return nullptr;
}

std::optional<ChangeId> Replica::take(const Logged& logged, const std::optional<Change>& change, Seq seen) {
  known_[logged.id] = Known{logged, change};
  if (logged.outcome == Outcome::held || !change) {
    take_held(logged, change);
    return std::nullopt;
  }
  take_applied(logged, *change, seen);

  const Known* released = released_by(*change);
  // Of one that is held apart this was the decision: it takes effect by a line of its own record's.
  if (!released || !released->change || released->change->record != change->record) return std::nullopt;
  // It counts from here on, with the clock it was given when it came.
  Logged now = released->logged;
  now.applied_seq = logged.seq;
  if (now.code == "awaits_grant") now.roles = roles_granted_since(logged);
  const Change original = *released->change;
  known_[now.id] = Known{now, original};
  take_applied(now, original, checked_seen ? checked_seen(original.seen) : 0, logged.roles);
  return now.id;
}

void Replica::take_applied(const Logged& logged, const Change& change, Seq seen,
                           std::span<const std::string> releasing) {
  const Stamp stamp{logged.clock, logged.applied_seq, seen, logged.device, logged.roles, releasing};
  Row& into = row(change.record);
  const bool begins = !into.begun();
  apply(catalog_, into, change, stamp, [this](const ChangeId& id, const Address& at) { return known_write(id, at); });
  if (!begins) return;
  const auto target = target_of(into);
  const auto about = target ? rows_.find(*target) : rows_.end();
  into.guard = guard_of(catalog_, into, about == rows_.end() ? nullptr : &about->second);
}

void Replica::take_held(const Logged& logged, const std::optional<Change>& change) {
  Row& into = row(logged.record);
  const bool apart = known_.at(logged.id)->apart();
  if (into.kind.empty()) {
    into.kind = apart ? std::string(overflow_kind) : change ? change->kind : std::string(unreadable_kind);
    into.created_by = logged.member;
    into.created_on = logged.device;
    into.created = logged.clock;
  }
  into.last_seq = logged.seq;
  HeldMark mark{logged.id, logged.code, logged.field, logged.member, HeldMark::Decision::open};
  const auto at = std::lower_bound(into.held.begin(), into.held.end(), mark.id,
                                   [](const HeldMark& item, const ChangeId& id) { return item.id < id; });
  into.held.insert(at, std::move(mark));
  if (!change || apart) return;
  note_held(catalog_, into, *change,
            [this](const ChangeId& id, const Address& at_cell) { return known_write(id, at_cell); });
}

}  // namespace lianxin
