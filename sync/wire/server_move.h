// Where a server says that it will be found, or by which key it will be believed, signed with its own key: a phone that
// hears of it keeps what it has until the server has answered there (PROTOCOL 9.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/crypto/hash.h"

namespace lianxin {

struct ServerMove {
  std::string address;            // https://host:port
  std::vector<std::string> pins;  // of its TLS key there (lianxin/transport.h); empty: the system's certificates
  std::int64_t announced_ms = 0;  // the later one stands
  friend bool operator==(const ServerMove&, const ServerMove&) = default;
};

std::string sign_move(const SecretKey& server, const ServerMove& move);

// None where the text is none such, or another key signed it than the certificate that the phone holds.
std::optional<ServerMove> read_move(std::string_view text, std::string_view certificate);

}  // namespace lianxin
