#include "schema/kind.h"

#include <algorithm>
#include <array>

namespace lianxin {
namespace {

template <class E>
struct Named {
  E value;
  const char* name;
};

constexpr Named<Merge> merges[] = {{Merge::register_, "register"},
                                   {Merge::set, "set"},
                                   {Merge::counter, "counter"},
                                   {Merge::ladder, "ladder"},
                                   {Merge::append, "append"}};

constexpr Named<FieldType> field_types[] = {{FieldType::text, "text"},       {FieldType::long_text, "long_text"},
                                            {FieldType::integer, "integer"}, {FieldType::decimal, "decimal"},
                                            {FieldType::money, "money"},     {FieldType::boolean, "boolean"},
                                            {FieldType::date, "date"},       {FieldType::time, "time"},
                                            {FieldType::code, "code"},       {FieldType::region, "region"},
                                            {FieldType::id, "id"},           {FieldType::geo, "geo"},
                                            {FieldType::object, "object"},   {FieldType::any, "any"}};

constexpr Named<Sensitivity> sensitivities[] = {{Sensitivity::public_, "public"},
                                                {Sensitivity::internal, "internal"},
                                                {Sensitivity::personal, "personal"},
                                                {Sensitivity::health, "health"}};

template <class E, std::size_t size>
const char* name_in(const Named<E> (&all)[size], E value) {
  for (const Named<E>& each : all) {
    if (each.value == value) return each.name;
  }
  return "unknown";
}

template <class E, std::size_t size>
std::optional<E> value_in(const Named<E> (&all)[size], std::string_view name) {
  for (const Named<E>& each : all) {
    if (each.name == name) return each.value;
  }
  return std::nullopt;
}

struct Role {
  std::string_view zh, en;
};

constexpr std::array<std::string_view, 13> roles = {
    "convener",        "member",        "informant",       "clinic_doctor",       "township_liaison",
    "coordinator",     "handling_unit", "city_supervisor", "province_supervisor", "auditor",
    "privacy_officer", "admin",         "server"};

constexpr std::array<Role, roles.size()> role_labels = {{{"召集人", "convener"},
                                                         {"委员", "member"},
                                                         {"特邀信息员", "informant"},
                                                         {"义诊医生", "clinic doctor"},
                                                         {"镇联络员", "township liaison"},
                                                         {"协调员", "coordinator"},
                                                         {"承办单位", "handling unit"},
                                                         {"市级督导", "city supervisor"},
                                                         {"省级督导", "province supervisor"},
                                                         {"审计", "auditor"},
                                                         {"个人信息保护负责人", "privacy officer"},
                                                         {"系统管理员", "administrator"},
                                                         {"服务器", "server"}}};

template <class Map>
auto find_in(const Map& map, std::string_view name) -> const typename Map::mapped_type* {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const char* name_of(Merge merge) { return name_in(merges, merge); }
const char* name_of(FieldType type) { return name_in(field_types, type); }
const char* name_of(Sensitivity sensitivity) { return name_in(sensitivities, sensitivity); }
std::optional<Merge> merge_named(std::string_view name) { return value_in(merges, name); }
std::optional<FieldType> field_type_named(std::string_view name) { return value_in(field_types, name); }
std::optional<Sensitivity> sensitivity_named(std::string_view name) { return value_in(sensitivities, name); }

bool is_role(std::string_view name) { return std::find(roles.begin(), roles.end(), name) != roles.end(); }

std::string_view role_label(std::string_view role, std::string_view language) {
  const auto found = std::find(roles.begin(), roles.end(), role);
  if (found == roles.end()) return role;
  const Role& label = role_labels[static_cast<std::size_t>(found - roles.begin())];
  return language == "zh" ? label.zh : label.en;
}

const Rung* Ladder::rung(std::string_view state) const {
  for (const Rung& each : rungs) {
    if (each.state == state) return &each;
  }
  return nullptr;
}

const Step* Ladder::step(std::string_view from, std::string_view to) const {
  for (const Step& each : steps) {
    if (each.from == from && each.to == to) return &each;
  }
  return nullptr;
}

const Code* CodeList::find(std::string_view code) const {
  for (const Code& each : codes) {
    if (each.code == code) return &each;
  }
  return nullptr;
}

const Field* Kind::field(std::string_view field_name) const {
  for (const Field& each : fields) {
    if (each.name == field_name) return &each;
  }
  return nullptr;
}

const Kind* Catalog::kind(std::string_view name) const { return find_in(kinds, name); }
const Ladder* Catalog::ladder(std::string_view name) const { return find_in(ladders, name); }
const CodeList* Catalog::code_list(std::string_view name) const { return find_in(code_lists, name); }

const Field* Catalog::field(std::string_view kind_name, std::string_view field_name) const {
  const Kind* found = kind(kind_name);
  return found ? found->field(field_name) : nullptr;
}

}  // namespace lianxin
