// What a server signs of one device's work (PROTOCOL 5.7): a person can show it years later, and the server it came
// from says whether it is genuine and whether what it tells of is still there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/model/change.h"
#include "sync/model/self_device.h"

namespace lianxin {

struct Receipt {
  DeviceId device;
  StudioId studio;
  N acked_n = 0;               // at least 1: of the device's changes 1 … acked_n are in the log
  Hash h{};                    // of its chain there
  Seq seq = 0;                 // where the studio's log was then
  Hash log_hash{};             // there
  std::int64_t server_ms = 0;  // Unix milliseconds, by the server's clock
  DeviceId server;             // whose key signed: the id of that key
  Signature signature{};

  std::string text() const;                                    // base64url of 201 bytes: 268 characters
  static std::optional<Receipt> parse(std::string_view text);  // whoever signed it
  bool signed_with(const PublicKey& key) const;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// Signs: fills in `server` and the signature. All else is told by the caller, from one snapshot.
Receipt signed_by(const SelfDevice& server, Receipt receipt);

}  // namespace lianxin
