#include "server/people/device_rows.h"

#include "server/people/queries.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

DeviceStatus status_named(const std::string& name) {
  for (const DeviceStatus status : {DeviceStatus::active, DeviceStatus::lost, DeviceStatus::retired}) {
    if (name == name_of(status)) return status;
  }
  return DeviceStatus::revoked;  // a status of a later version too: nothing is given to what is not understood
}

}  // namespace

Device read_device(const SqlRun& run) {
  Device device;
  std::string status;
  run.read(device.id, device.key, device.name, device.member, device.studio, device.shared, device.certificate,
           device.enrolled_ms, device.enrolled_by, status, device.rekeyed_from, device.superseded_by,
           device.last_sync_ms, device.backlog, device.skew_ms, device.after_revocation, device.readmitted_ms,
           device.purge_told_ms, device.token_ms, device.next_token, device.next_token_ms);
  device.status = status_named(status);
  return device;
}

std::optional<Device> device_with_id(SqlConnection& connection, const DeviceId& id) {
  return connection.first(people_sql::device_by_id, read_device, id);
}

void insert_device(SqlConnection& connection, const Device& device, const Hash& token) {
  connection.exec(people_sql::insert_device, device.id, device.key, device.name, device.member, device.studio,
                  device.shared, device.certificate, token, device.enrolled_ms, device.enrolled_by,
                  name_of(device.status), device.rekeyed_from, device.after_revocation, device.readmitted_ms,
                  device.token_ms);
}

void offer_token(SqlConnection& connection, const DeviceId& id, const Hash& token, std::int64_t made_ms) {
  connection.exec(people_sql::offer_token, id, token, made_ms);
}

std::optional<CutOff> cut_off_line(SqlConnection& connection, const DeviceId& id) {
  const auto read = [](const SqlRun& run) { return CutOff{status_named(run.text(0)), run.integer(1)}; };
  return connection.first(people_sql::cut_off_line, read, id);
}

}  // namespace lianxin::server
