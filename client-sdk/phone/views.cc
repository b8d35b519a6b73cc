// The views as JSON, for programs around the SDK: the CLI's --json, a bridge to another language.
#include "lianxin/views.h"

#include <algorithm>

#include "client-sdk/phone/json_parts.h"
#include "schema/json.h"

namespace lianxin {

using namespace client;
namespace {

// A part with its own label, its value and the value's name.
Value element_json(const ElementView& element) {
  Value::Object parts;
  for (const auto& [name, value] : element.attributes) {
    Value::Object part{{"value", plain(value)}};
    if (const auto at = element.labels.find(name); at != element.labels.end()) {
      part.emplace("label", label_value(at->second));
    }
    if (const auto at = element.value_labels.find(name); at != element.value_labels.end()) {
      part.emplace("value_label", label_value(at->second));
    }
    parts.emplace(name, std::move(part));
  }
  return Value::Object{
      {"key", element.key}, {"key_label", label_value(element.key_label)}, {"parts", std::move(parts)}};
}

Value field_json(const FieldView& field) {
  Value::Object parts{{"label", label_value(field.label)}, {"value", plain(field.value)}};
  if (!field.unit.empty()) parts.emplace("unit", field.unit);
  if (!field.value_label.zh.empty()) parts.emplace("value_label", label_value(field.value_label));
  if (field.waiting) parts.emplace("waiting", true);
  const auto add_named = [&](const char* name, const std::vector<ElementView>& views) {
    if (!views.empty()) parts.emplace(name, list_value(views, element_json));
  };
  add_named("named_elements", field.elements);
  add_named("named_entries", field.entries);
  if (!field.elements.empty()) {
    Value::Object elements;
    for (const ElementView& element : field.elements) elements.emplace(element.key, values_value(element.attributes));
    parts.emplace("elements", std::move(elements));
  }
  return parts;
}

Value conflict_json(const ConflictView& conflict) {
  return Value::Object{{"address", conflict.address},
                       {"label", label_value(conflict.label)},
                       {"sides", list_value(conflict.sides, [](const ConflictSide& side) {
                          return Value(Value::Object{{"change", side.change},
                                                     {"value", plain(side.value)},
                                                     {"value_label", label_value(side.value_label)},
                                                     {"member", side.member},
                                                     {"member_label", label_value(side.member_label)},
                                                     {"role_label", label_value(side.role_label)},
                                                     {"role", side.role},
                                                     {"reason", side.reason},
                                                     {"clock_ms", side.clock_ms}});
                        })}};
}

Value held_json(const HeldView& held) {
  return Value::Object{{"change", held.change},
                       {"code", held.code},
                       {"field", held.field},
                       {"decision", held.decision},
                       {"mine", held.mine},
                       {"member", held.member},
                       {"sentence", label_value(held.sentence)},
                       {"values", values_value(held.values)}};
}

Value joined_value_json(const JoinedValue& told) {
  Value::Object parts{{"part", told.part}, {"value", plain(told.value)}};
  if (!told.attribute.empty()) parts.emplace("attribute", told.attribute);
  if (!told.value_label.zh.empty()) parts.emplace("value_label", label_value(told.value_label));
  return parts;
}

Value joined_part_json(const JoinedPart& part) {
  return Value::Object{{"id", part.id},
                       {"studio", part.studio},
                       {"title", part.title},
                       {"date", part.date},
                       {"official_no", part.official_no},
                       {"provisional_no", part.provisional_no},
                       {"numbers", texts_value(part.numbers)},
                       {"review", part.review},
                       {"review_label", label_value(part.review_label)},
                       {"state", part.state},
                       {"state_label", label_value(part.state_label)},
                       {"conflicts", part.conflicts},
                       {"held", part.held},
                       {"primary", part.primary},
                       {"deleted", part.deleted}};
}

Value joined_field_json(const JoinedField& field) {
  Value::Object parts{{"name", field.name}, {"label", label_value(field.label)}, {"value", plain(field.value)}};
  if (!field.unit.empty()) parts.emplace("unit", field.unit);
  if (!field.value_label.zh.empty()) parts.emplace("value_label", label_value(field.value_label));
  if (!field.part.empty()) parts.emplace("part", field.part);
  if (!field.others.empty()) parts.emplace("others", list_value(field.others, joined_value_json));
  if (!field.elements.empty()) {
    parts.emplace("elements", list_value(field.elements, [](const JoinedElement& element) {
                    return Value(Value::Object{{"key", element.key},
                                               {"parts", texts_value(element.parts)},
                                               {"attributes", values_value(element.attributes)},
                                               {"others", list_value(element.others, joined_value_json)}});
                  }));
  }
  if (!field.entries.empty()) {
    parts.emplace("entries", list_value(field.entries, [](const JoinedEntry& entry) {
                    return Value(Value::Object{{"part", entry.part},
                                               {"change", entry.change},
                                               {"member", entry.member},
                                               {"clock_ms", entry.clock_ms},
                                               {"value", plain(entry.value)}});
                  }));
  }
  return parts;
}

Value joined_json(const JoinedView& joined) {
  return Value::Object{{"primary", joined.primary},
                       {"parts", list_value(joined.parts, joined_part_json)},
                       {"fields", list_value(joined.fields, joined_field_json)},
                       {"owed", list_value(joined.owed, [](const JoinedOwed& owed) {
                          return Value(Value::Object{{"field", owed.field},
                                                     {"key", owed.key},
                                                     {"attribute", owed.attribute},
                                                     {"parts", texts_value(owed.parts)}});
                        })}};
}

const char* name_of(InboxKind kind) {
  switch (kind) {
    case InboxKind::conflict: return "conflict";
    case InboxKind::returned: return "returned";
    case InboxKind::held: return "held";
    case InboxKind::corrected: return "corrected";
    case InboxKind::dismissed: return "dismissed";
    case InboxKind::trouble: return "trouble";
    case InboxKind::draft: return "draft";
  }
  return "conflict";
}

}  // namespace

const JoinedField* JoinedView::field(std::string_view name) const {
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const JoinedField& f) { return f.name == name; });
  return at == fields.end() ? nullptr : &*at;
}

const FieldView* RecordView::field(std::string_view name) const {
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const FieldView& f) { return f.name == name; });
  return at == fields.end() ? nullptr : &*at;
}

std::string RecordView::to_json() const {
  Value::Object by_name;
  for (const FieldView& field : fields) by_name.emplace(field.name, field_json(field));
  Value::Object parts{{"id", id},
                      {"studio", studio},
                      {"kind", kind},
                      {"kind_label", label_value(kind_label)},
                      {"title", title},
                      {"provisional_no", provisional_no},
                      {"official_no", official_no},
                      {"created_by", created_by},
                      {"created_ms", created_ms},
                      {"deleted", deleted},
                      {"waiting", waiting},
                      {"waiting_changes", waiting_changes},
                      {"fields", std::move(by_name)},
                      {"conflicts", list_value(conflicts, conflict_json)},
                      {"held", list_value(held, held_json)},
                      {"missing", texts_value(missing)},
                      {"missing_labels", list_value(missing_labels, label_value)},
                      {"created_by_label", label_value(created_by_label)}};
  if (!review.state.empty()) {
    parts.emplace("review", Value::Object{{"state", review.state},
                                          {"label", label_value(review.label)},
                                          {"by", review.by},
                                          {"role", review.role},
                                          {"reason", review.reason},
                                          {"by_label", label_value(review.by_label)},
                                          {"role_label", label_value(review.role_label)},
                                          {"marked_labels", list_value(review.marked_labels, label_value)},
                                          {"marked", texts_value(review.marked)},
                                          {"revised", review.revised}});
  }
  if (!joined.parts.empty()) parts.emplace("joined", joined_json(joined));
  return lianxin::to_json(parts);
}

std::string ListItem::to_json() const {
  return lianxin::to_json(Value::Object{{"id", id},
                                        {"studio", studio},
                                        {"kind", kind},
                                        {"title", title},
                                        {"date", date},
                                        {"region", region},
                                        {"state", state},
                                        {"review", review},
                                        {"provisional_no", provisional_no},
                                        {"official_no", official_no},
                                        {"created_by", created_by},
                                        {"kind_label", label_value(kind_label)},
                                        {"state_label", label_value(state_label)},
                                        {"review_label", label_value(review_label)},
                                        {"waiting", waiting},
                                        {"deleted", deleted},
                                        {"revised", revised},
                                        {"conflicts", conflicts},
                                        {"held", held},
                                        {"joined_into", joined_into},
                                        {"joins", texts_value(joins)}});
}

std::string InboxItem::to_json() const {
  return lianxin::to_json(Value::Object{{"kind", name_of(kind)},
                                        {"studio", studio},
                                        {"record", record},
                                        {"title", title},
                                        {"address", address},
                                        {"change", change},
                                        {"code", code},
                                        {"sentence", label_value(sentence)},
                                        {"reason", reason},
                                        {"marked", texts_value(marked)},
                                        {"marked_labels", list_value(marked_labels, label_value)},
                                        {"label", label_value(label)},
                                        {"number", number},
                                        {"draft", draft}});
}

std::string DraftView::to_json() const {
  return lianxin::to_json(Value::Object{{"token", token},
                                        {"record", record},
                                        {"studio", studio},
                                        {"kind", kind},
                                        {"kind_label", label_value(kind_label)},
                                        {"title", title},
                                        {"new", is_new},
                                        {"refused", refused},
                                        {"opened_ms", opened_ms},
                                        {"entered", values_value(entered)},
                                        {"reason", reason},
                                        {"wrong", list_value(wrong, [](const WrongField& each) {
                                           return Value(Value::Object{{"code", each.code},
                                                                      {"field", each.field},
                                                                      {"label", label_value(each.label)},
                                                                      {"given", each.given},
                                                                      {"allowed", label_value(each.allowed)},
                                                                      {"sentence", label_value(each.sentence)}});
                                         })}});
}

std::string StatusView::to_json() const {
  return lianxin::to_json(
      Value::Object{{"here", here},
                    {"on_server", on_server},
                    {"waiting", waiting},
                    {"needs_you", needs_you},
                    {"drafts", drafts},
                    {"enrolled", enrolled},
                    {"purged", purged},
                    {"device", device},
                    {"device_name", device_name},
                    {"member", member},
                    {"member_name", member_name},
                    {"server", server},
                    {"kinds_version", kinds_version},
                    {"studios", list_value(studios, [](const StudioStatus& studio) {
                       return Value(Value::Object{{"studio", studio.studio},
                                                  {"code", studio.code},
                                                  {"name", studio.name},
                                                  {"here", studio.here},
                                                  {"on_server", studio.on_server},
                                                  {"synced_ms", studio.synced_ms},
                                                  {"granted", studio.granted},
                                                  {"trouble", studio.trouble},
                                                  {"differing", texts_value(studio.differing)},
                                                  {"problem", studio.problem},
                                                  {"problem_sentence", label_value(studio.problem_sentence)}});
                     })}});
}

std::string ReceiptView::to_json() const {
  return lianxin::to_json(Value::Object{{"studio", studio},
                                        {"code", code},
                                        {"name", name},
                                        {"device", device},
                                        {"acked_n", acked_n},
                                        {"here", here},
                                        {"log_seq", log_seq},
                                        {"server_ms", server_ms},
                                        {"current", current},
                                        {"this_key", this_key},
                                        {"text", text}});
}

}  // namespace lianxin
