#include "server/review/joined_view.h"

#include <algorithm>

#include "schema/day.h"
#include "server/review/words.h"
#include "sync/model/searched.h"
#include "sync/model/united.h"

namespace lianxin::server {
namespace {

Value texts(const std::vector<std::string>& list) { return Value::List(list.begin(), list.end()); }

Value ids(const std::vector<RecordId>& records) {
  Value::List list;
  for (const RecordId& record : records) list.emplace_back(record.text());
  return list;
}

Value::Object part_view(const Desk& desk, const JoinedRecord& part) {
  const Row& row = part.seen.row;
  const RowSummary summary = part.seen.summary(desk.catalog);
  return {{"studio", part.studio.text()},
          {"record", row.record.text()},
          {"title", summary.title},
          {"date", summary.date},
          {"official_no", summary.official_no},
          {"provisional_no", summary.provisional_no},
          {"numbers", texts(numbers_of(row))},
          {"review", summary.review},
          {"review_label", state_label(desk, row.kind, "_review", summary.review)},
          {"state", summary.state},
          {"state_label", workflow_label(desk, row.kind, summary.state)},
          {"created_by_name", desk.name_of(summary.created_by)},
          {"conflicts", summary.conflicts},
          {"held", summary.held},
          {"deleted", summary.deleted}};
}

// How the fields of one component are written.
class United {
 public:
  United(const Desk& desk, const Component& component) : desk_(desk), component_(component) {}

  Value fields(const std::vector<UnitedField>& united) const {
    Value::List list;
    for (const UnitedField& one : united) list.push_back(field(one));
    return list;
  }

  Value owed(const std::vector<UnitedField>& united) const {
    Value::List list;
    const std::vector<const Row*> parts = component_.parts();
    for (const Owed& each : parts.empty() ? std::vector<Owed>() : owed_to_each(desk_.catalog, parts)) {
      const UnitedElement& element = element_of(united, each);
      const Address at{each.field, each.key, {}};
      list.push_back(Value::Object{{"field", each.field},
                                   {"key", each.key},
                                   {"text", line(at, element)},
                                   {"owed", label_of(desk_, kind(), {each.field, each.key, each.attribute})},
                                   {"records", ids(element.parts)}});
    }
    return list;
  }

 private:
  const std::string& kind() const { return component_.head().seen.row.kind; }
  const StudioId& studio_of(const RecordId& part) const {
    const auto at = std::find_if(component_.records.begin(), component_.records.end(),
                                 [&](const JoinedRecord& joined) { return joined.seen.row.record == part; });
    return at->studio;
  }
  static const UnitedElement& element_of(const std::vector<UnitedField>& united, const Owed& owed) {
    const auto field = std::find_if(united.begin(), united.end(),
                                    [&](const UnitedField& each) { return each.field->name == owed.field; });
    return *std::find_if(field->elements.begin(), field->elements.end(),
                         [&](const UnitedElement& each) { return each.key == owed.key; });
  }

  std::string line(const Address& at, const UnitedElement& element) const {
    return element_line(desk_, studio_of(element.parts.front()), kind(), at, element.attributes);
  }
  Value::Object told(const Address& at, const ToldValue& other) const {
    return {{"record", other.part.text()},
            {"value", other.value},
            {"text", value_text(desk_, kind(), at, other.value, studio_of(other.part))}};
  }

  Value field(const UnitedField& united) const {
    const Address at{united.field->name, {}, {}};
    const StudioId& studio = component_.head().studio;
    Value::Object view{{"field", united.field->name},
                       {"label", label_of(desk_, kind(), at)},
                       {"merge", name_of(united.field->merge)},
                       {"unit", united.field->unit},
                       {"value", united.value},
                       {"text", value_text(desk_, kind(), at, united.value, studio)}};
    if (united.field->merge == Merge::register_) {
      view.emplace("record", united.part.text());
      Value::List others;
      for (const ToldValue& other : united.others) others.push_back(told(at, other));
      view.emplace("others", std::move(others));
    }
    if (united.field->merge == Merge::set) {
      Value::List elements;
      for (const UnitedElement& each : united.elements) elements.push_back(element(united, each));
      view.emplace("elements", std::move(elements));
    }
    if (united.field->merge == Merge::append) {
      Value::List entries;
      for (const UnitedEntry& each : united.entries) entries.push_back(entry(at, each));
      view.emplace("entries", std::move(entries));
    }
    return view;
  }

  Value element(const UnitedField& united, const UnitedElement& element) const {
    const Address at{united.field->name, element.key, {}};
    Value::List others;
    for (const auto& [attribute, values] : element.others) {
      for (const ToldValue& other : values) {
        const Address of{at.field, at.element, attribute};
        Value::Object view = told(of, other);
        view.emplace("attribute", attribute);
        view.emplace("label", label_of(desk_, kind(), of));
        others.push_back(std::move(view));
      }
    }
    return Value::Object{{"key", element.key},
                         {"text", line(at, element)},
                         {"attributes", element.attributes},
                         {"records", ids(element.parts)},
                         {"others", std::move(others)}};
  }

  Value entry(const Address& at, const UnitedEntry& entry) const {
    return Value::Object{{"record", entry.part.text()},
                         {"change", entry.head.id.text()},
                         {"value", entry.head.value},
                         {"text", value_text(desk_, kind(), at, entry.head.value, studio_of(entry.part))},
                         {"member_name", desk_.name_of(entry.head.member)},
                         {"clock_ms", entry.head.clock.unix_ms()},
                         {"clock_text", local_time_text(entry.head.clock.unix_ms())}};
  }

  const Desk& desk_;
  const Component& component_;
};

}  // namespace

Value joined_view(const Desk& desk, const Component& component, const RecordId& own) {
  Value::List records, edges;
  std::int64_t conflicts = 0, held = 0;
  for (const JoinedRecord& joined : component.records) {
    Value::Object counters;
    for (const auto& [name, count] : counters_of(desk.catalog, joined.seen.row)) counters.emplace(name, count);
    Value::Object view = part_view(desk, joined);
    conflicts += joined.seen.summary(desk.catalog).conflicts;
    held += joined.seen.summary(desk.catalog).held;
    view.emplace("this", joined.seen.row.record == own);
    view.emplace("primary", joined.seen.row.record == component.primary());
    view.emplace("counters", std::move(counters));
    records.push_back(std::move(view));
  }
  for (const JoinEdge& edge : component.edges) {
    edges.push_back(Value::Object{
        {"a", edge.smaller.text()}, {"b", edge.larger.text()}, {"counters", edge.sum ? "sum" : "larger"}});
  }
  Value::Object counters;
  for (const auto& [name, count] : combined_counters(desk.catalog, component)) counters.emplace(name, count);
  const std::vector<const Row*> parts = component.parts();
  const std::vector<UnitedField> fields =
      parts.empty() ? std::vector<UnitedField>() : united(desk.catalog, parts, component.edges);
  const United together(desk, component);
  return Value::Object{{"primary", component.primary().text()},
                       {"records", std::move(records)},
                       {"edges", std::move(edges)},
                       {"counters", std::move(counters)},
                       {"fields", together.fields(fields)},
                       {"owed", together.owed(fields)},
                       {"conflicts", conflicts},
                       {"held", held}};
}

void put_joined(const Desk& desk, const Component* component, const RecordId& own, Value::Object& view) {
  view.insert_or_assign("joined", component != nullptr);
  if (!component) return;
  const JoinedRecord& head = component->head();
  if (head.seen.row.record != own) {
    view.emplace("joined_into", part_view(desk, head));
    return;
  }
  Value::List others;
  for (const JoinedRecord& joined : component->records) {
    if (joined.seen.row.record != own) others.push_back(part_view(desk, joined));
  }
  view.emplace("joins", std::move(others));
}

}  // namespace lianxin::server
