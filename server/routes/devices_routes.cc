// The phones of the studios that the asker coordinates: are they alive, how much do they hold, cut one off.
#include "schema/json.h"
#include "server/routes/at_desk.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

bool may_look(const Desk& desk, const Device& device) {
  const StudioPlace* place = desk.places.place(device.studio);
  return place && looks_after(desk.access(*place));
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

Result<Response> list(Devices& devices, const Desk& desk, const Request& request) {
  LX_TRY(const std::vector<Device> all, devices.all());
  const bool retired = request.query_at("retired") == "1";
  Value::List list;
  for (const Device& device : all) {
    if (!may_look(desk, device) || (device.status == DeviceStatus::retired && !retired)) continue;
    list.push_back(device_value(desk, device));
  }
  return json_response(Value::Object{{"devices", std::move(list)}});
}

// The request says all by its path. Whoever writes more into it, such as another status, means what is not done here.
Status nothing_else_asked(const Request& request) {
  if (request.body.empty()) return {};
  LX_TRY(const Value body, parse_json(request.body));
  if (!body.object()) return failure(Errc::invalid_argument, "the body is no JSON object");
  if (body.object()->empty()) return {};
  const std::string& name = body.object()->begin()->first;
  return failure(Errc::invalid_argument, request.language == Language::zh
                                             ? "请求里的 \"" + name + "\" 无法识别：这里只能停用设备，没有停用"
                                             : "unknown member \"" + name +
                                                   "\": this revokes the device and takes nothing "
                                                   "else; it was not revoked");
}

Result<Response> cut_off(Devices& devices, const Desk& desk, const Request& request) {
  LX_CHECK(nothing_else_asked(request));
  const auto id = DeviceId::parse(request.capture("id"));
  if (!id) return failure(Errc::invalid_argument, "a device's id is 32 hex digits");
  LX_TRY(const std::optional<Device> device, devices.find(*id));
  if (!device || !may_look(desk, *device)) return failure(Errc::not_found, "device " + id->text());
  LX_CHECK(devices.set_status(*id, DeviceStatus::revoked));
  log_event(LogLevel::warning, "device_revoked", {{"device", id->text()}, {"by", desk.device.member.text()}});
  LX_TRY(const std::optional<Device> now, devices.find(*id));
  return json_response(device_value(desk, now ? *now : *device));
}

}  // namespace

void add_devices_routes(DeskRoutes& routes, Devices& devices) {
  routes.get("/v1/devices",
             [&devices](const Desk& desk, const Request& request) { return list(devices, desk, request); });
  routes.post_without_body("/v1/devices/{id}/revoke", [&devices](const Desk& desk, const Request& request) {
    return cut_off(devices, desk, request);
  });
}

}  // namespace lianxin::server
