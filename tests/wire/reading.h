// What a person is shown of a row: everything that is derived from its bytes and the kinds, and stands in neither.
#pragma once

#include "sync/model/row.h"

namespace lianxin::kit {

// {"shown": {field: value}, "elements": {field: {key: {attribute: value}}}, "conflicts": {address: [change id, greatest
// first]}, "deleted": bool, "revised": bool}; empty parts are left out.
Value reading_of(const Catalog& catalog, const Row& row);

}  // namespace lianxin::kit
