#include "server/review/record_view.h"

#include <algorithm>

#include "schema/day.h"
#include "schema/validate.h"
#include "server/review/comments.h"
#include "server/review/joined_view.h"
#include "server/review/seen_row.h"
#include "server/review/why_shown.h"
#include "server/review/words.h"
#include "server/storage/snapshot.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

Value ids_value(const std::vector<ChangeId>& ids) {
  Value::List list;
  for (const ChangeId& id : ids) list.emplace_back(id.text());
  return list;
}

// What is noted of an element stands with it, and in cells of their own.
std::string cell_text(const Desk& desk, const StudioId& studio, const Row& row, const Address& at, const Value& value) {
  const Field* field = desk.catalog.field(row.kind, at.field);
  const bool element = field && field->merge == Merge::set && !at.element.empty() && at.attribute.empty();
  return element ? element_line(desk, studio, row, at) : value_text(desk, row.kind, at, value, studio);
}

Value::Object cell_view(const Desk& desk, const StudioId& studio, const Row& row, const Address& at, const Cell& cell) {
  const CellRule rule = rule_of(desk.catalog, row.kind, at);
  const ShownValue top = shown(rule, cell);
  Value::List heads;
  for (const Head& head : cell.heads) {
    Value::Object item = head_view(desk, studio, row.kind, at, head);
    item.emplace("shown", top.head == &head);
    heads.emplace_back(std::move(item));
  }
  const Field* field = desk.catalog.field(row.kind, at.field);
  return {{"address", at.text()},
          {"label", label_in(desk, studio, row, at)},
          {"merge", name_of(rule.merge)},
          {"type", name_of(field && at.element.empty() ? field->type : FieldType::any)},
          {"unit", field ? field->unit : std::string()},
          {"value", top.value},
          {"text", cell_text(desk, studio, row, at, top.value)},
          {"heads", std::move(heads)},
          {"conflict", !conflict(rule, cell).empty()},
          {"awaits", static_cast<std::int64_t>(cell.pending.size())},
          {"why", why_shown(desk, rule, at, cell)}};
}

// What was noted of an element that is not in its set any more, and nobody has to decide about; and the mark of a
// record that joining stepped (stepped_by_joining()), which is no edge.
bool is_out(const Desk& desk, const Row& row, const Address& at, const Cell& cell) {
  if (at.field == alias_field && at.element == row.record.text()) return true;
  if (at.attribute.empty()) return false;
  const Cell* element = row.cell(Address{at.field, at.element, {}}.text());
  return (!element || element->heads.empty()) && conflict(rule_of(desk.catalog, row.kind, at), cell).empty();
}

// Cells in the order of the kind's form; what the kind does not know comes last.
Value::List cells_view(const Desk& desk, const StudioId& studio, const SeenRow& seen) {
  std::vector<std::pair<std::size_t, Value::Object>> placed;
  const Kind* kind = desk.catalog.kind(seen.row.kind);
  const auto place_of = [&](std::string_view name) {
    if (!kind) return std::size_t{0};
    const auto at =
        std::find_if(kind->fields.begin(), kind->fields.end(), [&](const Field& f) { return f.name == name; });
    return static_cast<std::size_t>(at - kind->fields.begin());
  };
  for (const auto& [text, cell] : seen.row.cells) {
    const auto at = Address::parse(text);
    if (!at || is_about_changes(at->field)) continue;
    if (is_out(desk, seen.row, *at, cell)) continue;
    placed.emplace_back(place_of(at->field), cell_view(desk, studio, seen.row, *at, cell));
  }
  for (const auto& [field, shown] : seen.masked) {
    const Address at{field, {}, {}};
    placed.emplace_back(place_of(field), Value::Object{{"address", field},
                                                       {"label", label_of(desk, seen.row.kind, at)},
                                                       {"value", shown},
                                                       {"text", text_of_masked(shown)},
                                                       {"masked", true}});
  }
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Value::List cells;
  for (auto& [place, cell] : placed) cells.emplace_back(std::move(cell));
  return cells;
}

Result<Value::List> held_list(const Desk& desk, const StudioPlace& place, const SeenRow& seen) {
  const Row& row = seen.row;
  std::vector<ChangeId> ids;
  for (const HeldMark& mark : row.held) ids.push_back(mark.id);
  Value::List held;
  if (ids.empty()) return held;
  LX_TRY(const auto logged,
         ask_studio(desk.store, place.studio, [&](ReadTxn& snapshot) { return snapshot.logged(ids); }));
  for (std::size_t i = 0; i < row.held.size(); ++i) {
    held.push_back(held_view(desk, place.studio, seen, row.held[i], logged[i] ? &*logged[i] : nullptr));
  }
  return held;
}

}  // namespace

std::vector<std::string> missing_in_sight(const Desk& desk, const RowSight& sight, const Row& row) {
  const Kind* kind = desk.catalog.kind(row.kind);
  if (!kind) return {};
  std::vector<std::string> missing = missing_fields(*kind, shown_fields(desk.catalog, row));
  std::erase_if(missing, [&](const std::string& field) { return !sight.sees(field); });
  return missing;
}

Value::List labels_of(const Desk& desk, std::string_view kind, const std::vector<std::string>& fields) {
  Value::List labels;
  for (const std::string& field : fields) labels.emplace_back(label_of(desk, kind, {field, {}, {}}));
  return labels;
}

Value::Object head_view(const Desk& desk, const StudioId& studio, std::string_view kind, const Address& at,
                        const Head& head) {
  Value::Object view{{"id", head.id.text()},
                     {"value", head.value},
                     {"text", value_text(desk, kind, at, head.value, studio)},
                     {"member", head.member.text()},
                     {"member_name", desk.name_of(head.member)},
                     {"role", head.role},
                     {"role_label", role_label(head.role, desk.language)},
                     {"clock_ms", head.clock.unix_ms()},
                     {"clock_text", local_time_text(head.clock.unix_ms())},
                     {"base", ids_value(head.bases)},
                     {"reason", head.reason},
                     {"witnessed", head.witnessed}};
  if (head.cycle != 0) {
    view.emplace("cycle", std::int64_t{head.cycle});
    view.emplace("rank", std::int64_t{head.rank});
  }
  if (!head.contested.empty()) view.emplace("contested", ids_value(head.contested));
  return view;
}

Value::List conflicts_view(const Desk& desk, const StudioId& studio, const Row& row) {
  Value::List conflicts;
  for (const Conflict& found : conflicts_of(desk.catalog, row)) {
    const Address at = *Address::parse(found.address);
    Value::List heads;
    for (const Head& head : found.heads) heads.push_back(head_view(desk, studio, row.kind, at, head));
    conflicts.push_back(
        Value::Object{{"address", found.address},
                      {"label", label_in(desk, studio, row, at)},
                      {"why", why_shown(desk, rule_of(desk.catalog, row.kind, at), at, *row.cell(found.address))},
                      {"heads", std::move(heads)}});
  }
  return conflicts;
}

Value::Object held_view(const Desk& desk, const StudioId& studio, const SeenRow& seen, const HeldMark& mark,
                        const Logged* logged) {
  const Row& row = seen.row;
  const Access& access = seen.sight.access();
  constexpr std::string_view decisions[] = {"open", "corrected", "dismissed"};
  Value::Object view{{"change", mark.id.text()},
                     {"code", mark.code},
                     {"sentence", held_sentence(mark.code)},
                     {"field", mark.field},
                     {"member", mark.member.text()},
                     {"member_name", mark.member.is_zero() ? std::string() : desk.name_of(mark.member)},
                     {"decision", decisions[static_cast<std::size_t>(mark.decision)]}};
  if (!logged) return view;
  view.emplace("received_ms", logged->received_ms);
  view.emplace("device", logged->device.text());
  if (!may_decide_held(access) && mark.member != access.member) return view;
  const Result<Change> change = parse_line(logged->line);
  if (!change) {
    // Nobody can say what is in it, so it is shown only to who may see everything.
    if (sees_everything(access, desk.catalog)) view.emplace("line", logged->line);
    return view;
  }
  Value::List writes;
  std::int64_t not_shown = 0;
  for (const Write& write : change->writes) {
    if (seen.sight.of(change->kind, write.at.field) != Visibility::visible) {
      ++not_shown;
      continue;
    }
    const Cell* cell = row.cell(write.at.text());
    const ShownValue now = cell ? shown(rule_of(desk.catalog, row.kind, write.at), *cell) : ShownValue{};
    writes.push_back(Value::Object{{"at", write.at.text()},
                                   {"label", label_of(desk, change->kind, write.at, studio)},
                                   {"op", name_of(write.op)},
                                   {"value", write.value},
                                   {"text", value_text(desk, change->kind, write.at, write.value, studio)},
                                   {"shown", now.value},
                                   {"shown_text", value_text(desk, row.kind, write.at, now.value, studio)}});
  }
  // It may tell of what is not shown.
  view.emplace("reason", not_shown == 0 ? change->reason : std::string());
  view.emplace("made_ms", change->made.wall_ms);
  view.emplace("writes", std::move(writes));
  view.emplace("writes_not_shown", not_shown);
  return view;
}

Result<Value> record_view(const Desk& desk, const StudioPlace& place, const RecordId& record) {
  LX_TRY(const Row row, row_of(desk, place.studio, record));
  const auto seen = seen_in(desk, place, row);
  if (!seen) return no_record(record);
  LX_TRY(Value::List held, held_list(desk, place, *seen));
  LX_TRY(const Component component, component_of(desk, place, record));
  LX_TRY(CommentPage comments, comments_about(desk, place, seen->row));
  const RowSummary summary = seen->summary(desk.catalog);
  const std::vector<std::string> missing = missing_in_sight(desk, seen->sight, seen->row);
  Value::Object view{{"studio", place.studio.text()},
                     {"studio_code", place.code},
                     {"studio_name", desk.known_name(place.studio)},
                     {"record", record.text()},
                     {"kind", row.kind},
                     {"kind_label", kind_label(desk, row.kind)},
                     {"title", summary.title},
                     {"date", summary.date},
                     {"last_seq", row.last_seq},
                     {"created_by", row.created_by.text()},
                     {"created_by_name", desk.name_of(row.created_by)},
                     {"created_ms", row.created.unix_ms()},
                     {"official_no", summary.official_no},
                     {"provisional_no", summary.provisional_no},
                     {"review", summary.review},
                     {"review_label", state_label(desk, row.kind, "_review", summary.review)},
                     {"state", summary.state},
                     {"state_label", workflow_label(desk, row.kind, summary.state)},
                     {"region_name", desk.known_name_of_region(summary.region)},
                     {"revised", summary.revised},
                     {"withheld", seen->sight.is_withheld()},
                     {"deleted", summary.deleted},
                     {"witnessed", summary.witnessed},
                     {"cells", cells_view(desk, place.studio, *seen)},
                     {"conflicts", conflicts_view(desk, place.studio, seen->row)},
                     {"missing", Value::List(missing.begin(), missing.end())},
                     {"missing_labels", labels_of(desk, row.kind, missing)},
                     {"comments", std::move(comments.comments)},
                     {"held", std::move(held)}};
  if (comments.next) view.emplace("comments_next", comments.next->text());
  if (component.several()) view.emplace("joined", joined_view(desk, component, record));
  return Value(std::move(view));
}

}  // namespace lianxin::server
