// One gzip member (RFC 1952) around some bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lianxin::client {

std::optional<std::string> gzip(std::string_view plain);  // none: zlib has no memory; send it plain

}  // namespace lianxin::client
