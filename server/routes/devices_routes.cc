// The phones of the studios that the asker coordinates: are they alive, how much do they hold, cut one off.
#include "server/language/said.h"
#include "server/routes/at_desk.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

constexpr Parameter list_parameters[] = {{"retired", Parameter::Form::flag}};
constexpr Member cut_off_members[] = {{"status"}, members::reason};

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

Result<Response> cut_off(Devices& devices, const Desk& desk, const Request& request, const Value& body) {
  const auto id = DeviceId::parse(request.capture("id"));
  if (!id) return said(Errc::invalid_argument, "设备的标识是 32 位十六进制数字", "a device's id is 32 hex digits");
  const std::string_view status = body.text_at("status", name_of(DeviceStatus::revoked));
  const bool lost = status == name_of(DeviceStatus::lost);
  if (!lost && status != name_of(DeviceStatus::revoked)) {
    return said(Errc::invalid_argument, "status 可以是 revoked（停用）或 lost（挂失），不能是 " + in_quotes(status),
                "\"status\" is revoked or lost, not " + in_quotes(status));
  }
  LX_TRY(const std::optional<Device> device, devices.find(*id));
  if (!device || !may_look(desk, *device)) {
    return said(Errc::not_found, "没有设备 " + id->text() + "，或不归您管",
                "there is no device " + id->text() + " that you look after");
  }
  LX_CHECK(devices.set_status(*id, lost ? DeviceStatus::lost : DeviceStatus::revoked));
  log_event(LogLevel::warning, "device_revoked",
            {{"device", id->text()},
             {"by", desk.device.member.text()},
             {"status", std::string(status)},
             {"reason", std::string(body.text_at("reason"))}});
  LX_TRY(const std::optional<Device> now, devices.find(*id));
  return json_response(device_value(desk, now ? *now : *device));
}

}  // namespace

void add_devices_routes(DeskRoutes& routes, Devices& devices) {
  routes.get("/v1/devices", list_parameters,
             [&devices](const Desk& desk, const Request& request) { return list(devices, desk, request); });
  routes.post("/v1/devices/{id}/revoke", cut_off_members,
              [&devices](const Desk& desk, const Request& request, const Value& body) {
                return cut_off(devices, desk, request, body);
              });
}

}  // namespace lianxin::server
