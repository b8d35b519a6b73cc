// One studio's part of a reply, with the request that it answers, and what comes of it.
#pragma once

#include "client-sdk/core/phone_core.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

// `asked` and `reply` outlive the steps that take it.
struct Part {
  PhoneCore& phone;
  const StudioRequest& asked;
  const StudioReply& reply;
  bool offering = false;       // heads of this studio were offered in that request
  std::int64_t server_ms = 0;  // of the reply
};

// Each step adds what it did.
struct Taken {
  std::int64_t pushed = 0, rows = 0;
  bool restored = false;          // the server has less of ours than it had
  bool summed = false;            // the last page: all rows were summed, and compared with the server's
  bool current = false;           // and nothing more is to be done about them now
  bool settled = false;           // nothing waits there, and it is caught up
  bool handed_over = false;       // this very reply says that all of ours is there
  std::string problem;            // the server's code for why its part was not done
  std::vector<RecordId> records;  // that are shown otherwise now
};

}  // namespace lianxin::client
