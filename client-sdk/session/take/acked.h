// What a reply says of this phone's own changes: up to which n they are on the server, and its receipt for them.
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

struct Acked {
  std::int64_t pushed = 0;        // changes that are on the server since the last reply
  bool restored = false;          // it has less of ours than it had
  std::vector<RecordId> records;  // of the changes that wait no longer, or do again
};

Acked take_acked(const Part& part, StudioState& studio);

// Keeps what the server signed: only of what is ours, and of what this very reply says is there.
Status take_receipt(const Part& part);

}  // namespace lianxin::client
