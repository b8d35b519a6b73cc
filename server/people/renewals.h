// What a device gets anew with a sync: its next token once a week, and its next certificate in the second half of the
// one that it has (PROTOCOL 9.5). Tokens that follow others are made of the server's key, the device and a moment, so
// that an offer whose reply was lost, or that two processes of one phone asked for, is the same one again, and is kept
// as its hash alone.
#pragma once

#include <string>
#include <string_view>

#include "server/people/devices.h"
#include "sync/model/self_device.h"

namespace lianxin::server {

inline constexpr std::int64_t token_ms_max = 7LL * 24 * 60 * 60 * 1000;

// 256 bits as base64url.
std::string following_token(const SelfDevice& self, const DeviceId& device, std::int64_t made_ms);

// Thread-safe. All references must outlive this.
class Renewals {
 public:
  Renewals(SqlDatabase& database, Journal& journal, const SelfDevice& self)
      : database_(database), journal_(journal), self_(self) {}

  // Of a device that has signed its request: a token that was offered is the device's from now on, here too, and the
  // one before ends. Whoever only shows a token ends none.
  Status note_used(Device& device, std::string_view token, std::int64_t now_ms);

  // Empty: it keeps what it has. `certificate_ends_ms`: of the one that it says it has. Nothing for one that is cut
  // off.
  struct Given {
    std::string token, certificate;
  };
  Result<Given> due(const Device& device, std::int64_t certificate_ends_ms, std::int64_t now_ms);

 private:
  Result<std::string> token_due(const Device& device, std::int64_t now_ms);
  Result<std::string> certificate_due(const Device& device, std::int64_t ends_ms, std::int64_t now_ms);

  SqlDatabase& database_;
  Journal& journal_;
  const SelfDevice& self_;
};

}  // namespace lianxin::server
