#include "server/people/granted.h"

#include <algorithm>

namespace lianxin::server {
namespace {

bool is_for_shared(const Device& device, const Places& places, const StudioPlace& place) {
  if (place.studio == device.studio) return true;
  const StudioPlace* home = places.place(device.studio);
  if (!home || !place.reference) return false;
  return std::find(home->org_codes.begin(), home->org_codes.end(), place.code) != home->org_codes.end();
}

GrantedStudio::Holder holder_of(const Places& places, const Access& access) {
  return {access.member, places.name_of(access.member), access.roles, access.clearance};
}

// The member it was enrolled for first, with what the phone may see, and all who may act on it.
std::vector<GrantedStudio::Holder> holders_on_shared(const MemberId& keeper, const Access& seen, const Places& places,
                                                     const StudioPlace& place, std::int64_t at_ms) {
  std::vector<GrantedStudio::Holder> holders{holder_of(places, seen)};
  holders.front().roles = access_on_shared(keeper, places.grants_of(keeper), place, at_ms).roles;
  for (const MemberId& member : places.holders(place, at_ms)) {
    const Access access = access_on_shared(member, places.grants_of(member), place, at_ms);
    if (member != keeper && access.any()) holders.push_back(holder_of(places, access));
  }
  return holders;
}

}  // namespace

Access access_on(const Device& device, const Places& places, const StudioPlace& place, std::int64_t at_ms) {
  if (device.shared && !is_for_shared(device, places, place)) return {device.member, {}, Sensitivity::public_};
  return places.access(device.member, place, at_ms);
}

bool awaits_grant(const Device& device, const Places& places, const StudioPlace& place) {
  return device.readmitted_ms > 0 && place.studio == device.studio && !places.ever_granted(device.member, place);
}

bool may_have_worked(const Device& device, const Places& places, const StudioPlace& place, std::int64_t at_ms) {
  if (device.shared || awaits_grant(device, places, place)) return place.studio == device.studio;
  return places.ever_granted(device.member, place) || places.access(device.member, place, at_ms).any();
}

std::vector<GrantedStudio> granted_studios(const Device& device, const Places& places, std::int64_t at_ms) {
  std::vector<GrantedStudio> granted;
  for (const StudioPlace& place : places.all()) {
    const Access own = access_on(device, places, place, at_ms);
    if (!own.any()) continue;
    GrantedStudio studio{place.studio, place.code, places.name_of(place.studio), place.reference, {}};
    studio.holders = device.shared && !place.reference ? holders_on_shared(device.member, own, places, place, at_ms)
                                                       : std::vector{holder_of(places, own)};
    granted.push_back(std::move(studio));
  }
  const StudioPlace* home = places.place(device.studio);
  if (awaits_grant(device, places, home ? *home : StudioPlace{device.studio, {}, {}, false}) &&
      !(home && access_on(device, places, *home, at_ms).any())) {
    const GrantedStudio::Holder nobody{device.member, places.name_of(device.member), {}, Sensitivity::public_};
    granted.push_back(
        {device.studio, home ? home->code : std::string(), places.name_of(device.studio), false, {nobody}});
  }
  return granted;
}

}  // namespace lianxin::server
