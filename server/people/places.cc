#include "server/people/places.h"

#include <algorithm>
#include <tuple>

#include "server/people/named_id.h"

namespace lianxin::server {
namespace {

bool contains(const std::vector<std::string>& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

template <class Map, class Key>
const Places::Named* found_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

std::string name_in(const Places::Named* named) { return named ? named->name : std::string(); }

// Whose neighbours know it by name no better than any other county's.
bool is_county_or_above(const OrgUnit& org) {
  return org.level == "county" || org.level == "city" || org.level == "province";
}

}  // namespace

StudioId reference_studio_of(std::string_view org_code) {
  return StudioId{uuid_named("lianxin reference studio v1|" + std::string(org_code))};
}

Places::Places(std::vector<OrgUnit> orgs, std::vector<StudioInfo> studios, Members members, std::vector<Grant> grants,
               Regions regions, std::map<StudioId, std::string> owners)
    : members_(std::move(members)),
      owners_(std::move(owners)),
      regions_(std::move(regions)),
      grants_(std::move(grants)) {
  for (OrgUnit& org : orgs) orgs_.insert_or_assign(org.code, org);
  for (const auto& [code, org] : orgs_) {
    if (!org.record.is_zero()) org_names_.emplace(org.record, Named{org.name, code});
  }
  name_regions();
  for (const auto& [code, org] : orgs_) {
    const StudioId studio = reference_studio_of(code);
    places_.push_back({studio, code, chain_of(code), true});
    names_.emplace(studio, Named{org.name, code});
  }
  // A township's liaison group is the org unit of its studios' township: its code is that of the region.
  std::set<StudioId> others_code;
  for (StudioInfo& studio : studios) {
    const OrgUnit* township = org(studio.region_code);
    const bool below = township && contains(chain_of(township->code), studio.org_code);
    if (!names_.emplace(studio.studio, Named{studio.name, studio.org_code}).second) continue;
    areas_.emplace(studio.studio, studio.region_code);
    if (!studio.own_code) others_code.insert(studio.studio);
    places_.push_back(
        {studio.studio, studio.code, chain_of(below ? township->code : studio.org_code), false, studio.gate});
  }
  const auto order = [&](const StudioPlace& place) {
    const int whose = place.reference ? 0 : others_code.contains(place.studio) ? 2 : 1;
    return std::tuple<const std::string&, int, const StudioId&>(place.code, whose, place.studio);
  };
  std::sort(places_.begin(), places_.end(),
            [&](const StudioPlace& a, const StudioPlace& b) { return order(a) < order(b); });
  for (std::size_t i = 0; i < places_.size(); ++i) place_at_.emplace(places_[i].studio, i);
  for (Grant& grant : grants_) give_unit(grant);
  std::stable_sort(grants_.begin(), grants_.end(), [](const Grant& a, const Grant& b) { return a.member < b.member; });
}

// A village's own name stays. Of several org units in one region it has the name of the one whose code it is, else of
// the highest: an office lies in its county's region, and does not name it.
void Places::name_regions() {
  const auto rank = [&](const OrgUnit& org) {
    return std::pair(org.code != org.region_code, chain_of(org.code).size());
  };
  std::map<std::string_view, const OrgUnit*> named;
  for (const auto& [code, org] : orgs_) {
    if (org.region_code.empty()) continue;
    const auto [at, is_new] = named.try_emplace(org.region_code, &org);
    if (!is_new && rank(org) < rank(*at->second)) at->second = &org;
  }
  for (const auto& [region, org] : named) regions_.emplace(region, Named{org->name, org->code});
}

// Who acts for an office or a committee works on what is recorded in the studios beside it, which lie below the unit
// above.
void Places::give_unit(Grant& grant) const {
  const OrgUnit* unit = acts_for_unit(grant) && !grant.by_studio() ? org(grant.org_code) : nullptr;
  if (!unit || unit->record.is_zero()) return;
  grant.unit = unit->record.text();
  const bool beside = unit->level == "office" || unit->level == "committee";
  if (beside && !unit->parent.empty()) grant.org_code = unit->parent;
}

std::vector<std::string> Places::chain_of(std::string_view org_code) const {
  std::vector<std::string> chain;
  for (std::string code(org_code); !code.empty() && !contains(chain, code);) {  // a ring of parents ends here
    chain.push_back(code);
    const OrgUnit* unit = org(code);
    code = unit ? unit->parent : std::string();
  }
  return chain;
}

const StudioPlace* Places::place(const StudioId& studio) const {
  const auto found = place_at_.find(studio);
  return found == place_at_.end() ? nullptr : &places_[found->second];
}

const StudioPlace* Places::place_of_code(std::string_view code) const {
  const auto found = places_of_code(code);
  return found.empty() ? nullptr : &found.front();
}

std::span<const StudioPlace> Places::places_of_code(std::string_view code) const {
  const auto from = std::lower_bound(places_.begin(), places_.end(), code,
                                     [](const StudioPlace& place, std::string_view c) { return place.code < c; });
  const auto to = std::find_if(from, places_.end(), [&](const StudioPlace& place) { return place.code != code; });
  return {from, to};
}

std::optional<StudioPlace> Places::place_of_owner(const StudioId& studio) const {
  const auto owner = owners_.find(studio);
  if (owner == owners_.end()) return std::nullopt;
  return StudioPlace{studio, {}, chain_of(owner->second), false};
}

const OrgUnit* Places::org(std::string_view code) const {
  const auto found = orgs_.find(code);
  return found == orgs_.end() ? nullptr : &found->second;
}

const Places::Named* Places::named(const StudioId& studio) const { return found_in(names_, studio); }

const Places::Named* Places::named(const MemberId& member) const { return found_in(members_, member); }

const Places::Named* Places::named_org(const RecordId& record) const { return found_in(org_names_, record); }

const Places::Named* Places::named_region(std::string_view region_code) const {
  return found_in(regions_, region_code);
}

std::string Places::name_of(const StudioId& studio) const { return name_in(named(studio)); }

std::string Places::name_of(const MemberId& member) const { return name_in(named(member)); }

std::string Places::area_of(const StudioId& studio) const {
  const auto found = areas_.find(studio);
  return found == areas_.end() ? std::string() : found->second;
}

std::vector<MemberId> Places::members_named(std::string_view name) const {
  std::vector<MemberId> found;
  for (const auto& [member, named] : members_) {
    if (named.name == name) found.push_back(member);
  }
  return found;
}

std::span<const Grant> Places::grants_of(const MemberId& member) const {
  struct ByMember {
    bool operator()(const Grant& grant, const MemberId& id) const { return grant.member < id; }
    bool operator()(const MemberId& id, const Grant& grant) const { return id < grant.member; }
  };
  const auto [from, to] = std::equal_range(grants_.begin(), grants_.end(), member, ByMember{});
  return {from, to};
}

Access Places::access(const MemberId& member, const StudioPlace& place, std::int64_t at_ms) const {
  const auto own = grants_of(member);
  Access access = access_of(member, own, place, at_ms);
  if (!place.reference || access.any()) return access;
  for (const Grant& grant : own) {
    if (!in_force(grant, at_ms)) continue;
    const StudioPlace* studio = grant.by_studio() ? this->place(grant.studio) : nullptr;
    const auto chain = studio ? studio->org_codes : chain_of(grant.org_code);
    if (!contains(chain, place.code)) continue;
    return reader_access(member);
  }
  return access;
}

bool Places::knows(const MemberId& asker, std::string_view org_code, std::int64_t at_ms) const {
  std::vector<std::string> asked;  // a ring of parents ends here
  for (std::string code(org_code); !code.empty() && !contains(asked, code);) {
    const StudioPlace* reference = place(reference_studio_of(code));
    if (reference && access(asker, *reference, at_ms).any()) return true;
    const OrgUnit* unit = org(code);
    if (!unit || is_county_or_above(*unit)) return false;
    asked.push_back(code);
    code = unit->parent;
  }
  return false;
}

bool Places::knows(const MemberId& asker, const MemberId& member, std::int64_t at_ms) const {
  const Named* found = named(member);
  return found && knows(asker, found->org_code, at_ms);
}

bool Places::ever_granted(const MemberId& member, const StudioPlace& place) const {
  const auto own = grants_of(member);
  return std::any_of(own.begin(), own.end(), [&](const Grant& grant) { return reaches(grant, place); });
}

std::vector<const StudioPlace*> Places::reached_by(const MemberId& member, std::int64_t at_ms) const {
  std::vector<const StudioPlace*> reached;
  for (const StudioPlace& place : places_) {
    if (access(member, place, at_ms).any()) reached.push_back(&place);
  }
  return reached;
}

std::vector<MemberId> Places::holders(const StudioPlace& place, std::int64_t at_ms) const {
  std::vector<MemberId> holders;
  for (const Grant& grant : grants_) {  // by member: twins stand side by side
    if (!in_force(grant, at_ms) || !reaches(grant, place)) continue;
    if (holders.empty() || holders.back() != grant.member) holders.push_back(grant.member);
  }
  return holders;
}

std::vector<const StudioPlace*> Places::references_above(const StudioPlace& place) const {
  std::vector<const StudioPlace*> above;
  for (const std::string& code : place.org_codes) {
    const StudioPlace* reference = this->place(reference_studio_of(code));
    if (reference && reference->studio != place.studio) above.push_back(reference);
  }
  return above;
}

}  // namespace lianxin::server
