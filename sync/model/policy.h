// The one place that says who may see and do what. Feed, API, search, export and history all ask here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "schema/ids.h"
#include "schema/kind.h"
#include "sync/model/clock.h"

namespace lianxin {

// A member holds `role` in a studio, or in an org unit and all studios below it, during [from_ms, to_ms). One that
// names both is the studio's: a grant never reaches further than the narrower of what it names.
struct Grant {
  MemberId member;
  std::string role;
  StudioId studio;       // zero when the grant is by org unit
  std::string org_code;  // empty when it is by studio
  std::int64_t from_ms = 0, to_ms = INT64_MAX;
  Sensitivity clearance = Sensitivity::internal;

  bool by_studio() const { return !studio.is_zero(); }
};

// What an office has made of a studio (its field `status`): open, also where nothing is said; applied for and not
// approved yet; suspended or closed.
enum class StudioState { open, applied, shut };

// Where a studio stands: its own code, and its org units from its own upwards.
struct StudioPlace {
  StudioId studio;
  std::string code;                    // 990121-S01; for the studio of an org unit, the org code
  std::vector<std::string> org_codes;  // 990121, 990100, 990000
  bool reference = false;              // holds an org unit's reference data
  StudioState state = StudioState::open;
};

enum class Visibility { visible, masked, withheld };

// What one member is in one studio at one moment.
struct Access {
  MemberId member;
  std::vector<std::string> roles;  // sorted by authority, highest first; empty: nothing at all
  Sensitivity clearance = Sensitivity::public_;

  bool any() const { return !roles.empty(); }
  bool has(std::string_view role) const;
  bool is_server() const;
};

bool reaches(const Grant& grant, const StudioPlace& place);
bool in_force(const Grant& grant, std::int64_t at_ms);

// A duty phone, shared by all members of the studio it lies in, stands for that studio: what a member holds by org unit
// does not act on it.
bool acts_on_shared(const Grant& grant);

Access access_of(const MemberId& member, std::span<const Grant> grants, const StudioPlace& place, std::int64_t at_ms);
Access access_on_shared(const MemberId& member, std::span<const Grant> grants, const StudioPlace& place,
                        std::int64_t at_ms);
Access server_access(const MemberId& server_member);  // of the server's own device: its own role, all clearances
Access reader_access(const MemberId& member);  // who holds no role in reference data: it is pulled, and not written

// Of the roles under which a line is logged, those of its author's grants; empty where the server did not act.
std::vector<std::string> roles_beside_server(std::vector<std::string> roles);

// How guarded a kind's cell is: its field's sensitivity, and never less than the least of the kind's own fields (a
// patient's record is not known to exist to those who may see nothing in it). Unknown fields count as `health`; a row
// of an unknown kind only shows that something is held.
Sensitivity sensitivity_of(const Catalog& catalog, std::string_view kind, std::string_view field);
Sensitivity floor_of(const Catalog& catalog, std::string_view kind);

// Supervisors look across a whole subtree: they see that a person is there, not who. Whoever holds another role beside
// is no mere supervisor.
bool only_supervises(const Access& access);
Visibility visibility(const Access& access, const Catalog& catalog, std::string_view kind, std::string_view field);
bool sees_kind(const Access& access, const Catalog& catalog, std::string_view kind);
bool may_write(const Access& access, const Kind& kind, const Field& field);
enum class ServerWrites { never, beside_others, alone };
ServerWrites server_writes(const Kind& kind, const Field& field);
bool may_decide_held(const Access& access);

// Whether the highest role of the one stands above the highest of the other.
bool outranks(const Access& one, const Access& other);
bool may_make_studio(const Access& access);  // in the reference data of the studio's org unit

// Roles that whoever makes a studio may give there; those that watch over coordinators are not theirs to give.
bool may_be_given(std::string_view role);

// The devices of a studio, what a restore took from it, and receipts that are shown of it.
bool looks_after(const Access& access);

// Every phone of the county pulls reference data and none of its readers writes it: what was lost of it is given back
// by those who look after it.
bool may_give_back_reference(const Access& access);

}  // namespace lianxin
