#include "sync/model/policy.h"

#include <algorithm>
#include <iterator>

#include "sync/model/people_policy.h"

namespace lianxin {
namespace {

constexpr std::string_view server_role = "server", coordinator_role = "coordinator", admin_role = "admin";
constexpr std::string_view reader_role = "reader";

// Roles by authority, highest first: where a field knows no order of its own, the first a member holds signs a head.
constexpr std::string_view roles_by_authority[] = {
    server_role, coordinator_role,  "handling_unit",       "township_liaison", "convener", "clinic_doctor", "member",
    "informant", "city_supervisor", "province_supervisor", "privacy_officer",  "auditor",  admin_role};

constexpr std::string_view supervisor_roles[] = {"city_supervisor", "province_supervisor"};
constexpr std::string_view roles_given[] = {"convener",         "member",         "informant",    "clinic_doctor",
                                            "township_liaison", coordinator_role, "handling_unit"};

template <std::size_t N>
bool is_among(const std::string_view (&roles)[N], std::string_view role) {
  return std::find(std::begin(roles), std::end(roles), role) != std::end(roles);
}

std::size_t authority_place(std::string_view role) {
  return static_cast<std::size_t>(std::find(std::begin(roles_by_authority), std::end(roles_by_authority), role) -
                                  std::begin(roles_by_authority));
}

bool listed(std::span<const std::string> roles, const Access& access) {
  return std::any_of(roles.begin(), roles.end(), [&](const std::string& role) { return access.has(role); });
}

}  // namespace

bool Access::has(std::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }
bool Access::is_server() const { return has(server_role); }

bool reaches(const Grant& grant, const StudioPlace& place) {
  if (grant.by_studio()) return grant.studio == place.studio;
  return std::find(place.org_codes.begin(), place.org_codes.end(), grant.org_code) != place.org_codes.end();
}

bool in_force(const Grant& grant, std::int64_t at_ms) { return grant.from_ms <= at_ms && at_ms < grant.to_ms; }

bool acts_on_shared(const Grant& grant) { return grant.by_studio(); }

Access access_of(const MemberId& member, std::span<const Grant> grants, const StudioPlace& place, std::int64_t at_ms) {
  Access access{member, {}, Sensitivity::public_};
  for (const Grant& grant : grants) {
    if (grant.member != member || !in_force(grant, at_ms) || !reaches(grant, place)) continue;
    if (!access.has(grant.role)) access.roles.push_back(grant.role);
    access.clearance = std::max(access.clearance, grant.clearance);
  }
  std::sort(access.roles.begin(), access.roles.end(), [](const std::string& a, const std::string& b) {
    return std::pair(authority_place(a), a) < std::pair(authority_place(b), b);
  });
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
  return {server_member, {std::string(server_role)}, Sensitivity::health};
}

Access reader_access(const MemberId& member) { return {member, {std::string(reader_role)}, Sensitivity::internal}; }

std::vector<std::string> roles_beside_server(std::vector<std::string> roles) {
  if (std::erase(roles, server_role) == 0) roles.clear();
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

bool only_supervises(const Access& access) {
  return access.any() && std::all_of(access.roles.begin(), access.roles.end(),
                                     [](const std::string& role) { return is_among(supervisor_roles, role); });
}

Visibility visibility(const Access& access, const Catalog& catalog, std::string_view kind, std::string_view field) {
  if (!access.any()) return Visibility::withheld;
  const Sensitivity sensitivity = sensitivity_of(catalog, kind, field);
  if (sensitivity > access.clearance) return Visibility::withheld;
  return only_supervises(access) && sensitivity >= Sensitivity::personal ? Visibility::masked : Visibility::visible;
}

bool sees_kind(const Access& access, const Catalog& catalog, std::string_view kind) {
  return access.any() && floor_of(catalog, kind) <= access.clearance;
}

bool may_write(const Access& access, const Kind& kind, const Field& field) {
  if (access.is_server()) return true;
  if (!field.writers.empty()) return listed(field.writers, access);
  return listed(kind.writers, access);
}

ServerWrites server_writes(const Kind& kind, const Field& field) {
  const std::vector<std::string>& writers = field.writers.empty() ? kind.writers : field.writers;
  if (std::find(writers.begin(), writers.end(), server_role) == writers.end()) return ServerWrites::never;
  return writers.size() > 1 ? ServerWrites::beside_others : ServerWrites::alone;
}

bool outranks(const Access& one, const Access& other) {
  const auto highest = [](const Access& access) {
    std::size_t place = std::size(roles_by_authority);
    for (const std::string& role : access.roles) place = std::min(place, authority_place(role));
    return place;
  };
  return highest(one) < highest(other);
}

bool may_decide_held(const Access& access) { return access.has(coordinator_role) || access.is_server(); }
bool may_make_studio(const Access& access) { return access.has(coordinator_role); }
bool may_be_given(std::string_view role) { return is_among(roles_given, role); }
bool may_keep_grants(const Access& access) { return access.has(coordinator_role); }
bool may_keep_accounts(const Access& access) { return access.has(admin_role); }
bool looks_after(const Access& access) { return access.has(coordinator_role) || access.has(admin_role); }
bool may_give_back_reference(const Access& access) { return access.has(coordinator_role); }

}  // namespace lianxin
