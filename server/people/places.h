// Who is where and may do what, as of one moment: org units, studios, members' names and grants. Immutable and shared
// between threads; the Directory makes a new one when something of it changes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sync/model/belonging.h"
#include "sync/model/policy.h"

namespace lianxin::server {

// The studio that holds an org unit's reference data: its id follows from the code (named_id.h).
StudioId reference_studio_of(std::string_view org_code);

struct OrgUnit {
  std::string code, name, level, region_code;
  std::string parent;  // its code; empty at the top
  RecordId record{};   // that describes it; zero where there is none yet
};

// As the reference data of the org unit says to which it belongs: what others say of it has no effect.
struct StudioInfo {
  StudioId studio;
  std::string code, name;
  std::string region_code;
  std::string org_code;  // to which it belongs, and in whose reference data it stands
  StudioGate gate = StudioGate::open;
  bool own_code = true;  // the code is that org unit's too; false: another's studio is meant by it
};

class Places final : public OrgUnits {
 public:
  // A name, and the code of the org unit whose reference data says it.
  struct Named {
    std::string name, org_code;
  };
  using Members = std::map<MemberId, Named>;
  using Regions = std::map<std::string, Named, std::less<>>;  // villages by their region codes

  Places(std::vector<OrgUnit> orgs, std::vector<StudioInfo> studios, Members members, std::vector<Grant> grants,
         Regions regions = {}, std::map<StudioId, std::string> owners = {});

  const StudioPlace* place(const StudioId& studio) const;  // nullptr where no reference data names it
  // An org unit's code, or a studio's; of several that have it the one whose it is.
  const StudioPlace* place_of_code(std::string_view code) const;
  // All that have it, the same first: more than one where a code was given twice before that was refused.
  std::span<const StudioPlace> places_of_code(std::string_view code) const;
  // The place of a studio that belongs to an org unit, whether its row is here or lost; nothing where it is nobody's.
  std::optional<StudioPlace> place_of_owner(const StudioId& studio) const;
  const OrgUnit* org(std::string_view code) const;
  bool is_org_unit(std::string_view org_code) const override { return org(org_code) != nullptr; }
  std::vector<std::string> chain_of(std::string_view org_code) const override;  // a ring of parents ends
  std::string area_of(const StudioId& studio) const;  // the region it works in; empty where unknown
  // What each is called and where that is said; nothing where it is unknown. Of a village its own name, of a township
  // or a county that of the org unit there. Whoever may not read all places shows none of these before asking knows().
  const Named* named(const StudioId& studio) const;
  const Named* named(const MemberId& member) const;
  const Named* named_org(const RecordId& record) const;
  const Named* named_region(std::string_view region_code) const;
  std::string name_of(const StudioId& studio) const;  // empty where unknown, as the next
  std::string name_of(const MemberId& member) const;

  // Whether a member may know what stands in an org unit's reference data by name: where he reads it, and of townships
  // and offices where he reads that of the county above.
  bool knows(const MemberId& asker, std::string_view org_code, std::int64_t at_ms) const;
  bool knows(const MemberId& asker, const MemberId& member, std::int64_t at_ms) const;  // by where he stands
  std::vector<MemberId> members_named(std::string_view name) const;
  std::span<const StudioPlace> all() const { return places_; }

  std::span<const Grant> grants() const { return grants_; }  // of every member, by member
  std::span<const Grant> grants_of(const MemberId& member) const;

  // What a member is in a studio. The same as access_of(), and in the reference data of the org units above any of the
  // member's grants at least a reader: no form can be filled in without villages and names.
  Access access(const MemberId& member, const StudioPlace& place, std::int64_t at_ms) const;

  // Whether the member ever held a grant there, ended or not: work done then still arrives (and is judged) afterwards.
  bool ever_granted(const MemberId& member, const StudioPlace& place) const;

  std::vector<const StudioPlace*> reached_by(const MemberId& member, std::int64_t at_ms) const;  // by code
  std::vector<MemberId> holders(const StudioPlace& place, std::int64_t at_ms) const;             // by own grants there
  std::vector<const StudioPlace*> references_above(const StudioPlace& place) const;

 private:
  void give_unit(Grant& grant) const;
  void name_regions();
  std::map<std::string, OrgUnit, std::less<>> orgs_;
  std::vector<StudioPlace>
      places_;  // by code; of those with one code the org unit's first, then the studio's whose it is
  std::unordered_map<StudioId, std::size_t> place_at_;
  std::unordered_map<StudioId, Named> names_;
  std::unordered_map<StudioId, std::string> areas_;
  Members members_;
  std::map<RecordId, Named> org_names_;
  std::map<StudioId, std::string> owners_;
  Regions regions_;
  std::vector<Grant> grants_;
};

}  // namespace lianxin::server
