#include "server/people/device_acts.h"

#include <functional>

#include "server/language/said.h"
#include "server/people/people_act.h"

namespace lianxin::server {
namespace {

Result<Device> on_device(const Keeper& keeper, Devices& devices, const DeviceId& id, Right right_needed,
                         std::string_view what, const std::string& reason,
                         const std::function<Status(const Device&)>& act) {
  LX_TRY(const std::optional<Device> device, devices.find(id));
  const StudioPlace* place = device ? keeper.places.place(device->studio) : nullptr;
  const auto do_it = [&]() -> Result<Device> {
    Status right = device && keeper.at_machine() ? Status{} : check_right(keeper, right_needed, place);
    if (!right && right.error().code == Errc::not_found) {
      return said(Errc::not_found, "没有设备 " + id.text() + "，或不归您管",
                  "there is no device " + id.text() + " that you look after");
    }
    LX_CHECK(std::move(right));
    LX_CHECK(act(*device));
    LX_TRY(std::optional<Device> now, devices.find(id));
    return std::move(now).value_or(*device);
  };
  return noted({keeper.name, what, id.text(), place ? place->code : std::string(), reason}, do_it());
}

}  // namespace

Result<Device> cut_off_device(const Keeper& keeper, Devices& devices, const DeviceId& id, DeviceStatus status,
                              const std::string& reason) {
  return on_device(keeper, devices, id, looks_after, status == DeviceStatus::lost ? "device_lost" : "device_revoked",
                   reason, [&](const Device&) { return devices.set_status(id, status); });
}

Result<Device> reactivate_device(const Keeper& keeper, Devices& devices, const DeviceId& id,
                                 const std::string& reason) {
  return on_device(keeper, devices, id, looks_after, "device_reactivated", reason, [&](const Device& device) -> Status {
    if (!device.cut_off()) return said(Errc::conflict, "这台手机没有停用", "the phone is not cut off");
    return devices.set_status(id, DeviceStatus::active);
  });
}

Result<Device> reset_pin(const Keeper& keeper, Devices& devices, PinResets& pins, const DeviceId& id,
                         const MemberId& member, const std::string& reason) {
  return on_device(keeper, devices, id, may_keep_grants, "pin_reset", reason, [&](const Device& device) -> Status {
    if (!device.shared) return said(Errc::invalid_argument, "这不是值班共用手机", "this is no duty phone");
    const StudioPlace* place = keeper.places.place(device.studio);
    if (!place || !keeper.places.ever_granted(member, *place))
      return said(Errc::not_found, "这位成员不用这台手机", "that member does not use this phone");
    return pins.reset(id, member, keeper.now_ms);
  });
}

Result<KeptPage<Device, DeviceId>> devices_kept(const Keeper& keeper, Devices& devices, bool retired,
                                                const std::optional<DeviceId>& after, std::size_t rows_max) {
  return kept_page<Device, DeviceId>(
      after, rows_max, [&](const std::optional<DeviceId>& id, std::size_t batch) { return devices.after(id, batch); },
      [&](const Device& device) {
        const StudioPlace* place = keeper.places.place(device.studio);
        const bool kept = keeper.at_machine() || (place && may(keeper, looks_after, *place));
        return kept && (retired || device.status != DeviceStatus::retired);
      },
      [](const Device& device) { return device.id; });
}

}  // namespace lianxin::server
