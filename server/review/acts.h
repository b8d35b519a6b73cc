// What a coordinator decides: verdicts, steps, resolutions, corrections, decisions on held changes. Each is a change of
// the desk's own device through act(), with what the screen showed as its base and its `seen`; the rules judge it as
// they judge a pushed line.
#pragma once

#include "server/review/desk.h"

namespace lianxin::server {

// What came of one act, as its asker is told.
struct ActAnswer {
  Acted acted;
  std::vector<RecordId> confirmed;  // records whose step was taken with it (KINDS.md 5, confirmed_by)
  Value::Object record;  // as it is now: last_seq, review, state, revised, conflicts, held; empty where refused
  bool ok() const { return acted.ok(); }
};

// The place and the record an act is about, as the asker may see it.
struct Target {
  const StudioPlace* place = nullptr;
  Row row;
};
// not_found where it is out of sight.
Result<Target> target_of(const Desk& desk, const StudioPlace& place, const RecordId& record);

// {seen?, reason?, shown?: {address: [ids]}, writes: [{at, put|add|remove|count|append}]}
Result<ActAnswer> edit_record(const Desk& desk, const Target& target, const Value& body);

// {address, keep: id | value: …, heads?: [ids], reason?, seen?}: names every head that stands side by side, or those in
// `heads` where the screen showed others. conflict where nothing is open there.
Result<ActAnswer> resolve_conflict(const Desk& desk, const Target& target, const Value& body);

// {field, to, from?, reason?, marks?, seen?, shown?, writes?}: a workflow's step, and what is written with it. conflict
// where `from` is given and the ladder shows another state by now.
Result<ActAnswer> take_step(const Desk& desk, const Target& target, const Value& body);

// {to, from?, reason?, marks?: [fields], comment?, seen?}: a step of `_review`; its marks replace those before.
Result<ActAnswer> give_verdict(const Desk& desk, const Target& target, const Value& item);

// {field?, reason?, seen?}: the step back to where the record's last one came from (of `_review` where no other is
// named), for as long as the workflow lets one. conflict where no step was taken yet.
Result<ActAnswer> undo_step(const Desk& desk, const Target& target, const Value& body);

// {decision: release | correct | dismiss, reason?, seen?, writes? (for correct)}
Result<ActAnswer> decide_held(const Desk& desk, const StudioPlace& place, const ChangeId& held, const Value& body);

}  // namespace lianxin::server
