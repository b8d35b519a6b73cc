// Ids that follow from a text, so that every server and every import means the same one.
#pragma once

#include <string_view>

#include "schema/bytes.h"

namespace lianxin::server {

// A UUID of version 8 (RFC 9562), which nobody has by chance. `text` begins with its purpose.
Bytes<16> uuid_named(std::string_view text);

}  // namespace lianxin::server
