// Whether newer kinds still allow all that older ones did.
#pragma once

#include <optional>
#include <string>

#include "schema/kind.h"

namespace lianxin {

// Versions only add: says what `next` takes away or alters of `now` (a kind, a field, its type or merge, a code, a
// step), or nothing. A changed sensitivity, label, bound or writer is allowed.
std::optional<std::string> takes_away(const Catalog& now, const Catalog& next);

}  // namespace lianxin
