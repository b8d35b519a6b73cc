// What a reply does to the phone's file: each studio's part is one transaction, with its page, its cursor and its
// acked_n (PROTOCOL 5.5).
#pragma once

#include "client-sdk/core/phone_core.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

// What came of one studio's part.
struct Taken {
  std::int64_t pushed = 0, rows = 0;
  bool settled = false;   // nothing waits there, and it is caught up
  bool handed_over = false;  // this very reply says that all of ours is there
  bool restored = false;  // the server has less of ours than it had
  bool checked = false;   // all rows were summed, and compared
  std::string problem;    // the server's code for why its part was not done
};

// The phone was set back or cloned: the server has an n that we do not, or another line there (PROTOCOL 6.1).
Result<bool> shows_fork(PhoneCore& phone, const SyncReply& reply);

// `server_ms`: the reply's.
Result<Taken> take_part(PhoneCore& phone, const StudioRequest& asked, const StudioReply& part, std::int64_t server_ms);

}  // namespace lianxin::client
