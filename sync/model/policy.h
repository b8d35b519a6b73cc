// The one place that says who may see and do what. Feed, API, search, export and history all ask here.
#pragma once

#include <optional>
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
  std::string unit{};  // the id of the org unit's own record, where the member acts for it; may be empty

  bool by_studio() const { return !studio.is_zero(); }
};

// What an office has made of a studio (its field `status`): open, also where nothing is said; applied for and not
// approved yet; suspended or closed.
enum class StudioGate { open, applied, shut };

// Where a studio stands: its own code, and its org units from its own upwards.
struct StudioPlace {
  StudioId studio;
  std::string code;                    // 990121-S01; for the studio of an org unit, the org code
  std::vector<std::string> org_codes;  // 990121, 990100, 990000
  bool reference = false;              // holds an org unit's reference data
  StudioGate gate = StudioGate::open;
};

enum class Visibility { visible, masked, withheld };

// What one member is in one studio at one moment.
struct Access {
  MemberId member;
  std::vector<std::string> roles;                // sorted by authority, highest first; empty: nothing at all
  Sensitivity clearance = Sensitivity::public_;  // the greatest of them

  // Of each role, in their order: that of its own grants, and no more than the role has at all. Empty: `clearance`.
  std::vector<Sensitivity> clearances{};
  std::vector<std::string> units{};  // under which concerns are assigned to the member: his own id, his org units'
  bool reference = false;            // in an org unit's reference data
  bool delivered = false;            // on a phone: what lies there was given to it

  bool any() const { return !roles.empty(); }
  bool has(std::string_view role) const;
  bool is_server() const;
};

// How a record stands to whoever asks (sync/model/relation.h finds it out).
struct Relation {
  bool own = false;       // he began it
  bool named = false;     // a visit that names him, or what belongs to a clinic that does and is not long over
  bool assigned = false;  // a concern that is his to handle, or what he needs for that
  bool accepted = false;  // by those who review; of a kind that is not reviewed: always
  bool withheld = false;  // a consent that it stands on was refused or withdrawn: nothing personal in it is anybody's
  friend bool operator==(const Relation&, const Relation&) = default;
};

// What somebody may want to do. `list` is to learn that a record is there, be it by a list, a search or a count; to
// submit, check and review are steps of `_review`.
enum class Right : std::uint8_t {
  list,
  see,
  history,
  export_,
  write,
  submit,
  check,
  review,
  decide_held,
  comment,
  unmask,
  see_devices,
  make_studio,
  keep_grants,
  keep_accounts,
  audit,
  give_back_reference,
  consent,
  erase
};

struct Question {
  Right right = Right::see;
  const Kind* kind = nullptr;  // none: one that nobody knows, or something that is about no record
  const Field* field = nullptr;
  Sensitivity sensitivity = Sensitivity::internal;  // of what is asked for
  Relation relation{};
};

enum class Decision { denied, masked, allowed };

// The one answer, by default `denied`; all below only ask it. Of several roles each counts for itself, by its own
// clearance: what one of them allows is allowed.
Decision decide(const Access& access, const Question& question);
bool may(const Access& access, Right right);  // what is about no record

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

// `guard`: of the row (sync/model/row.h). It is never less guarded than that.
Visibility visibility(const Access& access, const Catalog& catalog, std::string_view kind, std::string_view field,
                      const Relation& relation, Sensitivity guard = Sensitivity::public_);
bool sees_record(const Access& access, const Catalog& catalog, std::string_view kind, const Relation& relation,
                 Sensitivity guard = Sensitivity::public_);
// Whether the field of a record that is withheld shows nothing to anybody: all that is personal, and none of the fields
// by which the record itself is led (`_…`).
bool is_withheld_field(const Catalog& catalog, std::string_view kind, std::string_view field, Sensitivity guard);
// Whether there can be a record of the kind that he sees.
bool sees_kind(const Access& access, const Catalog& catalog, std::string_view kind);
bool may_write(const Access& access, const Kind& kind, const Field& field, const Relation& relation);
// To step `_review` there.
bool may_step_review(const Access& access, std::string_view state);
// What nobody can read is shown to those from whom nothing is kept.
bool sees_everything(const Access& access, const Catalog& catalog);

// Where a reader's sight in a studio is all that is no more guarded than one level: that level. Else it is made of
// single records, and no sum by sensitivity is its.
std::optional<Sensitivity> level_of(const Access& access, const Catalog& catalog);

// Where a row is about another record: the fields that name that record and a field of it; and one in which its author
// says how guarded it is, where there is one.
struct About {
  std::string_view record, field, claimed;
};
std::optional<About> about_of(std::string_view kind);

// How records of the kind come to be somebody's: the fields by which relation.h finds that out.
struct Bonds {
  std::vector<std::string_view> people;  // sets of those whose visit it is
  std::string_view clinic;               // names the clinic visit that it belongs to
  std::string_view day;                  // of a clinic visit: when it is held
  std::vector<std::string_view> patients;
  std::vector<std::string_view> units;  // to which a concern is assigned
  std::vector<std::string_view> appellants;
};
const Bonds& bonds_of(std::string_view kind);

// Whether what the reader sees of a record may hang on other records.
bool asks_others(const Access& access, const Catalog& catalog);
// Whether to the reader single records are given to handle; and a grant that gives its org unit's.
bool handles(const Access& access);
bool acts_for_unit(const Grant& grant);
// By whom a record may be taken out of what is counted.
bool decides_records(std::string_view role);

// How far the server's own device is a writer of the field.
enum class ServerWrites { never, beside_others, alone };
ServerWrites server_writes(const Kind& kind, const Field& field);
// Whether the highest role of the one stands above the highest of the other.
bool outranks(const Access& one, const Access& other);

bool may_decide_held(const Access& access);
bool may_make_studio(const Access& access);  // in the reference data of the studio's org unit

// Roles that whoever makes a studio may give there; those that watch over coordinators are not theirs to give.
bool may_be_given(std::string_view role);

// may(), by name.
bool may_decide_held(const Access& access);
bool may_make_studio(const Access& access);  // in the reference data of the studio's org unit
bool looks_after(const Access& access);  // the devices of a studio, what a restore took from it, receipts shown of it
// Every phone of the county pulls reference data and none of its readers writes it: what was lost of it is given back
// by those who look after it.
bool may_give_back_reference(const Access& access);

}  // namespace lianxin
