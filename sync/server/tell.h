// What a device is told of one studio once all it brought is taken: one snapshot of the store (PROTOCOL 5).
#pragma once

#include "sync/server/answer.h"

namespace lianxin {

// acked_n and the receipt always; which of the lines asked about are here; a page of at most
// `page_bytes` (0: none); and where `compare` and it is asked for, beside the last page, the records one by one.
// corrupt where a row cannot be read; otherwise fails as the store does.
Result<StudioReply> tell(Answering& server, const StudioStanding& standing, const StudioRequest& asked,
                         std::size_t page_bytes, bool compare);

}  // namespace lianxin
