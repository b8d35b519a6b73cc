// Since the database was last put back from a backup: which phones have brought their part again, and which are
// awaited.
#include <algorithm>

#include "server/language/said.h"
#include "server/people/restoration.h"
#include "server/routes/at_desk.h"
#include "server/upkeep/settling.h"

namespace lianxin::server {
namespace {

// Where the asker looks after the studio; one whose row the restore took, where he looks after the org unit that it
// belongs to. What nobody can place any more is for the command line (lianxin-server restored).
bool may_look(const Desk& desk, const StudioId& studio) {
  if (const StudioPlace* place = desk.places.place(studio)) return looks_after(desk.access(*place));
  const auto place = desk.places.place_of_owner(studio);
  return place && looks_after(desk.access(*place));
}

Value::Object studio_part(const Desk& desk, const StudioId& studio) {
  const StudioPlace* place = desk.places.place(studio);
  return {{"studio", studio.text()},
          {"studio_code", place ? place->code : std::string()},
          {"studio_name", desk.known_name(studio)}};
}

Value studio_value(const Desk& desk, const RestoredStudio& studio) {
  Value::Object value = studio_part(desk, studio.studio);
  value.emplace("seq_before", studio.seq_before);
  value.emplace("seq_found", studio.seq_found);
  return value;
}

Value device_value(const Desk& desk, const Device& device, const RestoredDevice& restored) {
  Value::Object value = studio_part(desk, device.studio);
  value.emplace("device", device.id.text());
  value.emplace("name", device.name);
  value.emplace("member", device.member.text());
  value.emplace("member_name", desk.name_of(device.member));
  value.emplace("status", name_of(device.status));
  value.emplace("awaited", restored.returned_ms == 0 && device.status == DeviceStatus::active);
  value.emplace("last_sync_before_ms", restored.last_sync_ms);
  value.emplace("backlog_before", restored.backlog);
  value.emplace("returned_ms", restored.returned_ms);
  value.emplace("settled", restored.settled);
  value.emplace("lines", restored.lines);
  value.emplace("heads", restored.heads);
  return value;
}

Result<Response> show(SqlDatabase& database, SyncNotes& notes, Devices& devices, const JournalSettling& journal,
                      const Desk& desk) {
  // When the whole server was put back concerns whoever looks after something on it; nobody else is told.
  const auto all = desk.places.all();
  const auto looks = [&](const StudioPlace& place) { return looks_after(desk.access(place)); };
  if (std::none_of(all.begin(), all.end(), looks))
    return said(Errc::not_allowed, "这里只给协调员和管理员查看", "this is for coordinators and administrators");
  LX_CHECK(notes.flush());
  LX_TRY(const std::optional<Restoration> last, last_restoration(database));
  LX_TRY(const std::size_t waiting,
         journal.waiting_about([&](const StudioId& studio) { return may_look(desk, studio); }));
  Value::List studios, phones;
  if (last) {
    for (const RestoredStudio& studio : last->studios) {
      if (may_look(desk, studio.studio)) studios.push_back(studio_value(desk, studio));
    }
    for (const RestoredDevice& restored : last->devices) {
      LX_TRY(const std::optional<Device> device, devices.find(restored.device));
      if (device && may_look(desk, device->studio)) phones.push_back(device_value(desk, *device, restored));
    }
  }
  return json_response(Value::Object{{"restored_ms", last ? last->at_ms : 0},
                                     {"journal_waiting", static_cast<std::int64_t>(waiting)},
                                     {"studios", std::move(studios)},
                                     {"devices", std::move(phones)}});
}

}  // namespace

void add_restoration_routes(DeskRoutes& routes, SqlDatabase& database, SyncNotes& notes, Devices& devices,
                            const JournalSettling& journal) {
  routes.get("/v1/restoration", {},
             [&](const Desk& desk, const Request&) { return show(database, notes, devices, journal, desk); });
}

}  // namespace lianxin::server
