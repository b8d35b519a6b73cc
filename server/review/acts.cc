#include "server/review/acts.h"

#include <algorithm>

#include "schema/refusals.h"
#include "server/review/join_acts.h"
#include "server/review/seen_row.h"
#include "server/review/writes.h"
#include "server/storage/snapshot.h"
#include "sync/model/join.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"
#include "sync/rules/reached.h"

namespace lianxin::server {
namespace {

Draft draft_for(const Target& target, const Value& body) {
  const Seq seen = body.integer_at("seen", target.row.last_seq);
  return {target.row.record, target.row.kind, std::string(body.text_at("reason")), {}, std::max<Seq>(seen, 0)};
}

// Nobody overwrites what he cannot see: it would name bases that were on no screen.
bool sees_all(const Desk& desk, const Target& target, const std::vector<Write>& writes) {
  const RowSight sight(desk, *target.place, target.row);
  return std::all_of(writes.begin(), writes.end(),
                     [&](const Write& write) { return write.at.field == held_field || sight.sees(write.at.field); });
}

// Whether its kind has a workflow in which joining steps the lesser records.
bool steps_joined(const Desk& desk, const Row& row) {
  const Kind* kind = desk.catalog.kind(row.kind);
  return kind && std::any_of(kind->fields.begin(), kind->fields.end(), [&](const Field& field) {
           const Ladder* ladder = field.merge == Merge::ladder ? desk.catalog.ladder(field.ladder) : nullptr;
           return ladder && !ladder->joined.empty();
         });
}

// A record that joining stepped may have been left there by a delete on a phone: it is settled before anybody steps it.
Result<Target> settled(const Desk& desk, const Target& target) {
  if (!stepped_by_joining(target.row)) return target;
  LX_CHECK(settle_matter(desk, *target.place, target.row.record));
  return target_of(desk, *target.place, target.row.record);
}

Result<ActAnswer> act_on(const Desk& desk, const Target& target, const std::vector<Draft>& drafts) {
  ActAnswer answer;
  if (!sees_all(desk, target, drafts.front().writes)) {
    answer.acted.refused.push_back({{"not_allowed", drafts.front().writes.front().at.text()}, target.row.kind, {}});
    return answer;
  }
  LX_TRY(answer.acted, act_in(desk, *target.place, drafts));
  if (!answer.ok()) return answer;
  // A delete, a restoration or a step may change which of joined records stands for all. The act is done whatever comes
  // of that: what cannot be settled now is settled by the next one.
  if (steps_joined(desk, target.row)) static_cast<void>(settle_matter(desk, *target.place, target.row.record));
  LX_TRY(const Row row, row_of(desk, target.place->studio, target.row.record));
  const auto seen = seen_in(desk, *target.place, row);
  if (!seen) return answer;
  const RowSummary summary = seen->summary(desk.catalog);
  answer.record = {{"studio", target.place->studio.text()},
                   {"record", row.record.text()},
                   {"last_seq", row.last_seq},
                   {"review", summary.review},
                   {"state", summary.state},
                   {"official_no", summary.official_no},
                   {"deleted", summary.deleted},
                   {"revised", summary.revised},
                   {"conflicts", summary.conflicts},
                   {"held", summary.held}};
  return answer;
}

// From what the ladder shows to `to`.
Write step_of(const Desk& desk, const Row& row, const std::string& field, const Value& body) {
  return edit_of(desk.catalog, row.kind, row, {field, {}, {}}, Op::step, Value(body.text_at("to")));
}

Status check_from(const Value& body, const Write& step) {
  const std::string_view from = body.text_at("from");
  if (from.empty() || from == step.from) return {};
  return failure(Errc::conflict, "the state is " + step.from + " by now");
}

// What is to be written to settle `at`: the value kept, or the one given.
Result<Value> settled_value(const Cell& cell, const Value& body) {
  if (const Value* keep = body.find("keep")) {
    const auto id = keep->text() ? ChangeId::parse(*keep->text()) : std::nullopt;
    const Head* head = id ? cell.head(*id) : nullptr;
    if (!head) return failure(Errc::invalid_argument, "\"keep\" names none of the heads");
    return head->value;
  }
  const Value* value = body.find("value");
  if (!value) return failure(Errc::invalid_argument, "one of \"keep\" and \"value\" is needed");
  return *value;
}

// The writes that make `_marks` name exactly these fields, whichever way the kind keeps them.
std::vector<Write> marks_writes(const Desk& desk, const Row& row, const Value::List& marks) {
  const Field* field = desk.catalog.field(row.kind, "_marks");
  if (!field) return {};
  const Address whole{"_marks", {}, {}};
  if (field->merge != Merge::set) {
    if (marks.empty() && !row.cell("_marks")) return {};
    return {edit_of(desk.catalog, row.kind, row, whole, Op::put, marks.empty() ? Value() : Value(marks))};
  }
  std::vector<Write> writes;
  const auto there = shown_elements(desk.catalog, row, "_marks");
  for (const Value& mark : marks) {
    if (!mark.text() || there.contains(*mark.text())) continue;
    writes.push_back(edit_of(desk.catalog, row.kind, row, {"_marks", *mark.text(), {}}, Op::add, {}));
  }
  for (const auto& [name, attributes] : there) {
    if (std::find(marks.begin(), marks.end(), Value(name)) != marks.end()) continue;
    writes.push_back(edit_of(desk.catalog, row.kind, row, {"_marks", name, {}}, Op::remove, {}));
  }
  return writes;
}

Status check_marks(const Desk& desk, const Row& row, const Value::List& marks) {
  for (const Value& mark : marks) {
    const Field* field = mark.text() ? desk.catalog.field(row.kind, *mark.text()) : nullptr;
    if (!field) return failure(Errc::invalid_argument, "\"marks\" names a field that the kind does not have");
  }
  return {};
}

Draft comment_draft(const Desk& desk, const Row& row, std::string_view text, Seq seen) {
  Draft draft{new_record_id(desk), "comment", {}, {}, seen};
  draft.writes.push_back({{"target_id", {}, {}}, Op::put, Value(row.record.text()), {}, {}, {}});
  draft.writes.push_back({{"text", {}, {}}, Op::put, Value(text), {}, {}, {}});
  return draft;
}

// The step that accepting `accepted` takes of a record that names it, where there is one.
const Step* confirmed_step(const Desk& desk, const Row& row, const Field& field) {
  const Ladder* ladder = desk.catalog.ladder(field.ladder);
  if (!ladder) return nullptr;
  const std::string state = state_of(desk.catalog, row, field.name);
  const Shown shown = shown_fields(desk.catalog, row);
  for (const Step& step : ladder->steps) {
    if (!step.confirmed_by.empty() && step.from == state && holds(step.confirmed_when, shown)) return &step;
  }
  return nullptr;
}

// Takes the steps that an acceptance confirms. One that something stands in the way of waits, as it did before.
Status confirm_others(const Desk& desk, const Target& accepted, std::vector<RecordId>& confirmed) {
  for (const auto& [name, kind] : desk.catalog.kinds) {
    for (const Field& field : kind.fields) {
      const Ladder* ladder = field.merge == Merge::ladder ? desk.catalog.ladder(field.ladder) : nullptr;
      const auto confirms = [](const Step& step) { return !step.confirmed_by.empty(); };
      const auto any = ladder ? std::find_if(ladder->steps.begin(), ladder->steps.end(), confirms)
                              : std::vector<Step>::const_iterator{};
      if (!ladder || any == ladder->steps.end()) continue;
      LX_TRY(const std::vector<ListedRow> listed,
             desk.lists.with_field(accepted.place->studio, name, any->confirmed_by, Value(accepted.row.record.text())));
      for (const ListedRow& one : listed) {
        LX_TRY(const Row row, row_of(desk, accepted.place->studio, one.record));
        const Step* step = confirmed_step(desk, row, field);
        if (!step) continue;
        Draft draft{row.record, row.kind, {}, {}, row.last_seq};
        draft.writes.push_back(edit_of(desk.catalog, row.kind, row, {field.name, {}, {}}, Op::step, Value(step->to)));
        LX_TRY(const Acted acted, act_in(desk, *accepted.place, std::span(&draft, 1)));
        if (acted.ok()) confirmed.push_back(row.record);
      }
    }
  }
  return {};
}

}  // namespace

Result<Target> target_of(const Desk& desk, const StudioPlace& place, const RecordId& record) {
  LX_TRY(Row row, row_of(desk, place.studio, record));
  if (!seen_in(desk, place, row)) return failure(Errc::not_found, "record " + record.text());
  return Target{&place, std::move(row)};
}

Result<ActAnswer> edit_record(const Desk& desk, const Target& target, const Value& body) {
  Draft draft = draft_for(target, body);
  LX_TRY(draft.writes, read_writes(desk, target.row, body));
  return act_on(desk, target, {draft});
}

Result<ActAnswer> resolve_conflict(const Desk& desk, const Target& target, const Value& body) {
  const auto at = Address::parse(body.text_at("address"));
  if (!at) return failure(Errc::invalid_argument, "\"address\" is no address");
  if (!desk.catalog.field(target.row.kind, at->field)) {
    const Refusal unknown{std::string(refusals::field_unknown), at->text()};
    return ActAnswer{{0, {{unknown, target.row.kind, {}}}}, {}, {}};
  }
  const std::vector<Conflict> open = conflicts_of(desk.catalog, target.row);
  const bool is_open = std::any_of(open.begin(), open.end(), [&](auto& found) { return found.address == at->text(); });
  if (!is_open) return failure(Errc::conflict, "nothing is open at " + at->text());
  const Cell& cell = *target.row.cell(at->text());
  LX_TRY(const Value value, settled_value(cell, body));

  Draft draft = draft_for(target, body);
  const bool ladder = rule_of(desk.catalog, target.row.kind, *at).merge == Merge::ladder;
  if (ladder && !value.text()) {
    return failure(Errc::invalid_argument, "a workflow is settled with the name of a state");
  }
  const Op op = ladder ? Op::step : Op::put;
  Write write = resolution_of(desk.catalog, target.row.kind, target.row, *at, op, value);
  if (const Value* heads = body.find("heads"); heads && !ladder) {
    // What the screen did not show is not settled by it: the conflict then goes on with what came meanwhile.
    LX_TRY(write.bases, read_ids(*heads));
  }
  draft.writes.push_back(std::move(write));
  return act_on(desk, target, {draft});
}

Result<ActAnswer> take_step(const Desk& desk, const Target& asked, const Value& body) {
  LX_TRY(const Target target, settled(desk, asked));
  const std::string field(body.text_at("field", "state"));
  const Field* known = desk.catalog.field(target.row.kind, field);
  if (!known || known->merge != Merge::ladder) return failure(Errc::invalid_argument, "\"field\" is no workflow");
  Draft draft = draft_for(target, body);
  draft.writes.push_back(step_of(desk, target.row, field, body));
  LX_CHECK(check_from(body, draft.writes.back()));
  LX_CHECK(check_marks(desk, target.row, body.list_at("marks")));
  if (body.find("marks")) {
    for (Write& write : marks_writes(desk, target.row, body.list_at("marks"))) draft.writes.push_back(std::move(write));
  }
  if (!body.list_at("writes").empty()) {
    LX_TRY(std::vector<Write> beside, read_writes(desk, target.row, body));
    std::move(beside.begin(), beside.end(), std::back_inserter(draft.writes));
  }
  return act_on(desk, target, {draft});
}

Result<ActAnswer> give_verdict(const Desk& desk, const Target& target, const Value& item) {
  const Kind* kind = desk.catalog.kind(target.row.kind);
  if (!kind || !kind->reviewed) return failure(Errc::invalid_argument, "this kind is not reviewed");
  Draft draft = draft_for(target, item);
  draft.writes.push_back(step_of(desk, target.row, "_review", item));
  LX_CHECK(check_from(item, draft.writes.back()));
  LX_CHECK(check_marks(desk, target.row, item.list_at("marks")));
  for (Write& write : marks_writes(desk, target.row, item.list_at("marks"))) draft.writes.push_back(std::move(write));
  std::vector<Draft> drafts{std::move(draft)};
  if (const std::string_view comment = item.text_at("comment"); !comment.empty()) {
    drafts.push_back(comment_draft(desk, target.row, comment, drafts.front().seen));
  }
  LX_TRY(ActAnswer answer, act_on(desk, target, drafts));
  if (answer.ok() && item.text_at("to") == "accepted") LX_CHECK(confirm_others(desk, target, answer.confirmed));
  return answer;
}

Result<ActAnswer> undo_step(const Desk& desk, const Target& asked, const Value& body) {
  LX_TRY(const Target target, settled(desk, asked));
  const std::string field(body.text_at("field", "_review"));
  const Field* known = desk.catalog.field(target.row.kind, field);
  if (!known || known->merge != Merge::ladder) return failure(Errc::invalid_argument, "\"field\" is no workflow");
  const Reached reached = how_reached(desk.catalog, target.row, field);
  if (reached.from.empty()) return failure(Errc::conflict, "no step was taken yet");
  Value::Object step = body.object() ? *body.object() : Value::Object();
  step.insert_or_assign("to", reached.from);
  Draft draft = draft_for(target, body);
  draft.writes.push_back(step_of(desk, target.row, field, step));
  return act_on(desk, target, {draft});
}

Result<ActAnswer> decide_held(const Desk& desk, const StudioPlace& place, const ChangeId& held, const Value& body) {
  LX_TRY(const auto logged,
         ask_studio(desk.store, place.studio, [&](ReadTxn& snapshot) { return snapshot.logged(std::span(&held, 1)); }));
  if (logged.empty() || !logged.front()) return failure(Errc::not_found, "change " + held.text());
  LX_TRY(const Target target, target_of(desk, place, logged.front()->record));
  const std::string_view decision = body.text_at("decision");
  Draft draft = draft_for(target, body);
  draft.writes.push_back({{std::string(held_field), held.text(), {}}, Op::put, Value(decision), {}, {}, {}});
  if (decision == "correct") {
    LX_TRY(std::vector<Write> right, read_writes(desk, target.row, body));
    for (Write& write : right) {
      // The right value stands in the held one's place as well: whatever still comes that builds on it builds on this.
      const bool replaces = write.op == Op::put || write.op == Op::add || write.op == Op::remove;
      if (replaces) write.bases.push_back(held);
      draft.writes.push_back(std::move(write));
    }
  }
  return act_on(desk, target, {draft});
}

}  // namespace lianxin::server
