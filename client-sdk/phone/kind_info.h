// The kinds, told to whoever builds a form.
#pragma once

#include "lianxin/kind_info.h"
#include "schema/kind.h"

namespace lianxin::client {

std::vector<KindInfo> kinds_of(const Catalog& catalog);

}  // namespace lianxin::client
