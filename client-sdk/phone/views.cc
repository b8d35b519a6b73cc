// The views as JSON, for programs around the SDK: the CLI's --json, a bridge to another language.
#include "lianxin/views.h"

#include <algorithm>

#include "client-sdk/phone/joined_json.h"
#include "client-sdk/phone/json_parts.h"
#include "schema/json.h"

namespace lianxin {

using namespace client;
namespace {

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
  if (!field.parts.empty()) parts.emplace("parts", list_value(field.parts, named_part_json));
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
                       {"label", label_value(held.label)},
                       {"values", values_value(held.values)},
                       {"labels", labels_value(held.labels)},
                       {"value_labels", labels_value(held.value_labels)}};
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
  if (!comments.empty()) {
    parts.emplace("comments", list_value(comments, [](const CommentView& comment) {
                    return Value(Value::Object{{"id", comment.id},
                                               {"text", comment.text},
                                               {"created_by", comment.created_by},
                                               {"created_by_label", label_value(comment.created_by_label)},
                                               {"created_ms", comment.created_ms}});
                  }));
  }
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
                                        {"region_label", label_value(region_label)},
                                        {"created_by_label", label_value(created_by_label)},
                                        {"missing", texts_value(missing)},
                                        {"missing_labels", list_value(missing_labels, label_value)},
                                        {"marked", texts_value(marked)},
                                        {"marked_labels", list_value(marked_labels, label_value)},
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
                                        {"damaged", damaged},
                                        {"entered", values_value(entered)},
                                        {"labels", labels_value(labels)},
                                        {"value_labels", labels_value(value_labels)},
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
                                           return Value(Value::Object{
                                               {"studio", studio.studio},
                                               {"code", studio.code},
                                               {"name", studio.name},
                                               {"here", studio.here},
                                               {"on_server", studio.on_server},
                                               {"synced_ms", studio.synced_ms},
                                               {"granted", studio.granted},
                                               {"trouble", studio.trouble},
                                               {"differing", texts_value(studio.differing)},
                                               {"differing_labels", list_value(studio.differing_labels, label_value)},
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
