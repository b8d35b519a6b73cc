// What a device is told of its grants: its studios, and who may act there.
#pragma once

#include <vector>

#include "server/auth/devices.h"
#include "server/auth/places.h"
#include "sync/wire.h"

namespace lianxin {

// Whose eyes a device has in a studio. A shared phone lies on a table: it sees what the member it was enrolled for may
// see, in the one studio it was enrolled in and the reference data above it.
Access access_on(const Device& device, const Places& places, const StudioPlace& place, std::int64_t at_ms);

// Whether its work is taken there at all: now, or because it may have been done while a grant still held.
bool may_have_worked(const Device& device, const Places& places, const StudioPlace& place, std::int64_t at_ms);

// By code, the reference studios among them.
std::vector<GrantedStudio> granted_studios(const Device& device, const Places& places, std::int64_t at_ms);

}  // namespace lianxin
