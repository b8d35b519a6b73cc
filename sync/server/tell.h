// What a device is told of one studio once all it brought is taken: one snapshot of the store (PROTOCOL 5).
#pragma once

#include "sync/server/answer.h"

namespace lianxin {

// How much may be told.
struct Telling {
  std::size_t page_bytes = 0;  // 0: no page
  bool compare = false;        // record by record, where it is asked for and the page is the last
};

// acked_n and the receipt always; which of the lines asked about are here; the rest as `telling` says. corrupt where a
// row cannot be read; otherwise fails as the store does.
Result<StudioReply> tell(Answering& server, const StudioStanding& standing, const StudioRequest& asked,
                         const Telling& telling);

}  // namespace lianxin
