// The text by which the search finds a row: its numbers, and what its fields marked `search` show
// (sync/model/searched.h). Health data is in no index.
#pragma once

#include <string>

#include "schema/kind.h"
#include "sync/log/store.h"
#include "sync/model/row.h"

namespace lianxin::server {

std::string search_text(const Catalog& catalog, const Row& row);
std::string search_text(const Catalog& catalog, const StoredRow& stored);  // empty where it cannot be read

}  // namespace lianxin::server
