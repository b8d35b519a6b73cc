// Page: what a cursor has not seen, and its reader may (PROTOCOL 5).
#pragma once

#include "sync/log/store.h"
#include "sync/model/policy.h"
#include "sync/model/relation.h"
#include "sync/wire/messages.h"

namespace lianxin {

struct Asker {
  DeviceId device;
  Access access;
  Hash start{};                  // h(0) of its chain: chain_start(studio, its key)
  N last_n = 0;                  // the phone's highest n when the request was built
  std::optional<Cursor> cursor;  // none: from zero
  std::size_t bytes_max = 0;     // 0: no page wanted
  std::int64_t now_ms = 0;       // the server's: a clinic's doctors see its patients for some days
};

// In one snapshot: what is acked, always, and a page that contains all of the asker's own changes up to it.
Result<Page> page_for(ReadTxn& snapshot, const Catalog& catalog, const Asker& asker);

// Whether this log has that place: the same hash at the same seq.
Result<bool> has_place(ReadTxn& snapshot, const Cursor& cursor);

// A row as this reader may see it, or nothing. Cells that he may not see hold only what he wrote himself.
std::optional<Row> visible_row(const Catalog& catalog, const Access& access, const Row& row, const Reach& reach = {});

}  // namespace lianxin
