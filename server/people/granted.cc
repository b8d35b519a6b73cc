#include "server/people/granted.h"

#include <algorithm>

namespace lianxin::server {
namespace {

bool on_its_shelf(const Device& device, const Places& places, const StudioPlace& place) {
  if (place.studio == device.studio) return true;
  const StudioPlace* home = places.place(device.studio);
  if (!home || !place.reference) return false;
  return std::find(home->org_codes.begin(), home->org_codes.end(), place.code) != home->org_codes.end();
}

}  // namespace

Access access_on(const Device& device, const Places& places, const StudioPlace& place, std::int64_t at_ms) {
  if (device.shared && !on_its_shelf(device, places, place)) return {device.member, {}, Sensitivity::public_};
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
    const auto add = [&](const Access& access) {
      studio.holders.push_back({access.member, places.name_of(access.member), access.roles, access.clearance});
    };
    add(own);
    if (device.shared && !place.reference) {
      for (const MemberId& member : places.holders(place, at_ms)) {
        if (member != device.member) add(places.access(member, place, at_ms));
      }
    }
    granted.push_back(std::move(studio));
  }
  const StudioPlace* home = places.place(device.studio);
  if (awaits_grant(device, places, home ? *home : StudioPlace{device.studio, {}, {}, false}) &&
      !(home && access_on(device, places, *home, at_ms).any())) {
    const GrantedStudio::Holder nobody{device.member, places.name_of(device.member), {}, Sensitivity::public_};
    granted.push_back({device.studio, home ? home->code : std::string(), places.name_of(device.studio), false, {nobody}});
  }
  return granted;
}

}  // namespace lianxin::server
