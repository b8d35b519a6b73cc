#include "sync/model/policy.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "sync/model/people_policy.h"
#include "sync/model/policy_table.h"

namespace lianxin {
namespace {

using policy::Role;

constexpr Role roles_given[] = {Role::convener,         Role::member,      Role::informant,    Role::clinic_doctor,
                                Role::township_liaison, Role::coordinator, Role::handling_unit};

std::size_t authority_place(std::string_view role) {
  const auto known = policy::role_named(role);
  return known ? static_cast<std::size_t>(*known) : SIZE_MAX;
}

bool names(const std::vector<std::string>& roles, Role role) {
  return std::find(roles.begin(), roles.end(), policy::name_of(role)) != roles.end();
}

// The most that any of his roles makes of it. `answer(role, clearance)`.
template <class Answer>
Decision by_roles(const Access& access, const Answer& answer) {
  Decision decision = Decision::denied;
  for (std::size_t i = 0; i < access.roles.size(); ++i) {
    const auto role = policy::role_named(access.roles[i]);
    if (!role) continue;
    const Sensitivity clearance = i < access.clearances.size() ? access.clearances[i] : access.clearance;
    decision = std::max(decision, answer(*role, clearance));
  }
  return decision;
}

Decision to_write(const Access& access, const Question& asked) {
  if (access.is_server()) return Decision::allowed;
  if (!asked.kind || !asked.field) return Decision::denied;
  const auto& writers = asked.field->writers.empty() ? asked.kind->writers : asked.field->writers;
  return by_roles(access, [&](Role role, Sensitivity) {
    return names(writers, role) && policy::writes(role, *asked.kind, asked.relation) ? Decision::allowed
                                                                                     : Decision::denied;
  });
}

Right right_of_review(std::string_view state) {
  if (state == "submitted" || state == "draft") return Right::submit;
  return state == "township_checked" || state == "returned" ? Right::check : Right::review;
}

// That a record is there is told of one that is withheld too. What is written in it is not judged by this: whether its
// author's phone came before the withdrawal or behind it must make no difference (gates.h refuses where a person acts).
bool is_kept_from_all(const Access& access, const Question& asked) {
  const bool of_field = asked.field && !asked.field->name.starts_with('_');
  return asked.relation.withheld && of_field && asked.sensitivity > Sensitivity::internal && !access.is_server();
}

// Both ends of what a record may be to him.
constexpr Relation stranger{}, close{true, true, true, true};

}  // namespace

bool Access::has(std::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }
bool Access::is_server() const { return names(roles, Role::server); }

Decision decide(const Access& access, const Question& asked) {
  switch (asked.right) {
    case Right::list:
    case Right::see:
    case Right::history:
      if (is_kept_from_all(access, asked)) return Decision::denied;
      return by_roles(access, [&](Role role, Sensitivity clearance) { return policy::reads(role, clearance, asked); });
    case Right::write: return to_write(access, asked);
    case Right::unmask:
      if (!asked.kind) break;
      if (is_kept_from_all(access, asked)) return Decision::denied;
      return by_roles(access, [&](Role role, Sensitivity) { return policy::unmasks(role, asked); });
    case Right::export_:
    case Right::submit:
    case Right::check:
    case Right::review:
    case Right::decide_held:
    case Right::comment:
    case Right::see_devices:
    case Right::make_studio:
    case Right::keep_grants:
    case Right::keep_accounts:
    case Right::audit:
    case Right::give_back_reference:
    case Right::consent:
    case Right::erase: break;
  }
  return by_roles(access, [&](Role role, Sensitivity) { return policy::acts(role, asked.right); });
}

bool may(const Access& access, Right right) {
  return decide(access, {right, nullptr, nullptr, {}, {}}) != Decision::denied;
}

bool reaches(const Grant& grant, const StudioPlace& place) {
  if (grant.by_studio()) return grant.studio == place.studio;
  return std::find(place.org_codes.begin(), place.org_codes.end(), grant.org_code) != place.org_codes.end();
}

bool in_force(const Grant& grant, std::int64_t at_ms) { return grant.from_ms <= at_ms && at_ms < grant.to_ms; }

bool acts_on_shared(const Grant& grant) { return grant.by_studio(); }

Access access_of(const MemberId& member, std::span<const Grant> grants, const StudioPlace& place, std::int64_t at_ms) {
  std::map<std::pair<std::size_t, std::string>, Sensitivity> held;  // by authority
  Access access{member, {}, Sensitivity::public_};
  access.reference = place.reference;
  for (const Grant& grant : grants) {
    if (grant.member != member || !in_force(grant, at_ms) || !reaches(grant, place)) continue;
    const auto role = policy::role_named(grant.role);
    const Sensitivity most = role ? policy::most_of(*role) : Sensitivity::public_;
    Sensitivity& clearance = held.try_emplace({authority_place(grant.role), grant.role}).first->second;
    clearance = std::max(clearance, std::min(grant.clearance, most));
    if (acts_for_unit(grant) && !grant.unit.empty()) access.units.push_back(grant.unit);
  }
  for (const auto& [role, clearance] : held) {
    access.roles.push_back(role.second);
    access.clearances.push_back(clearance);
    access.clearance = std::max(access.clearance, clearance);
  }
  if (handles(access)) access.units.push_back(member.text());
  return access;
}

Access access_on_shared(const MemberId& member, std::span<const Grant> grants, const StudioPlace& place,
                        std::int64_t at_ms) {
  std::vector<Grant> here;
  std::copy_if(grants.begin(), grants.end(), std::back_inserter(here),
               [&](const Grant& grant) { return grant.member == member && acts_on_shared(grant); });
  return access_of(member, here, place, at_ms);
}

Access server_access(const MemberId& server_member) {
  return {server_member, {std::string(policy::name_of(Role::server))}, Sensitivity::health};
}

Access reader_access(const MemberId& member) {
  Access access{member, {std::string(policy::name_of(Role::reader))}, Sensitivity::internal};
  access.reference = true;
  return access;
}

std::vector<std::string> roles_beside_server(std::vector<std::string> roles) {
  if (std::erase(roles, policy::name_of(Role::server)) == 0) roles.clear();
  return roles;
}

Sensitivity floor_of(const Catalog& catalog, std::string_view kind_name) {
  const Kind* kind = catalog.kind(kind_name);
  if (!kind) return Sensitivity::internal;  // nothing of it is applied: its rows show that something is held
  Sensitivity floor = Sensitivity::health;
  bool any = false;
  for (const Field& field : kind->fields) {
    if (field.name.starts_with('_')) continue;
    any = true;
    floor = std::min(floor, field.sensitivity);
  }
  return any ? floor : Sensitivity::internal;
}

Sensitivity sensitivity_of(const Catalog& catalog, std::string_view kind, std::string_view field_name) {
  const Sensitivity floor = floor_of(catalog, kind);
  const Field* field = catalog.field(kind, field_name);
  if (field) return std::max(floor, field->sensitivity);
  return field_name.starts_with('_') ? floor : Sensitivity::health;
}

Visibility visibility(const Access& access, const Catalog& catalog, std::string_view kind, std::string_view field,
                      const Relation& relation, Sensitivity guard) {
  const Sensitivity sensitivity = std::max(guard, sensitivity_of(catalog, kind, field));
  const bool unknown = !catalog.field(kind, field);  // and so guarded most
  if (unknown && relation.withheld && is_withheld_field(catalog, kind, field, guard) && !access.is_server()) {
    return Visibility::withheld;
  }
  switch (decide(access, {Right::see, catalog.kind(kind), catalog.field(kind, field), sensitivity, relation})) {
    case Decision::allowed: return Visibility::visible;
    case Decision::masked: return Visibility::masked;
    case Decision::denied: break;
  }
  return Visibility::withheld;
}

bool sees_record(const Access& access, const Catalog& catalog, std::string_view kind, const Relation& relation,
                 Sensitivity guard) {
  const Sensitivity sensitivity = std::max(guard, floor_of(catalog, kind));
  return decide(access, {Right::list, catalog.kind(kind), nullptr, sensitivity, relation}) != Decision::denied;
}

bool is_withheld_field(const Catalog& catalog, std::string_view kind, std::string_view field, Sensitivity guard) {
  return !field.starts_with('_') && std::max(guard, sensitivity_of(catalog, kind, field)) > Sensitivity::internal;
}

bool sees_kind(const Access& access, const Catalog& catalog, std::string_view kind) {
  return sees_record(access, catalog, kind, close);
}

bool may_write(const Access& access, const Kind& kind, const Field& field, const Relation& relation) {
  return decide(access, {Right::write, &kind, &field, field.sensitivity, relation}) == Decision::allowed;
}

ServerWrites server_writes(const Kind& kind, const Field& field) {
  const std::vector<std::string>& writers = field.writers.empty() ? kind.writers : field.writers;
  if (!names(writers, Role::server)) return ServerWrites::never;
  return writers.size() > 1 ? ServerWrites::beside_others : ServerWrites::alone;
}

bool outranks(const Access& one, const Access& other) {
  const auto highest = [](const Access& access) {
    std::size_t place = SIZE_MAX;
    for (const std::string& role : access.roles) place = std::min(place, authority_place(role));
    return place;
  };
  return highest(one) < highest(other);
}

bool may_step_review(const Access& access, std::string_view state) { return may(access, right_of_review(state)); }

bool sees_everything(const Access& access, const Catalog& catalog) {
  return level_of(access, catalog) == Sensitivity::health;
}

std::optional<Sensitivity> level_of(const Access& access, const Catalog& catalog) {
  for (const auto& [name, kind] : catalog.kinds) {
    for (auto level = static_cast<std::size_t>(floor_of(catalog, name)); level <= 3; ++level) {
      const auto sensitivity = static_cast<Sensitivity>(level);
      const Decision meant = sensitivity <= access.clearance ? Decision::allowed : Decision::denied;
      for (const Relation& relation : {stranger, close}) {
        if (decide(access, {Right::see, &kind, nullptr, sensitivity, relation}) != meant) return std::nullopt;
      }
    }
  }
  return access.clearance;
}

std::optional<About> about_of(std::string_view kind) {
  if (kind == "comment") return About{"target_id", "target_field", {}};
  if (kind == "attachment") return About{"owner_record_id", "owner_field", "guarded_as"};
  return std::nullopt;
}

const Bonds& bonds_of(std::string_view kind) {
  static const std::map<std::string_view, Bonds> bonds{
      {"outreach_visit", {{"visitors", "helper_ids"}, {}, {}, {}, {}, {}}},
      {"clinic_visit", {{"doctors"}, {}, "occurred_on", {}, {}, {}}},
      {"micro_consultation", {{"participants"}, {}, {}, {}, {}, {}}},
      {"clinic_encounter", {{}, "clinic_visit_id", {}, {"patient_resident_id", "guardian_resident_id"}, {}, {}}},
      {"medicine_dispense", {{}, "clinic_visit_id", {}, {}, {}, {}}},
      {"medicine_stock_move", {{}, "clinic_visit_id", {}, {}, {}, {}}},
      {"concern", {{}, {}, {}, {}, {"assigned_unit_id", "co_units"}, {"appellant_resident_id", "reporters"}}}};
  static const Bonds none;
  const auto at = bonds.find(kind);
  return at == bonds.end() ? none : at->second;
}

bool asks_others(const Access& access, const Catalog& catalog) {
  constexpr Role asking[] = {Role::clinic_doctor, Role::handling_unit, Role::informant};
  const bool any =
      std::any_of(std::begin(asking), std::end(asking), [&](Role role) { return names(access.roles, role); });
  return any && !access.reference && !level_of(access, catalog);
}

bool handles(const Access& access) { return names(access.roles, Role::handling_unit); }
bool acts_for_unit(const Grant& grant) { return grant.role == policy::name_of(Role::handling_unit); }
bool decides_records(std::string_view role) {
  return role == policy::name_of(Role::coordinator) || role == policy::name_of(Role::server);
}

bool may_be_given(std::string_view role) {
  const auto known = policy::role_named(role);
  return known && std::find(std::begin(roles_given), std::end(roles_given), *known) != std::end(roles_given);
}

bool may_decide_held(const Access& access) { return may(access, Right::decide_held); }
bool may_audit(const Access& access) { return may(access, Right::audit); }
bool may_make_studio(const Access& access) { return may(access, Right::make_studio); }
bool looks_after(const Access& access) { return may(access, Right::see_devices); }
bool may_give_back_reference(const Access& access) { return may(access, Right::give_back_reference); }
bool may_keep_grants(const Access& access) { return may(access, Right::keep_grants); }
bool may_keep_accounts(const Access& access) { return may(access, Right::keep_accounts); }

}  // namespace lianxin
