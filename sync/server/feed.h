// Page: what a cursor has not seen, and its reader may (PROTOCOL 5).
#pragma once

#include "sync/log/store.h"
#include "sync/model/policy.h"
#include "sync/wire/messages.h"

namespace lianxin {

struct Asker {
  DeviceId device;
  Access access;
  Hash start{};                  // h(0) of its chain: chain_start(studio, its key)
  N last_n = 0;                  // the phone's highest n when the request was built
  std::optional<Cursor> cursor;  // none: from zero
  std::size_t bytes_max = 0;     // 0: no page wanted
};

// In one snapshot: what is acked, always, and a page that contains all of the asker's own changes up to it.
Result<Page> page_for(ReadTxn& snapshot, const Catalog& catalog, const Asker& asker);

// Whether this log has that place: the same hash at the same seq.
Result<bool> has_place(ReadTxn& snapshot, const Cursor& cursor);

// A row as this reader may see it, or nothing. Cells above the reader's clearance hold only what the reader wrote.
std::optional<Row> visible_row(const Catalog& catalog, const Access& access, const Row& row);

}  // namespace lianxin
