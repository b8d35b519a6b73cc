#include "server/people/pin_resets.h"

#include <algorithm>

#include "server/people/queries.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {

Status PinResets::reset(const DeviceId& device, const MemberId& member, std::int64_t now_ms) {
  Bytes<32> of;
  std::copy(device.bytes.begin(), device.bytes.end(), of.begin());
  std::copy(member.bytes.begin(), member.bytes.end(), of.begin() + static_cast<std::ptrdiff_t>(device.bytes.size()));
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    connection.exec(people_sql::put_pin_reset, of, now_ms);
    notes.pin_reset(of);
    return {};
  });
}

Result<std::map<MemberId, std::int64_t>> PinResets::of(const DeviceId& device) {
  const auto read = [](const SqlRun& run) { return std::pair(run.id<MemberId>(0), run.integer(1)); };
  LX_TRY(const auto rows, database_.all(people_sql::pin_resets_of, read, device));
  return std::map<MemberId, std::int64_t>(rows.begin(), rows.end());
}

}  // namespace lianxin::server
