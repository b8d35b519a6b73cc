// What one studio's part of a reply does to the phone's file: one transaction, with its page, its cursor and its
// acked_n (PROTOCOL 5.5). The steps, in their order, are those of the files beside this one.
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

// What came of one studio's part.
struct Taken {
  std::int64_t pushed = 0, rows = 0;
  bool settled = false;      // nothing waits there, and it is caught up
  bool handed_over = false;  // this very reply says that all of ours is there
  bool restored = false;     // the server has less of ours than it had
  bool summed = false;       // all rows were summed, and compared
  std::string problem;       // the server's code for why its part was not done
};

// The phone was set back or cloned: the server has an n that we do not, or another line there (PROTOCOL 6.1).
Result<bool> shows_fork(PhoneCore& phone, const SyncReply& reply);

Result<Taken> take_part(const Part& part);

}  // namespace lianxin::client
