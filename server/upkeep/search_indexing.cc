#include "server/upkeep/search_indexing.h"

#include "server/kinds/search_text.h"

namespace lianxin::server {
namespace {

constexpr std::size_t indexed_rows_at_a_time = 200;

}  // namespace

Result<bool> index_some(ListStore& lists, const Catalog& catalog) {
  return lists.index_some(indexed_rows_at_a_time, [&](const StoredRow& row) { return search_text(catalog, row); });
}

}  // namespace lianxin::server
