// The views as JSON, for programs around the SDK: the CLI's --json, a bridge to another language.
#include "lianxin/views.h"

#include <algorithm>

#include "client-sdk/core/values.h"
#include "schema/json.h"

namespace lianxin {

using namespace client;
namespace {

Value plain(const FieldValue& value) {
  const Result<Value> plain_value = value_of(value);
  return plain_value ? *plain_value : Value();
}

Value label_value(const Label& label) { return Value::Object{{"zh", label.zh}, {"en", label.en}}; }

template <class T, class F>
Value list_value(const std::vector<T>& items, F f) {
  Value::List list;
  for (const T& item : items) list.emplace_back(f(item));
  return list;
}

Value texts_value(const std::vector<std::string>& texts) {
  return list_value(texts, [](const std::string& text) { return Value(text); });
}

Value values_value(const std::map<std::string, FieldValue>& values) {
  Value::Object parts;
  for (const auto& [name, value] : values) parts.emplace(name, plain(value));
  return parts;
}

Value field_json(const FieldView& field) {
  Value::Object parts{{"label", label_value(field.label)}, {"value", plain(field.value)}};
  if (!field.unit.empty()) parts.emplace("unit", field.unit);
  if (!field.value_label.zh.empty()) parts.emplace("value_label", label_value(field.value_label));
  if (field.waiting) parts.emplace("waiting", true);
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
                                                     {"member", side.member},
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
                      {"missing", texts_value(missing)}};
  if (!review.state.empty()) {
    parts.emplace("review", Value::Object{{"state", review.state},
                                          {"label", label_value(review.label)},
                                          {"by", review.by},
                                          {"role", review.role},
                                          {"reason", review.reason},
                                          {"marked", texts_value(review.marked)},
                                          {"revised", review.revised}});
  }
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
                                        {"waiting", waiting},
                                        {"deleted", deleted},
                                        {"revised", revised},
                                        {"conflicts", conflicts},
                                        {"held", held}});
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
  return lianxin::to_json(Value::Object{{"here", here},
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
                                                                      {"problem", studio.problem}});
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
