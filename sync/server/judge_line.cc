#include "sync/server/judge_line.h"

#include <algorithm>

#include "sync/model/limits.h"
#include "sync/rules/judge.h"

namespace lianxin {
namespace {

bool decides(const Change& change) {
  return std::any_of(change.writes.begin(), change.writes.end(),
                     [](const Write& write) { return write.at.field == held_field; });
}

Hlc effective_clock(const Rules& rules, Replica& replica, const Origin& origin, const Change& change, Hlc previous) {
  Hlc clock = origin.pusher ? corrected(change.claimed, change.made, origin.pusher->clocks, rules.server_ms)
                            : Hlc::at(rules.server_ms);
  if (origin.again) {
    clock = std::min(origin.again->clock, Hlc::at(rules.server_ms + limits::forward_clock_ms_max));
  }
  clock = std::max(clock, previous.next());
  for (const Write& write : change.writes) {
    for (const ChangeId& base : write.bases) {
      if (const Replica::Known* known = replica.find(base)) clock = std::max(clock, known->logged.clock.next());
    }
  }
  return clock;
}

Access access_at(const Rules& rules, const Origin& origin, const MemberId& member, Hlc clock) {
  if (!origin.pusher && member == rules.self.member) return server_access(member);
  const bool shared = origin.pusher && origin.pusher->shared;
  return (shared ? access_on_shared : access_of)(member, rules.grants, rules.place, clock.unix_ms());
}

// Each once: the first's as they stand, then what only the other has.
std::vector<std::string> roles_of_both(std::vector<std::string> roles, std::span<const std::string> others) {
  for (const std::string& role : others) {
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
  }
  return roles;
}

// What its author held by grants when it came; or now, where it came before its grant was known here again.
std::vector<std::string> roles_of_held(const Rules& rules, const Replica::Known& held) {
  if (held.logged.code != "awaits_grant" || !held.change) return held.logged.roles;
  return access_of(held.change->member, rules.grants, rules.place, held.logged.clock.unix_ms()).roles;
}

// What a release lets in is judged again: by its own author's rights if the server releases it, by the releaser's too
// if a coordinator does.
std::optional<Refusal> judge_release(const Rules& rules, Replica& replica, const Change& change, const Access& access) {
  const Replica::Known* held = replica.released_by(change);
  if (!held) return std::nullopt;
  if (!held->change) return Refusal{"unreadable", {}};
  if (held->change->record != change.record) return Refusal{"held_unknown", {}};
  // A decision that was held is made again or dismissed: let in here, it would end its own held change and not apply
  // it.
  if (decides(*held->change)) return Refusal{"not_allowed", change.writes.front().at.text()};
  const bool by_person = !access.is_server();
  Access both = access;
  both.member = held->change->member;
  both.clearances.clear();
  both.roles = roles_of_held(rules, *held);
  if (by_person) both.roles = roles_of_both(std::move(both.roles), access.roles);
  return judge(rules.catalog, replica.row(change.record), *held->change, both, by_person);
}

// All that it writes stands here, given back from the history that a restore took: it was judged when it first came,
// and to hold it would say that what everybody sees is not in force. A step is judged by its base, given back or not.
bool was_given_back(const Row& row, const Change& change) {
  return change.kind == row.kind && std::all_of(change.writes.begin(), change.writes.end(), [&](const Write& write) {
           const Cell* cell = row.cell(write.at.text());
           const Head* head = cell ? cell->step(change.id) : nullptr;
           return head && head->witnessed && write.op != Op::step && head->value == write.value;
         });
}

std::optional<Refusal> refusal_of(const StudioId& studio, const Rules& rules, Replica& replica, const Origin& origin,
                                  const Change& change, const Access& access) {
  const Pusher* pusher = origin.pusher;
  if (pusher && pusher->revoked) return Refusal{"device_revoked", {}};
  if (change.studio != studio) return Refusal{"wrong_studio", {}};
  if (pusher && !pusher->shared && change.member != pusher->member) return Refusal{"member_not_on_device", {}};
  if (pusher && pusher->awaits_grant && !access.any()) return Refusal{"awaits_grant", {}};
  const Row& row = replica.row(change.record);
  // A verdict, or a number, is not what begins a record: else it would be its author's in every list.
  if (origin.again && !origin.again->began && !row.begun()) return Refusal{"record_missing", {}};
  if (access.any() && was_given_back(row, change)) return std::nullopt;
  if (auto refusal = judge(rules.catalog, row, change, access)) return refusal;
  return judge_release(rules, replica, change, access);
}

}  // namespace

JudgedLine judge_line(const StudioId& studio, const Rules& rules, Replica& replica, const Origin& origin,
                      const Change& change, Hlc previous) {
  const Hlc clock = effective_clock(rules, replica, origin, change, previous);
  Access access = access_at(rules, origin, change.member, clock);
  // A release stands for the roles that its held change could not be given when it came: a replay reads them here.
  const Replica::Known* released = replica.released_by(change);
  if (released && released->logged.code == "awaits_grant") {
    access.roles = roles_of_both(std::move(access.roles), roles_of_held(rules, *released));
  }
  auto refusal = refusal_of(studio, rules, replica, origin, change, access);
  return {clock, std::move(access.roles), std::move(refusal)};
}

std::optional<ChangeId> can_be_released(const Rules& rules, Replica& replica, const RecordId& record) {
  for (const HeldMark& mark : replica.row(record).held) {
    const bool waits = mark.code == "base_missing" || mark.code == "record_missing";
    if (!waits || mark.decision != HeldMark::Decision::open) continue;
    const Replica::Known* held = replica.find(mark.id);
    if (!held || !held->change || decides(*held->change)) continue;
    // By the roles it was logged with: a grant entered since then is for a coordinator to weigh, who can release it.
    Access access = server_access(held->change->member);
    access.roles = held->logged.roles;
    if (!judge(rules.catalog, replica.row(record), *held->change, access)) return mark.id;
  }
  return std::nullopt;
}

}  // namespace lianxin
