#include "sync/server/judge_line.h"

#include <algorithm>

#include "schema/refusals.h"
#include "sync/model/erasure.h"
#include "sync/model/limits.h"
#include "sync/rules/belongs.h"
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
  if (origin.pusher) clock = std::max(clock, Hlc::at(origin.pusher->enrolled_ms - limits::offline_ms_max));
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

BelongingRules belonging_rules(const Judging& by) {
  return {by.rules.place, by.rules.grants, by.rules.orgs, by.owner_of};
}

// By its rules, and whether its record has room for it.
std::optional<Refusal> judge_in(const Judging& by, const Row& row, const Change& change, const Access& access,
                                bool authority_waived = false) {
  if (auto refusal = judge(by.rules.catalog, row, change, access, authority_waived)) return refusal;
  return judge_room(row, change, access, room_in(by.sizes, row));
}

// What was held apart, and is decided there, the server lets into its own record.
bool lets_in_apart(const Replica::Known& held, const Change& change) {
  return held.apart() && held.change->record == change.record;
}

// The role of who decided about it, which permits what the author's do not.
std::vector<std::string> roles_of_decision(Replica& replica, const Replica::Known& held) {
  std::vector<std::string> roles;
  const Row& row = replica.row(held.logged.record);
  const Cell* cell = row.cell(Address{std::string(held_field), held.logged.id.text(), {}}.text());
  for (const Head& head : cell ? cell->heads : std::vector<Head>()) roles.push_back(head.role);
  return roles;
}

// What a release lets in is judged again: by its own author's rights if the server releases it, by the releaser's too
// if a coordinator does.
std::optional<Refusal> judge_release(const Judging& by, const Change& change, const Access& access) {
  const Replica::Known* held = by.replica.released_by(change);
  if (!held) return std::nullopt;
  if (!held->change) return Refusal{"unreadable", {}};
  if (held->logged.record != change.record) return Refusal{"held_unknown", {}};
  // A decision that was held is made again or dismissed: let in here, it would end its own held change and not apply
  // it.
  if (decides(*held->change)) return Refusal{"not_allowed", change.writes.front().at.text()};
  const bool by_person = !access.is_server();
  Access both = access;
  both.member = held->change->member;
  both.clearances.clear();
  both.roles = roles_of_held(by.rules, *held);
  if (by_person) both.roles = roles_of_both(std::move(both.roles), access.roles);
  const Row& row = by.replica.row(held->change->record);
  if (auto refusal = judge_in(by, row, *held->change, both, by_person)) return refusal;
  const MemberId& speaker = by_person ? change.member : held->change->member;
  return judge_belonging(belonging_rules(by), row, *held->change,
                         {speaker, by.rules.server_ms, speaker == by.rules.self.member, false, by_person});
}

// What keeps a phone's work waiting because of its studio alone: the right to it is there, and its grants are not asked
// for it again.
std::optional<Refusal> judge_gate(const Rules& rules) {
  switch (rules.place.gate) {
    case StudioGate::open: return std::nullopt;
    case StudioGate::applied: return Refusal{std::string(refusals::studio_not_approved), {}};
    case StudioGate::shut: return Refusal{std::string(refusals::studio_suspended), {}};
  }
  return std::nullopt;
}

// All that it writes stands here, given back from the history that a restore took: it was judged when it first came,
// and to hold it would say that what everybody sees is not in force. A step is judged by its base, given back or not.
bool was_given_back(const Row& row, const Change& change) {
  return change.kind == row.kind && std::all_of(change.writes.begin(), change.writes.end(), [&](const Write& write) {
           const Cell* cell = row.cell(write.at.text());
           const Head* head = cell ? cell->step(change.id) : nullptr;
           return head && head->witnessed && write.op != Op::step && head->value == write.value &&
                  head->reason == change.reason;
         });
}

// Its author wrote where something was erased of which he does not know: it may be the same again.
std::optional<Refusal> judge_erased(const Judging& by, const Row& row, const Change& change, bool at_desk) {
  const std::string prefix = std::string(erased_field) + "/";
  if (at_desk && change.seen.seq == 0) return std::nullopt;  // it does not say what it saw, and acts on what stands
  std::optional<Seq> seen;
  for (auto at = row.cells.lower_bound(prefix); at != row.cells.end() && at->first.starts_with(prefix); ++at) {
    for (const Head& head : at->second.heads) {
      const auto erased = erased_in({std::string(erased_field), at->first.substr(prefix.size()), {}}, head.value);
      const auto touched = [&](const Write& write) {
        return erased && write.op != Op::erased && erased->fields.contains(write.at.field);
      };
      const auto write = std::find_if(change.writes.begin(), change.writes.end(), touched);
      if (write == change.writes.end()) continue;
      if (!seen) seen = by.replica.checked_seen(change.seen);
      const Replica::Known* erasure = by.replica.find(head.id);
      if (erasure && erasure->logged.applied_seq > *seen) {
        return Refusal{std::string(refusals::erased_since), write->at.text()};
      }
    }
  }
  return std::nullopt;
}

std::optional<Refusal> refusal_of(const Judging& by, const Origin& origin, const Change& change, const Access& access) {
  const Pusher* pusher = origin.pusher;
  if (pusher && pusher->revoked) return Refusal{"device_revoked", {}};
  if (change.studio != by.studio) return Refusal{"wrong_studio", {}};
  if (pusher && !pusher->shared && change.member != pusher->member) return Refusal{"member_not_on_device", {}};
  if (pusher && pusher->awaits_grant && !access.any()) return Refusal{"awaits_grant", {}};
  // Those are made from the lines as the log has them: no phone can say what is left of one.
  if (pusher && !origin.is_left && tells_of_erasing(change))
    return Refusal{"not_allowed", change.writes.front().at.text()};
  const Row& row = by.replica.row(change.record);
  if (erases(change)) return judge(by.rules.catalog, row, change, access);  // it makes the record less, begun or not
  // A verdict, or a number, is not what begins a record: else it would be its author's in every list.
  if (origin.again && !origin.again->began && !row.begun()) return Refusal{"record_missing", {}};
  if (access.any() && was_given_back(row, change)) return std::nullopt;
  const Replica::Known* released = by.replica.released_by(change);
  if (access.is_server() && released && lets_in_apart(*released, change)) return std::nullopt;  // it was decided
  if (auto refusal = judge(by.rules.catalog, row, change, access)) return refusal;
  // What stood in a log before had room there, and was judged when it first came.
  if (!origin.again) {
    if (auto refusal = judge_room(row, change, access, room_in(by.sizes, row))) return refusal;
    const Speaker speaker{change.member, by.rules.server_ms, access.is_server(), pusher && pusher->shared, false};
    if (auto refusal = judge_belonging(belonging_rules(by), row, change, speaker)) return refusal;
    if (auto refusal = judge_erased(by, row, change, !pusher)) return refusal;
  }
  if (origin.unproved) return Refusal{std::string(refusals::witnessed_unproved), change.writes.front().at.text()};
  if (auto refusal = judge_release(by, change, access)) return refusal;
  return pusher ? judge_gate(by.rules) : std::nullopt;
}

}  // namespace

JudgedLine judge_line(const Judging& by, const Origin& origin, const Change& change, Hlc previous) {
  const Hlc clock = effective_clock(by.rules, by.replica, origin, change, previous);
  Access access = access_at(by.rules, origin, change.member, clock);
  // A release stands for the roles that its held change could not be given when it came: a replay reads them here.
  const Replica::Known* released = by.replica.released_by(change);
  if (released && released->logged.code == "awaits_grant") {
    access.roles = roles_of_both(std::move(access.roles), roles_of_held(by.rules, *released));
  }
  if (released && lets_in_apart(*released, change) && access.is_server()) {
    access.roles = roles_of_both(std::move(access.roles), roles_of_decision(by.replica, *released));
  }
  auto refusal = refusal_of(by, origin, change, access);
  return {clock, std::move(access.roles), std::move(refusal)};
}

bool can_be_released(const Judging& by, const Replica::Known& held) {
  const HeldMark* mark = by.replica.row(held.logged.record).held_mark(held.logged.id);
  if (!mark || mark->decision != HeldMark::Decision::open || !held.change || decides(*held.change)) return false;
  // By the roles it was logged with: a grant entered since then is for a coordinator to weigh, who can release it.
  Access access = server_access(held.change->member);
  access.roles = held.logged.roles;
  const Row& row = by.replica.row(held.change->record);
  if (judge_in(by, row, *held.change, access)) return false;
  const Speaker author{held.change->member, by.rules.server_ms, held.change->member == by.rules.self.member};
  return !judge_belonging(belonging_rules(by), row, *held.change, author);
}

}  // namespace lianxin
