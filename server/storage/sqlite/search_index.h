// The full-text index: how it follows the rows, and what a query looks for. What stands in it: search_words.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "server/storage/sql.h"
#include "sync/log/store.h"

namespace lianxin::server {

// What full text must match for the words that a person typed, in one studio: each of their phrases (schema/text.h).
// Nothing when no letter or digit was typed.
std::optional<std::string> search_expression(const StudioId& studio, std::string_view words);

// Takes up to `rows_max` changed rows into the index; true when there is more to take. Tokens are made on this thread,
// outside any transaction. Called by one thread at a time.
Result<bool> index_rows(SqlDatabase& database, std::size_t rows_max,
                        const std::function<std::string(const StoredRow&)>& text_of);

// ListStore::forget_some().
Result<bool> forget_erased(SqlDatabase& database);

}  // namespace lianxin::server
