// What each role may, as a table that decide() (policy.h) reads, and nobody else.
#pragma once

#include "sync/model/policy.h"

namespace lianxin::policy {

// By authority, highest first: where a field knows no order of its own, the first a member holds signs a head.
enum class Role : std::uint8_t {
  server,
  coordinator,
  handling_unit,
  township_liaison,
  convener,
  clinic_doctor,
  member,
  informant,
  city_supervisor,
  province_supervisor,
  privacy_officer,
  auditor,
  admin,
  reader  // of reference data, who holds no grant there
};
std::optional<Role> role_named(std::string_view name);
std::string_view name_of(Role role);

// Kinds that are treated alike.
enum class Group : std::uint8_t {
  reference,
  event,    // consultations, receptions, clinics, the plan
  visit,    // to a household
  concern,  //
  resident,
  encounter,  // a patient at a clinic
  medicine,
  consent,
  about,   // comments and attachments: as guarded as what they are about (Row::guard)
  other,   // a kind that an office has added: who may make such records is said there
  unknown  // nobody knows the kind: the row says that something is held, and no more
};
Group group_of(const Kind* kind);

Sensitivity most_of(Role role);                                          // no grant gives it more
Decision reads(Role role, Sensitivity clearance, const Question& what);  // Right::list, see, history
bool writes(Role role, const Kind& kind, const Relation& relation);      // if the kind names the role among its writers
Decision acts(Role role, Right right);                                   // every other one
Decision unmasks(Role role, const Question& what);                       // of what it does not see

}  // namespace lianxin::policy
