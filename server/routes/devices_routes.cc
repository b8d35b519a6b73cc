// The phones of the studios that the asker coordinates: are they alive, how much do they hold, cut one off.
#include "server/telemetry/log.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

bool looks_after(const Desk& desk, const Device& device) {
  const StudioPlace* place = desk.places.place(device.studio);
  if (!place) return false;
  const Access access = desk.access(*place);
  return access.has("coordinator") || access.has("admin");
}

Value device_value(const Desk& desk, const Device& device) {
  const StudioPlace* place = desk.places.place(device.studio);
  return Value::Object{{"device", device.id.text()},
                       {"name", device.name},
                       {"member", device.member.text()},
                       {"member_name", desk.name_of(device.member)},
                       {"studio", device.studio.text()},
                       {"studio_code", place ? place->code : std::string()},
                       {"studio_name", desk.places.name_of(device.studio)},
                       {"shared", device.shared},
                       {"status", name_of(device.status)},
                       {"enrolled_ms", device.enrolled_ms},
                       {"last_sync_ms", device.last_sync_ms},
                       {"backlog", device.backlog},
                       {"skew_ms", device.skew_ms},
                       {"after_revocation", device.after_revocation}};
}

Result<Response> list(Server& server, const Desk& desk, const Request& request) {
  LX_CHECK(server.devices().flush());
  LX_TRY(const std::vector<Device> devices, server.devices().all());
  const bool retired = request.query_at("retired") == "1";
  Value::List list;
  for (const Device& device : devices) {
    if (!looks_after(desk, device) || (device.status == DeviceStatus::retired && !retired)) continue;
    list.push_back(device_value(desk, device));
  }
  return json_response(Value::Object{{"devices", std::move(list)}});
}

Result<Response> cut_off(Server& server, const Desk& desk, const Request& request) {
  const auto id = DeviceId::parse(request.capture("id"));
  if (!id) return failure(Errc::invalid_argument, "a device's id is 32 hex digits");
  LX_TRY(const std::optional<Device> device, server.devices().find(*id));
  if (!device || !looks_after(desk, *device)) return failure(Errc::not_found, "device " + id->text());
  LX_CHECK(server.devices().set_status(*id, DeviceStatus::revoked));
  log_event(LogLevel::warning, "device_revoked", {{"device", id->text()}, {"by", desk.device.member.text()}});
  LX_TRY(const std::optional<Device> now, server.devices().find(*id));
  return json_response(device_value(desk, now ? *now : *device));
}

}  // namespace

void add_devices_routes(Router& router, Server& server) {
  router.add("GET", "/v1/devices", [&server](const Request& r) {
    return answer_at_desk(server, r, [&](const Desk& desk) { return list(server, desk, r); });
  });
  router.add(
      "POST", "/v1/devices/{id}/revoke",
      [&server](const Request& r) {
        return answer_at_desk(server, r, [&](const Desk& desk) { return cut_off(server, desk, r); });
      },
      desk_body_bytes_max);
}

}  // namespace lianxin::server
