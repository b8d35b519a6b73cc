// What a device is told of its grants: its studios, and who may act there.
#pragma once

#include <vector>

#include "server/people/devices.h"
#include "server/people/places.h"
#include "sync/model/policy.h"
#include "sync/wire/messages.h"

namespace lianxin::server {

// What a device may see in a studio: what the member it was enrolled for may see, a shared phone in the one studio it
// was enrolled in and the reference data above it. What a member may do on it is less there (acts_on_shared).
Access access_on(const Device& device, const Places& places, const StudioPlace& place, std::int64_t at_ms);

// Whether its work is taken there at all: now, or because it may have been done while a grant still held.
bool may_have_worked(const Device& device, const Places& places, const StudioPlace& place, std::int64_t at_ms);

// Known by its certificate alone (Enrolment::readmit) in a studio where nothing is known of a grant of its member: the
// server was put back to before that was entered, and what the phone brings waits for it (6.3).
bool awaits_grant(const Device& device, const Places& places, const StudioPlace& place);

// By code, the reference studios among them. A shared phone is told of all members who may act on it, and of the one it
// was enrolled for. A phone that awaits its grant keeps the studio of its certificate, with nobody to act in it: else
// it would hand over and forget what others may still need from it.
std::vector<GrantedStudio> granted_studios(const Device& device, const Places& places, std::int64_t at_ms);

}  // namespace lianxin::server
