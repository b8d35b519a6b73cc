#include "server/people/devices.h"

#include <utility>

#include "server/language/said.h"
#include "server/people/device_rows.h"
#include "server/people/queries.h"
#include "server/people/revocations.h"
#include "server/people/secrets.h"
#include "server/people/states.h"
#include "server/people/sync_notes.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

constexpr std::pair<DeviceStatus, const char*> status_names[] = {{DeviceStatus::active, "active"},
                                                                 {DeviceStatus::lost, "lost"},
                                                                 {DeviceStatus::revoked, "revoked"},
                                                                 {DeviceStatus::retired, "retired"}};

}  // namespace

const char* name_of(DeviceStatus status) {
  for (const auto& [one, name] : status_names) {
    if (one == status) return name;
  }
  return "";
}

Result<std::optional<Device>> Devices::with_token(std::string_view token) {
  if (token.empty()) return std::optional<Device>();
  // Looked up by its hash: how long that takes tells nothing about any token that exists.
  return database_.first(people_sql::device_by_token, read_device, hash_of_secret(token));
}

Result<std::optional<Device>> Devices::find(const DeviceId& id) {
  return database_.first(people_sql::device_by_id, read_device, id);
}

Result<DeviceId> Devices::first_of(const Device& device) {
  if (!device.rekeyed_from) return device.id;
  LX_TRY(const auto first, database_.first(people_sql::first_of_line, column<DeviceId>, device.id));
  return first.value_or(device.id);
}

Result<std::vector<Device>> Devices::all() {
  LX_CHECK(notes_.flush());
  return database_.all(people_sql::all_devices, read_device);
}

Result<std::vector<Device>> Devices::after(const std::optional<DeviceId>& id, std::size_t rows_max) {
  LX_CHECK(notes_.flush());
  return database_.all(people_sql::devices_after, read_device, id, rows_max);
}

Result<std::vector<DeviceId>> Devices::write_status(const DeviceId& id, DeviceStatus status) {
  std::vector<DeviceId> changed;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (status == DeviceStatus::active && connection.run(people_sql::purge_told_in_line, id).step()) {
      return said(Errc::conflict, "这台手机已收到清空的指令，不能恢复；请发新的登记码重新登记",
                  "the phone was told to forget everything and cannot go on; enrol it anew with a new code");
    }
    changed = connection.all(people_sql::set_device_status, column<DeviceId>, id, name_of(status));
    for (const DeviceId& each : changed) notes.device(each);
    return {};
  }));
  return changed;
}

// The list is written last: where that fails the caller asks again, and where the program ends before it, the next
// start writes what is missing.
Status Devices::set_status(const DeviceId& id, DeviceStatus status) {
  if (status == DeviceStatus::retired) return failure(Errc::not_allowed, "a device retires by taking a new key");
  LX_TRY(const std::vector<DeviceId> changed, write_status(id, status));
  if (changed.empty()) return failure(Errc::not_found, "no device " + id.text());
  return revocations_.note(changed, status);
}

Status Devices::agree_with_revocations() {
  LX_TRY(auto cut_off, revocations_.all());
  LX_TRY(const std::vector<Device> known, database_.all(people_sql::all_devices, read_device));
  for (const Device& device : known) {
    const auto listed = cut_off.find(device.id);
    if (device.cut_off() && listed == cut_off.end()) {
      LX_CHECK(revocations_.note({device.id}, device.status));
    } else if (!device.cut_off() && listed != cut_off.end()) {
      LX_CHECK(write_status(device.id, listed->second));
    }
  }
  return {};
}

Status Devices::note_purge_told(const DeviceId& id, std::int64_t now_ms) {
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (connection.exec(people_sql::note_purge_told, id, now_ms) == 0) {
      return failure(Errc::busy, "the device was reactivated meanwhile");
    }
    notes.device(id);
    return {};
  });
}

}  // namespace lianxin::server
