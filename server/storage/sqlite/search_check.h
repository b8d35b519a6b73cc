// Whether the full-text index says what the indexed words say. Reads only, beside writers too: FTS5's own check wants
// to write.
#pragma once

#include "server/storage/sqlite/connection.h"

namespace lianxin::server {

// True when every word of `search` stands in the index where it stands in the text, and nothing else does. Compares
// sums over all places, so its memory does not grow; an index that cannot be read throws.
bool search_index_agrees(SqliteConnection& connection);

}  // namespace lianxin::server
