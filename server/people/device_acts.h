// The phones of the studios that somebody looks after: listed, cut off, and let in again. The same for desks and for
// the command line.
#pragma once

#include "server/people/devices.h"
#include "server/people/keeper.h"
#include "server/people/pin_resets.h"

namespace lianxin::server {

// lost or revoked, with all that took its place: what it brings is held from now on and it receives nothing but the
// order to forget everything, once it has handed over all (PROTOCOL 4.6). not_found, not_allowed.
Result<Device> cut_off_device(const Keeper& keeper, Devices& devices, const DeviceId& id, DeviceStatus status,
                              const std::string& reason);

// One that was cut off goes on where it was, as long as it was not told to forget everything: conflict then, and it is
// to be enrolled anew. conflict also of one that is not cut off.
Result<Device> reactivate_device(const Keeper& keeper, Devices& devices, const DeviceId& id, const std::string& reason);

// A member of a duty phone has forgotten his PIN: the phone drops it at its next sync and asks him for a new one. By
// whoever gives grants there. invalid_argument: no duty phone; not_found of a member also where he has no part in its
// studio.
Result<Device> reset_pin(const Keeper& keeper, Devices& devices, PinResets& pins, const DeviceId& id,
                         const MemberId& member, const std::string& reason);

// By the time of enrolment, behind `after`; `retired`: also those that took a new key.
Result<KeptPage<Device, DeviceId>> devices_kept(const Keeper& keeper, Devices& devices, bool retired,
                                                const std::optional<DeviceId>& after, std::size_t rows_max);

}  // namespace lianxin::server
