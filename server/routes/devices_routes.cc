// The phones of the studios that the asker coordinates: are they alive, how much do they hold, cut one off, let
// it in again.
#include "server/language/said.h"
#include "server/people/device_acts.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr Parameter list_parameters[] = {{"retired", Parameter::Form::flag}, parameters::after, parameters::limit};
constexpr Member cut_off_members[] = {{"status"}, members::reason};
constexpr Member reactivate_members[] = {members::reason};
constexpr Member pin_members[] = {{"member", Member::Form::text, true}, members::reason};

Value device_value(const Desk& desk, const Device& device) {
  const StudioPlace* place = desk.places.place(device.studio);
  return Value::Object{{"device", device.id.text()},
                       {"name", device.name},
                       {"member", device.member.text()},
                       {"member_name", desk.name_of(device.member)},
                       {"studio", device.studio.text()},
                       {"studio_code", place ? place->code : std::string()},
                       {"studio_name", desk.known_name(device.studio)},
                       {"shared", device.shared},
                       {"status", name_of(device.status)},
                       {"enrolled_ms", device.enrolled_ms},
                       {"last_sync_ms", device.last_sync_ms},
                       {"backlog", device.backlog},
                       {"skew_ms", device.skew_ms},
                       {"after_revocation", device.after_revocation},
                       {"purge_told_ms", device.purge_told_ms}};
}

Result<DeviceId> device_named(std::string_view text) {
  const auto id = DeviceId::parse(text);
  if (!id) return said(Errc::invalid_argument, "设备的标识是 32 位十六进制数字", "a device's id is 32 hex digits");
  return *id;
}

Result<Response> list(Devices& devices, const Desk& desk, const Request& request) {
  std::optional<DeviceId> after;
  if (const std::string_view asked = request.query_at("after"); !asked.empty()) {
    LX_TRY(after, device_named(asked));
  }
  const bool retired = request.query_at("retired") == "1";
  LX_TRY(const auto page, devices_kept(keeper_at(desk), devices, retired, after, rows_asked(request)));
  request.entry->count = static_cast<std::int64_t>(page.rows.size());
  Value::List list;
  for (const Device& device : page.rows) list.push_back(device_value(desk, device));
  Value::Object reply{{"devices", std::move(list)}};
  if (page.next) reply.emplace("next", page.next->text());
  return json_response(std::move(reply));
}

Result<Response> cut_off(Devices& devices, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const DeviceId id, device_named(request.capture("id")));
  const std::string_view status = body.text_at("status", name_of(DeviceStatus::revoked));
  const bool lost = status == name_of(DeviceStatus::lost);
  if (!lost && status != name_of(DeviceStatus::revoked)) {
    return said(Errc::invalid_argument, "status 可以是 revoked（停用）或 lost（挂失），不能是 " + in_quotes(status),
                "\"status\" is revoked or lost, not " + in_quotes(status));
  }
  LX_TRY(const Device device,
         cut_off_device(keeper_at(desk), devices, id, lost ? DeviceStatus::lost : DeviceStatus::revoked,
                        std::string(body.text_at("reason"))));
  request.entry->studio = device.studio;
  request.entry->about = device.id.text();
  request.entry->add("status", status);
  return json_response(device_value(desk, device));
}

Result<Response> reactivate(Devices& devices, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const DeviceId id, device_named(request.capture("id")));
  LX_TRY(const Device device, reactivate_device(keeper_at(desk), devices, id, std::string(body.text_at("reason"))));
  request.entry->studio = device.studio;
  request.entry->about = device.id.text();
  return json_response(device_value(desk, device));
}

Result<Response> take_pin_away(Devices& devices, PinResets& pins, const Desk& desk, const Request& request,
                               const Value& body) {
  LX_TRY(const DeviceId id, device_named(request.capture("id")));
  const auto member = MemberId::parse(body.text_at("member"));
  if (!member) return said(Errc::invalid_argument, "member 要写人员的标识", "\"member\" is a member's id");
  LX_TRY(const Device device,
         reset_pin(keeper_at(desk), devices, pins, id, *member, std::string(body.text_at("reason"))));
  request.entry->studio = device.studio;
  request.entry->about = id.text();
  request.entry->add("member", member->text());
  return no_content();
}

}  // namespace

void add_devices_routes(DeskRoutes& routes, Devices& devices, PinResets& pins) {
  routes.get("/v1/devices", list_parameters,
             [&devices](const Desk& desk, const Request& request) { return list(devices, desk, request); });
  routes.post("/v1/devices/{id}/revoke", cut_off_members,
              [&devices](const Desk& desk, const Request& request, const Value& body) {
                return cut_off(devices, desk, request, body);
              });
  routes.post("/v1/devices/{id}/reactivate", reactivate_members,
              [&devices](const Desk& desk, const Request& request, const Value& body) {
                return reactivate(devices, desk, request, body);
              });
  routes.post("/v1/devices/{id}/reset-pin", pin_members,
              [&devices, &pins](const Desk& desk, const Request& request, const Value& body) {
                return take_pin_away(devices, pins, desk, request, body);
              });
}

}  // namespace lianxin::server
