// PINs that a coordinator took away from members of a duty phone. The PINs themselves are known to the phone alone: it
// hears of the reset at its next sync and asks for a new one.
#pragma once

#include <map>

#include "schema/ids.h"
#include "schema/result.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

// Told to the journal before it is answered. Thread-safe. Both references must outlive this.
class PinResets {
 public:
  PinResets(SqlDatabase& database, Journal& journal) : database_(database), journal_(journal) {}

  // Later than every one before, whatever the clock says.
  Status reset(const DeviceId& device, const MemberId& member, std::int64_t now_ms);
  Result<std::map<MemberId, std::int64_t>> of(const DeviceId& device);  // when, of those whose PIN was ever taken away

 private:
  SqlDatabase& database_;
  Journal& journal_;
};

}  // namespace lianxin::server
