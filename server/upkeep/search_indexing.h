// Keeps the search index up with the logs.
#pragma once

#include "schema/kind.h"
#include "server/storage/list_store.h"

namespace lianxin::server {

// Takes a few changed rows into the index; true while there is more. Errors: the store's.
Result<bool> index_some(ListStore& lists, const Catalog& catalog);

}  // namespace lianxin::server
