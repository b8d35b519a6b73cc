// A number that the server counts for everybody, as a text that tells one asker nothing of the others: encrypted under
// the server's own key, the same text each time. Without that, the gaps between what he sees would say how much there
// is elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sync/model/self_device.h"

namespace lianxin::server {

// `what`: of what it is a number, for instance "grant"; texts of one thing mean nothing for another. 22 characters,
// Base64url.
std::string opaque_number(const SelfDevice& self, std::string_view what, std::int64_t number);
std::optional<std::int64_t> number_behind(const SelfDevice& self, std::string_view what, std::string_view text);

}  // namespace lianxin::server
