// What the server's clock says, as near as this phone can tell: its own may be of any year. Kept is what the server
// said, and what the phone's own clocks said beside it.
#pragma once

#include "client-sdk/store/database.h"
#include "sync/model/change.h"

namespace lianxin::client {

class ServerTime {
 public:
  explicit ServerTime(Database& db) : db_(db) {}

  // By what was said last, and how long ago that was by the clock that runs since the phone was started; by its wall
  // clock where it was started anew since, or has no other. That of the phone itself where nothing was said yet.
  std::int64_t at(const ClockReading& now);

  // The server has just said this. In passing a reply may be as late as its way was long, and an earlier time than is
  // known says nothing; where a time of ours was `refused` it stands.
  void note(std::int64_t server_ms, const ClockReading& now, bool refused);

 private:
  Database& db_;
};

}  // namespace lianxin::client
