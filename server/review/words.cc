#include "server/review/words.h"

#include <algorithm>

#include "schema/day.h"
#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/validate.h"
#include "sync/model/view.h"

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
    {"_erased", "按个人信息保护要求清除", "Erased for privacy"},
};

// Where a text is read: at whose desk, and in which studio the record lies.
struct Reading {
  const Desk& desk;
  StudioId studio;

  bool zh() const { return desk.zh(); }
};

std::string chosen(const Desk& desk, const std::string& zh, const std::string& en, std::string_view otherwise) {
  const std::string& label = desk.zh() ? zh : en;
  return label.empty() ? std::string(otherwise) : label;
}

std::string code_label(const Reading& in, const std::string& list_name, std::string_view code_text) {
  const CodeList* list = in.desk.catalog.code_list(list_name);
  if (const Code* code = list ? list->find(code_text) : nullptr) {
    return chosen(in.desk, code->label_zh, code->label_en, code_text);
  }
  std::string added = added_code_label(in.desk, in.studio, list_name, code_text);
  return added.empty() ? std::string(code_text) : added;
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

// The name of what an id stands for; empty where it is none, or the asker does not know it by name.
std::string name_of_id(const Reading& in, std::string_view text) {
  const auto id = RecordId::parse(text);
  if (!id) return {};
  if (std::string name = in.desk.known_name(MemberId{id->bytes}); !name.empty()) return name;
  if (std::string name = in.desk.known_name(StudioId{id->bytes}); !name.empty()) return name;
  if (std::string name = in.desk.known_name_of_org(*id); !name.empty()) return name;
  return record_title(in.desk, in.studio, *id);
}

std::string id_text(const Reading& in, std::string_view text) {
  std::string name = name_of_id(in, text);
  return name.empty() ? std::string(text) : name;
}

const Attribute* attribute_of(const Field& field, std::string_view name) {
  for (const Attribute& attribute : field.attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

std::string plain_text(const Reading& in, FieldType type, const std::string& code_list, const Value& value);

std::string part_text(const Reading& in, const Field* field, const std::string& name, const Value& part) {
  const Attribute* attribute = field ? attribute_of(*field, name) : nullptr;
  const bool family = field && field->merge == Merge::counter;
  const std::string label = attribute ? chosen(in.desk, attribute->label_zh, attribute->label_en, name)
                            : family  ? code_label(in, field->code_list, name)
                                      : name;
  return label + (in.zh() ? "：" : ": ") +
         plain_text(in, attribute ? attribute->type : FieldType::any, attribute ? attribute->code_list : "", part);
}

// In the order in which the form has them; what the kind does not know comes last. Without the one that says no more
// than `known` does.
std::string parts_text(const Reading& in, const Field* field, const Value::Object& parts, std::string_view known = {}) {
  std::vector<const std::string*> names;
  if (field) {
    for (const Attribute& attribute : field->attributes) {
      const auto found = parts.find(attribute.name);
      if (found != parts.end()) names.push_back(&found->first);
    }
  }
  for (const auto& [name, part] : parts) {
    if (!field || !attribute_of(*field, name)) names.push_back(&name);
  }
  std::string text;
  for (const std::string* name : names) {
    const Value& part = parts.at(*name);
    if (part.is_null() || (!known.empty() && part.text() && id_text(in, *part.text()) == known)) continue;
    if (!text.empty()) text += in.zh() ? "；" : "; ";
    text += part_text(in, field, *name, part);
  }
  return text;
}

std::string plain_text(const Reading& in, FieldType type, const std::string& code_list, const Value& value) {
  if (value.is_null()) return {};
  if (const bool* yes = value.boolean()) return in.zh() ? (*yes ? "是" : "否") : (*yes ? "yes" : "no");
  if (const std::int64_t* number = value.integer()) {
    return type == FieldType::money ? yuan_text(*number) : std::to_string(*number);
  }
  if (const std::string* text = value.text()) {
    if (type == FieldType::region) return region_text(in.desk, *text);
    return type == FieldType::code ? code_label(in, code_list, *text) : id_text(in, *text);
  }
  if (const Value::List* list = value.list()) {
    std::string text;
    for (const Value& item : *list) {
      if (!text.empty()) text += in.zh() ? "、" : ", ";
      text += plain_text(in, type, code_list, item);
    }
    return text;
  }
  return parts_text(in, nullptr, *value.object());
}

std::string element_text(const Reading& in, const Field* field, const std::string& key) {
  return field && field->element_kind == "code" ? code_label(in, field->code_list, key) : id_text(in, key);
}

// A key that a phone made up for an entry, and that names nothing else.
bool is_made_key(const Reading& in, const Field* field, std::string_view key) {
  return (!field || field->element_kind != "code") && RecordId::parse(key) && name_of_id(in, key).empty();
}

std::string line_text(const Reading& in, const Field* field, const std::string& key, const Value::Object& attributes) {
  const std::string name = is_made_key(in, field, key) ? std::string() : element_text(in, field, key);
  const std::string parts = parts_text(in, field, attributes, name);
  if (name.empty()) return parts.empty() ? key : parts;
  if (parts.empty()) return name;
  return name + (in.zh() ? "（" + parts + "）" : " (" + parts + ")");
}

// The first text that an entry has, in the order of its form.
std::string first_words(const Field& field, const Value::Object& attributes, const std::string& otherwise) {
  for (const Attribute& attribute : field.attributes) {
    const auto part = attributes.find(attribute.name);
    const bool words = attribute.type == FieldType::text || attribute.type == FieldType::long_text;
    if (words && part != attributes.end() && part->second.text()) return *part->second.text();
  }
  return otherwise;
}

std::string set_of_keys(const Reading& in, const Field& field, const Value::List& keys) {
  std::string text;
  for (const Value& key : keys) {
    if (!text.empty()) text += in.zh() ? "、" : ", ";
    text += key.text() ? element_text(in, &field, *key.text()) : std::string();
  }
  return text;
}

std::string label_with(const Reading& in, std::string_view kind, const Address& at, const std::string& element) {
  std::string label = field_label(in.desk, kind, at.field);
  const Field* field = in.desk.catalog.field(kind, at.field);
  if (!at.element.empty()) label += " · " + element;
  if (!at.attribute.empty()) {
    const Attribute* attribute = field ? attribute_of(*field, at.attribute) : nullptr;
    label +=
        " · " + (attribute ? chosen(in.desk, attribute->label_zh, attribute->label_en, at.attribute) : at.attribute);
  }
  return label;
}

}  // namespace

std::string kind_label(const Desk& desk, std::string_view name) {
  const Kind* kind = desk.catalog.kind(name);
  return kind ? chosen(desk, kind->label_zh, kind->label_en, name) : std::string(name);
}

std::string label_of(const Desk& desk, std::string_view kind, const Address& at, const StudioId& studio) {
  const Reading in{desk, studio};
  return label_with(in, kind, at, element_text(in, desk.catalog.field(kind, at.field), at.element));
}

std::string label_in(const Desk& desk, const StudioId& studio, const Row& row, const Address& at) {
  const Reading in{desk, studio};
  const Field* field = desk.catalog.field(row.kind, at.field);
  std::string element = element_text(in, field, at.element);
  if (field && field->merge == Merge::set && is_made_key(in, field, at.element)) {
    const auto elements = shown_elements(desk.catalog, row, at.field);
    const auto found = elements.find(at.element);
    if (found != elements.end()) element = first_words(*field, found->second, element);
  }
  return label_with(in, row.kind, at, element);
}

std::string state_label(const Desk& desk, std::string_view kind, std::string_view field_name, std::string_view state) {
  const Field* field = desk.catalog.field(kind, field_name);
  const Ladder* ladder = field ? desk.catalog.ladder(field->ladder) : nullptr;
  const Rung* rung = ladder ? ladder->rung(state) : nullptr;
  return rung ? chosen(desk, rung->label_zh, rung->label_en, state) : std::string(state);
}

std::string workflow_label(const Desk& desk, std::string_view kind_name, std::string_view state) {
  const Kind* kind = desk.catalog.kind(kind_name);
  if (!kind) return std::string(state);
  const auto workflow = std::find_if(kind->fields.begin(), kind->fields.end(), [](const Field& field) {
    return field.merge == Merge::ladder && field.name != "_review";
  });
  return workflow == kind->fields.end() ? std::string(state) : state_label(desk, kind_name, workflow->name, state);
}

std::string value_text(const Desk& desk, std::string_view kind, const Address& at, const Value& value,
                       const StudioId& studio) {
  const Reading in{desk, studio};
  const Field* field = desk.catalog.field(kind, at.field);
  if (!field) return plain_text(in, FieldType::any, {}, value);
  if (field->merge == Merge::ladder && value.text()) return state_label(desk, kind, at.field, *value.text());
  if (!at.attribute.empty()) {
    const Attribute* attribute = attribute_of(*field, at.attribute);
    return plain_text(in, attribute ? attribute->type : FieldType::any, attribute ? attribute->code_list : "", value);
  }
  if (field->merge == Merge::append) {
    std::string text;
    const Value::List one{value};
    for (const Value& entry : value.list() ? *value.list() : one) {
      if (!text.empty()) text += " | ";
      text += entry.object() ? parts_text(in, field, *entry.object()) : plain_text(in, field->type, {}, entry);
    }
    return text;
  }
  if (field->merge == Merge::set && value.list()) return set_of_keys(in, *field, *value.list());
  if (value.object()) return parts_text(in, field, *value.object());
  return plain_text(in, field->type, field->code_list, value);
}

std::string set_text(const Desk& desk, const StudioId& studio, const Row& row, std::string_view field) {
  return set_text(desk, studio, row.kind, field, shown_elements(desk.catalog, row, field));
}

std::string set_text(const Desk& desk, const StudioId& studio, std::string_view kind, std::string_view field_name,
                     const SetElements& elements) {
  const Reading in{desk, studio};
  const Field* field = desk.catalog.field(kind, field_name);
  const bool bare = std::all_of(elements.begin(), elements.end(), [](const auto& each) { return each.second.empty(); });
  std::string text;
  for (const auto& [key, attributes] : elements) {
    if (!text.empty()) text += !bare ? "\n" : in.zh() ? "、" : ", ";
    text += line_text(in, field, key, attributes);
  }
  return text;
}

std::string element_line(const Desk& desk, const StudioId& studio, const Row& row, const Address& at) {
  const auto elements = shown_elements(desk.catalog, row, at.field);
  const auto found = elements.find(at.element);
  if (found == elements.end()) return {};
  return element_line(desk, studio, row.kind, at, found->second);
}

std::string element_line(const Desk& desk, const StudioId& studio, std::string_view kind, const Address& at,
                         const Value::Object& attributes) {
  return line_text({desk, studio}, desk.catalog.field(kind, at.field), at.element, attributes);
}

std::string region_text(const Desk& desk, std::string_view code) {
  const std::string name = desk.known_name_of_region(code);
  if (name.empty()) return std::string(code);
  return name + (desk.zh() ? "（" + std::string(code) + "）" : " (" + std::string(code) + ")");
}

std::string yuan_text(std::int64_t fen) {
  const bool below = fen < 0;
  // Through unsigned: the least of all integers has no positive twin.
  const std::uint64_t amount = below ? 0 - static_cast<std::uint64_t>(fen) : static_cast<std::uint64_t>(fen);
  const std::uint64_t rest = amount % 100;
  return (below ? "-" : "") + std::to_string(amount / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

std::string_view name_of(Op op) {
  constexpr std::string_view names[] = {"put", "add", "remove", "count", "step", "append", "witness", "erased"};
  return names[static_cast<std::size_t>(op)];
}

Value sentence(std::string_view code, std::string zh, std::string en) {
  return Value::Object{{"code", code}, {"zh", std::move(zh)}, {"en", std::move(en)}};
}

Value held_sentence(std::string_view code) {
  return sentence(code, sentence_for(code, Fate::held, "zh"), sentence_for(code, Fate::held, "en"));
}

std::string author_text(const Desk& desk, const Head& head, bool zh) {
  std::string name = desk.known_name(head.member);
  if (head.member == desk.self.member) name = zh ? "服务器" : "the server";
  if (name.empty()) name = head.member.text();
  const std::string role(role_label(head.role, zh ? "zh" : "en"));
  if (!role.empty()) name += zh ? "（" + role + "）" : " (" + role + ")";
  return name + " " + local_time_text(head.clock.unix_ms());
}

}  // namespace lianxin::server
