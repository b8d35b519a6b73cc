// What a reviewer marked of a record.
#pragma once

#include <string>
#include <vector>

#include "schema/kind.h"
#include "sync/model/row.h"

namespace lianxin::client {

std::vector<std::string> marked_fields(const Catalog& catalog, const Row& row);  // as the last verdict left them

}  // namespace lianxin::client
