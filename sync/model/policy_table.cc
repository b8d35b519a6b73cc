#include "sync/model/policy_table.h"

#include <algorithm>
#include <iterator>

namespace lianxin::policy {
namespace {

constexpr std::string_view roles_by_authority[] = {
    "server",    "coordinator",     "handling_unit",       "township_liaison", "convener", "clinic_doctor", "member",
    "informant", "city_supervisor", "province_supervisor", "privacy_officer",  "auditor",  "admin",         "reader"};

constexpr std::pair<std::string_view, Group> named_kinds[] = {{"micro_consultation", Group::event},
                                                              {"clinic_visit", Group::event},
                                                              {"plan_item", Group::event},
                                                              {"outreach_visit", Group::visit},
                                                              {"concern", Group::concern},
                                                              {"resident", Group::resident},
                                                              {"household", Group::resident},
                                                              {"clinic_encounter", Group::encounter},
                                                              {"medicine_dispense", Group::medicine},
                                                              {"medicine_stock_move", Group::medicine},
                                                              {"consent", Group::consent},
                                                              {"comment", Group::about},
                                                              {"attachment", Group::about}};

// Which records: all of the studio, or those that stand so to the asker.
enum class Which : std::uint8_t { any, own, named, assigned, accepted };
// Which fields of them.
enum class What : std::uint8_t {
  all,
  header,  // what it is, when and where
  name,    // who it is
  masked   // all; what is personal, and texts, masked
};

struct Reads {
  Role role;
  Group group;
  Which which;
  Sensitivity most;
  What what = What::all;
};

using enum Sensitivity;

// Whole studios first, which every group of kinds is open to.
constexpr std::pair<Role, Sensitivity> whole_studios[] = {{Role::server, health},
                                                          {Role::coordinator, health},
                                                          {Role::township_liaison, personal},
                                                          {Role::convener, personal}};

constexpr Reads table[] = {
    {Role::member, Group::event, Which::any, internal},
    {Role::member, Group::event, Which::named, personal},
    {Role::member, Group::visit, Which::any, internal},
    {Role::member, Group::visit, Which::named, personal},
    {Role::member, Group::concern, Which::any, internal},
    {Role::member, Group::about, Which::any, internal},
    {Role::member, Group::unknown, Which::any, internal},
    {Role::clinic_doctor, Group::event, Which::any, internal, What::header},
    {Role::clinic_doctor, Group::event, Which::named, personal},
    {Role::clinic_doctor, Group::encounter, Which::named, health},
    {Role::clinic_doctor, Group::medicine, Which::named, health},
    {Role::clinic_doctor, Group::resident, Which::named, personal, What::name},
    {Role::clinic_doctor, Group::about, Which::named, health},
    {Role::clinic_doctor, Group::unknown, Which::any, internal},
    {Role::handling_unit, Group::concern, Which::assigned, personal},
    {Role::handling_unit, Group::resident, Which::assigned, personal},
    {Role::handling_unit, Group::about, Which::assigned, personal},
    {Role::privacy_officer, Group::consent, Which::any, personal},
};

// What else one has made: of every group of kinds.
constexpr std::pair<Role, Sensitivity> own_records[] = {
    {Role::member, personal}, {Role::informant, personal}, {Role::clinic_doctor, health}};
// Own words about what was in sight.
constexpr Role own_words[] = {Role::handling_unit, Role::city_supervisor, Role::province_supervisor,
                              Role::privacy_officer};

// They look across a whole subtree at what was accepted, and see that a person is there, not who.
constexpr Role supervisors[] = {Role::city_supervisor, Role::province_supervisor};
constexpr Reads supervised[] = {{{}, Group::event, Which::accepted, personal, What::masked},
                                {{}, Group::visit, Which::accepted, personal, What::masked},
                                {{}, Group::concern, Which::accepted, personal, What::masked},
                                {{}, Group::medicine, Which::accepted, internal},
                                {{}, Group::other, Which::accepted, personal, What::masked}};

// Of kinds that an office added, those who may make such records.
constexpr std::pair<Role, Sensitivity> makers_see[] = {{Role::member, personal}, {Role::clinic_doctor, health}};

struct Acts {
  Right right;
  std::initializer_list<Role> allowed, masked{};
};
const Acts act_table[] = {
    {Right::export_, {Role::coordinator}, {Role::city_supervisor, Role::province_supervisor}},
    {Right::submit,
     {Role::convener, Role::member, Role::informant, Role::clinic_doctor, Role::township_liaison, Role::coordinator}},
    {Right::check, {Role::township_liaison, Role::coordinator}},
    {Right::review, {Role::coordinator, Role::city_supervisor, Role::province_supervisor}},
    {Right::decide_held, {Role::coordinator}},
    {Right::comment,
     {Role::convener, Role::member, Role::informant, Role::clinic_doctor, Role::township_liaison, Role::coordinator,
      Role::handling_unit, Role::city_supervisor, Role::province_supervisor, Role::privacy_officer}},
    {Right::unmask, {Role::coordinator, Role::city_supervisor, Role::province_supervisor}},
    {Right::see_devices, {Role::coordinator, Role::admin}},
    {Right::make_studio, {Role::coordinator}},
    {Right::keep_grants, {Role::coordinator}},
    {Right::keep_accounts, {Role::admin}},
    {Right::audit, {Role::auditor}},
    {Right::give_back_reference, {Role::coordinator}},
    {Right::consent,
     {Role::convener, Role::member, Role::clinic_doctor, Role::township_liaison, Role::coordinator,
      Role::privacy_officer}},
    {Right::erase, {Role::privacy_officer}},
};

template <class List>
bool is_among(const List& list, Role role) {
  return std::find(std::begin(list), std::end(list), role) != std::end(list);
}

template <std::size_t N>
std::optional<Sensitivity> of_role(const std::pair<Role, Sensitivity> (&list)[N], Role role) {
  const auto at = std::find_if(std::begin(list), std::end(list), [&](const auto& each) { return each.first == role; });
  return at == std::end(list) ? std::nullopt : std::optional(at->second);
}

bool stands_so(const Relation& relation, Which which) {
  switch (which) {
    case Which::any: return true;
    case Which::own: return relation.own;
    case Which::named: return relation.named;
    case Which::assigned: return relation.assigned;
    case Which::accepted: return relation.accepted;
  }
  return false;
}

bool is_header(const Kind* kind, const Field* field) {
  if (!kind || !field) return false;
  const std::string& name = field->name;
  const bool of_every = name.starts_with('_') && name != "_marks" && name != "_alias";
  return of_every || name == kind->title_field || name == kind->date_field || name == "place_text" ||
         name == "session_kind" || name == "clinic_kind" || field->type == FieldType::time ||
         field->type == FieldType::region;
}

bool is_text(const Field& field) {
  const bool keys = field.merge == Merge::set && (field.element_kind == "code" || field.element_kind == "id");
  if (keys && field.attributes.empty()) return false;
  const bool words = field.type == FieldType::text || field.type == FieldType::long_text ||
                     field.type == FieldType::object || field.type == FieldType::any;
  return words && field.merge != Merge::counter && field.merge != Merge::ladder && !field.name.starts_with('_');
}

Decision shown_of(const Question& asked, What what) {
  // To learn that it is there takes no field.
  if (asked.right == Right::list) return Decision::allowed;
  switch (what) {
    case What::all: return Decision::allowed;
    case What::header: return is_header(asked.kind, asked.field) ? Decision::allowed : Decision::denied;
    case What::name:
      return asked.kind && asked.field && asked.field->name == asked.kind->title_field ? Decision::allowed
                                                                                       : Decision::denied;
    case What::masked:
      if (asked.sensitivity >= personal) return Decision::masked;
      return asked.field && is_text(*asked.field) ? Decision::masked : Decision::allowed;
  }
  return Decision::denied;
}

Decision by_line(const Reads& line, Group group, Sensitivity clearance, const Question& asked) {
  const bool meant = line.group == group && stands_so(asked.relation, line.which) &&
                     asked.sensitivity <= std::min(line.most, clearance);
  return meant ? shown_of(asked, line.what) : Decision::denied;
}

bool is_maker(const Kind* kind, Role role) {
  return kind && std::find(kind->writers.begin(), kind->writers.end(), name_of(role)) != kind->writers.end();
}

bool allowed_whole(Role role, Group group, Sensitivity clearance, const Question& asked) {
  const auto within = [&](const std::optional<Sensitivity>& most) {
    return most && asked.sensitivity <= std::min(*most, clearance);
  };
  if (role == Role::reader) return within(internal);
  if (group == Group::reference && within(internal)) return true;
  if (within(of_role(whole_studios, role))) return true;
  if (asked.relation.own && within(of_role(own_records, role))) return true;
  if (asked.relation.own && group == Group::about && is_among(own_words, role)) return within(personal);
  return group == Group::other && is_maker(asked.kind, role) && within(of_role(makers_see, role));
}

}  // namespace

std::optional<Role> role_named(std::string_view name) {
  const auto at = std::find(std::begin(roles_by_authority), std::end(roles_by_authority), name);
  if (at == std::end(roles_by_authority)) return std::nullopt;
  return static_cast<Role>(at - std::begin(roles_by_authority));
}

std::string_view name_of(Role role) { return roles_by_authority[static_cast<std::size_t>(role)]; }

Group group_of(const Kind* kind) {
  if (!kind) return Group::unknown;
  if (kind->reference) return Group::reference;
  const auto at = std::find_if(std::begin(named_kinds), std::end(named_kinds),
                               [&](const auto& each) { return each.first == kind->name; });
  return at == std::end(named_kinds) ? Group::other : at->second;
}

Sensitivity most_of(Role role) {
  Sensitivity most = internal;  // reference data
  for (const auto& list : {of_role(whole_studios, role), of_role(own_records, role), of_role(makers_see, role)}) {
    most = std::max(most, list.value_or(internal));
  }
  for (const Reads& line : table) {
    if (line.role == role) most = std::max(most, line.most);
  }
  return is_among(supervisors, role) ? personal : most;
}

Decision reads(Role role, Sensitivity clearance, const Question& asked) {
  const Group group = group_of(asked.kind);
  if (allowed_whole(role, group, clearance, asked)) return Decision::allowed;
  Decision decision = Decision::denied;
  for (const Reads& line : table) {
    if (line.role == role) decision = std::max(decision, by_line(line, group, clearance, asked));
  }
  if (!is_among(supervisors, role)) return decision;
  for (const Reads& line : supervised) decision = std::max(decision, by_line(line, group, clearance, asked));
  return decision;
}

bool writes(Role role, const Kind& kind, const Relation& relation) {
  const Group group = group_of(&kind);
  if (group == Group::about) return acts(role, Right::comment) == Decision::allowed;  // to answer is to write in it
  if (group == Group::consent && acts(role, Right::consent) != Decision::allowed) return false;
  switch (role) {
    case Role::server:
    case Role::coordinator:
    case Role::township_liaison:
    case Role::convener:
    case Role::clinic_doctor: return true;
    case Role::member: {
      const bool open = group == Group::event || group == Group::concern || group == Group::other;
      return open || relation.own || (group == Group::visit && relation.named);
    }
    case Role::informant: return relation.own;
    case Role::handling_unit: return relation.assigned;
    case Role::city_supervisor:
    case Role::province_supervisor: return true;
    case Role::privacy_officer: return group == Group::consent;
    case Role::admin: return group == Group::reference;
    case Role::auditor:
    case Role::reader: break;
  }
  return false;
}

Decision unmasks(Role role, const Question& what) {
  if (acts(role, Right::unmask) != Decision::allowed) return Decision::denied;
  // From above the county nobody's health, and nothing of what the county has not accepted.
  const bool masked_only = what.sensitivity <= personal && what.relation.accepted;
  return is_among(supervisors, role) && !masked_only ? Decision::denied : Decision::allowed;
}

Decision acts(Role role, Right right) {
  if (role == Role::server) return Decision::allowed;
  for (const Acts& line : act_table) {
    if (line.right != right) continue;
    if (is_among(line.allowed, role)) return Decision::allowed;
    return is_among(line.masked, role) ? Decision::masked : Decision::denied;
  }
  return Decision::denied;
}

}  // namespace lianxin::policy
