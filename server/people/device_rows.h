// The rows of devices, within a transaction. Every function throws SqlFailure.
#pragma once

#include "server/people/devices.h"

namespace lianxin::server {

class SqlConnection;
class SqlRun;

Device read_device(const SqlRun& run);  // of a row of one of the statements that say so (queries.h)
std::optional<Device> device_with_id(SqlConnection& connection, const DeviceId& id);
void insert_device(SqlConnection& connection, const Device& device, const Hash& token);
// Its next, from that moment. The one before serves until this one is used (devices.h).
void offer_token(SqlConnection& connection, const DeviceId& id, const Hash& token, std::int64_t made_ms);

// What a cut-off device, or one of which such a one came, hands down to the next. Its lines are counted on: a new key
// is no new allowance.
struct CutOff {
  DeviceStatus status = DeviceStatus::revoked;
  std::int64_t after_revocation = 0;
};

std::optional<CutOff> cut_off_line(SqlConnection& connection, const DeviceId& id);  // none where none is cut off

}  // namespace lianxin::server
