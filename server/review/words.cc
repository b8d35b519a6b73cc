#include "server/review/words.h"

#include "schema/day.h"
#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/validate.h"

namespace lianxin::server {
namespace {

struct SystemLabel {
  std::string_view field, zh, en;
};

constexpr SystemLabel system_labels[] = {
    {"_deleted", "作废", "Deleted"},
    {"_review", "审核状态", "Review"},
    {"_marks", "需补正的栏目", "Marked fields"},
    {"_alias", "重复记录", "Duplicate of"},
    {"_official_no", "正式编号", "Official number"},
    {"_provisional_no", "临时编号", "Provisional number"},
    {"_held", "暂存改动的处理", "Decision on a held change"},
};

std::string chosen(const Desk& desk, const std::string& zh, const std::string& en, std::string_view otherwise) {
  const std::string& label = desk.zh() ? zh : en;
  return label.empty() ? std::string(otherwise) : label;
}

std::string code_label(const Desk& desk, const std::string& list_name, std::string_view code_text) {
  const CodeList* list = desk.catalog.code_list(list_name);
  const Code* code = list ? list->find(code_text) : nullptr;
  return code ? chosen(desk, code->label_zh, code->label_en, code_text) : std::string(code_text);
}

std::string field_label(const Desk& desk, std::string_view kind, std::string_view name) {
  if (const Field* field = desk.catalog.field(kind, name)) {
    if (!field->label_zh.empty() || !field->label_en.empty())
      return chosen(desk, field->label_zh, field->label_en, name);
  }
  for (const SystemLabel& label : system_labels) {
    if (label.field == name) return std::string(desk.zh() ? label.zh : label.en);
  }
  return std::string(name);
}

// A key or an id as a person knows it.
std::string id_text(const Desk& desk, std::string_view text) {
  if (const auto member = MemberId::parse(text)) {
    if (std::string name = desk.places.name_of(*member); !name.empty()) return name;
  }
  if (const auto studio = StudioId::parse(text)) {
    if (std::string name = desk.places.name_of(*studio); !name.empty()) return name;
  }
  return std::string(text);
}

const Attribute* attribute_of(const Field& field, std::string_view name) {
  for (const Attribute& attribute : field.attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

std::string plain_text(const Desk& desk, FieldType type, const std::string& code_list, const Value& value);

std::string parts_text(const Desk& desk, const Field* field, const Value::Object& parts) {
  std::string text;
  for (const auto& [name, part] : parts) {
    const Attribute* attribute = field ? attribute_of(*field, name) : nullptr;
    const bool family = field && field->merge == Merge::counter;
    const std::string label = attribute ? chosen(desk, attribute->label_zh, attribute->label_en, name)
                              : family  ? code_label(desk, field->code_list, name)
                                        : name;
    if (!text.empty()) text += desk.zh() ? "；" : "; ";
    text += label + (desk.zh() ? "：" : ": ") +
            plain_text(desk, attribute ? attribute->type : FieldType::any, attribute ? attribute->code_list : "", part);
  }
  return text;
}

std::string plain_text(const Desk& desk, FieldType type, const std::string& code_list, const Value& value) {
  if (value.is_null()) return {};
  if (const bool* yes = value.boolean()) return desk.zh() ? (*yes ? "是" : "否") : (*yes ? "yes" : "no");
  if (const std::int64_t* number = value.integer()) {
    return type == FieldType::money ? yuan_text(*number) : std::to_string(*number);
  }
  if (const std::string* text = value.text()) {
    return type == FieldType::code ? code_label(desk, code_list, *text) : id_text(desk, *text);
  }
  if (const Value::List* list = value.list()) {
    std::string text;
    for (const Value& item : *list) {
      if (!text.empty()) text += desk.zh() ? "、" : ", ";
      text += plain_text(desk, type, code_list, item);
    }
    return text;
  }
  return parts_text(desk, nullptr, *value.object());
}

std::string element_text(const Desk& desk, const Field* field, const std::string& key) {
  return field && field->element_kind == "code" ? code_label(desk, field->code_list, key) : id_text(desk, key);
}

}  // namespace

std::string kind_label(const Desk& desk, std::string_view name) {
  const Kind* kind = desk.catalog.kind(name);
  return kind ? chosen(desk, kind->label_zh, kind->label_en, name) : std::string(name);
}

std::string label_of(const Desk& desk, std::string_view kind, const Address& at) {
  std::string label = field_label(desk, kind, at.field);
  const Field* field = desk.catalog.field(kind, at.field);
  if (!at.element.empty()) label += " · " + element_text(desk, field, at.element);
  if (!at.attribute.empty()) {
    const Attribute* attribute = field ? attribute_of(*field, at.attribute) : nullptr;
    label += " · " + (attribute ? chosen(desk, attribute->label_zh, attribute->label_en, at.attribute) : at.attribute);
  }
  return label;
}

std::string state_label(const Desk& desk, std::string_view kind, std::string_view field_name, std::string_view state) {
  const Field* field = desk.catalog.field(kind, field_name);
  const Ladder* ladder = field ? desk.catalog.ladder(field->ladder) : nullptr;
  const Rung* rung = ladder ? ladder->rung(state) : nullptr;
  return rung ? chosen(desk, rung->label_zh, rung->label_en, state) : std::string(state);
}

std::string value_text(const Desk& desk, std::string_view kind, const Address& at, const Value& value) {
  const Field* field = desk.catalog.field(kind, at.field);
  if (!field) return plain_text(desk, FieldType::any, {}, value);
  if (field->merge == Merge::ladder && value.text()) return state_label(desk, kind, at.field, *value.text());
  if (!at.attribute.empty()) {
    const Attribute* attribute = attribute_of(*field, at.attribute);
    return plain_text(desk, attribute ? attribute->type : FieldType::any, attribute ? attribute->code_list : "", value);
  }
  if (field->merge == Merge::append) {
    std::string text;
    const Value::List one{value};
    for (const Value& entry : value.list() ? *value.list() : one) {
      if (!text.empty()) text += " | ";
      text += entry.object() ? parts_text(desk, field, *entry.object()) : plain_text(desk, field->type, {}, entry);
    }
    return text;
  }
  if (field->merge == Merge::set && value.list()) {
    std::string text;
    for (const Value& key : *value.list()) {
      if (!text.empty()) text += desk.zh() ? "、" : ", ";
      text += key.text() ? element_text(desk, field, *key.text()) : std::string();
    }
    return text;
  }
  if (value.object()) return parts_text(desk, field, *value.object());
  return plain_text(desk, field->type, field->code_list, value);
}

std::string yuan_text(std::int64_t fen) {
  const bool below = fen < 0;
  // Through unsigned: the least of all integers has no positive twin.
  const std::uint64_t amount = below ? 0 - static_cast<std::uint64_t>(fen) : static_cast<std::uint64_t>(fen);
  const std::uint64_t rest = amount % 100;
  return (below ? "-" : "") + std::to_string(amount / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

std::string_view name_of(Op op) {
  constexpr std::string_view names[] = {"put", "add", "remove", "count", "step", "append", "witness"};
  return names[static_cast<std::size_t>(op)];
}

Value sentence(std::string_view code, std::string zh, std::string en) {
  return Value::Object{{"code", code}, {"zh", std::move(zh)}, {"en", std::move(en)}};
}

Value held_sentence(std::string_view code) {
  return sentence(code, sentence_for(code, Fate::held, "zh"), sentence_for(code, Fate::held, "en"));
}

std::string author_text(const Desk& desk, const Head& head, bool zh) {
  std::string name = desk.places.name_of(head.member);
  if (head.member == desk.self.member) name = zh ? "服务器" : "the server";
  if (name.empty()) name = head.member.text();
  const std::string role(role_label(head.role, zh ? "zh" : "en"));
  if (!role.empty()) name += zh ? "（" + role + "）" : " (" + role + ")";
  return name + " " + local_time_text(head.clock.unix_ms());
}

}  // namespace lianxin::server
