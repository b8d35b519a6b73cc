// Page: what a cursor has not seen, and its reader may (PROTOCOL 5).
#pragma once

#include "sync/model/cursor.h"
#include "sync/model/policy.h"
#include "sync/log/store.h"

namespace lianxin {

struct Asker {
  DeviceId device;
  Access access;
  Hash start{};                  // h(0) of its chain: chain_start(studio, its key)
  N last_n = 0;                  // the phone's highest n when the request was built
  std::optional<Cursor> cursor;  // none: from zero
  std::size_t bytes_max = 0;     // 0: no page wanted
};

struct Page {
  N acked_n = 0;
  Hash h{};
  bool given = false;              // false: something is unpushed, or no page was wanted; nothing below is set
  bool from_zero = false;          // the cursor was none of this log's: rows go into a fresh set, swapped in when complete
  bool history_unknown = false;    // …and it named a history that this log does not have
  std::vector<std::string> rows;   // encoded, filtered; by last_seq
  Cursor cursor;
  bool more = false;
  std::optional<Digest> digest;    // when caught up: what the reader's rows must sum to
};

// In one snapshot: acked_n, and a page that contains all of the asker's own changes up to it.
Result<Page> page_for(ReadTxn& snapshot, const Catalog& catalog, const Asker& asker);

// Whether this log has that place: the same hash at the same seq.
Result<bool> has_place(ReadTxn& snapshot, const Cursor& cursor);

// A row as this reader may see it, or nothing. Cells above his clearance hold only what he wrote himself.
std::optional<Row> visible_row(const Catalog& catalog, const Access& access, const Row& row);

}  // namespace lianxin
