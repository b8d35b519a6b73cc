// What a server signs of one device's work (PROTOCOL 5.7): a person can show it years later, and the server it came from
// says whether it is genuine and whether what it tells of is still there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/server/ingest.h"

namespace lianxin {

struct Acknowledgement {
  DeviceId device;
  StudioId studio;
  N acked_n = 0;                // at least 1: of the device's changes 1 … acked_n are in the log
  Hash h{};                     // of its chain there
  Seq seq = 0;                  // where the studio's log was then
  Hash log_hash{};              // there
  std::int64_t server_ms = 0;   // Unix milliseconds, by the server's clock
  DeviceId server;              // whose key signed: the id of that key
  Signature signature{};

  std::string text() const;     // base64url of 201 bytes: 268 characters
  static std::optional<Acknowledgement> parse(std::string_view text);  // whoever signed it
  bool signed_with(const PublicKey& key) const;
  friend bool operator==(const Acknowledgement&, const Acknowledgement&) = default;
};

// Signs: fills in `server` and the signature. All else is told by the caller, from one snapshot.
Acknowledgement acknowledged_by(const SelfDevice& server, Acknowledgement what);

// What a log has now of what was acknowledged.
struct StillThere {
  N acked_n = 0;         // of that device's changes, now
  bool changes = false;  // its chain has that h at that n: every one of those changes, as they were
  Seq seq = 0;           // of the log, now
  bool log = false;      // the log has that hash at that seq: nothing of it was lost or altered since
};
Result<StillThere> still_there(ReadTxn& snapshot, const Acknowledgement& told);

}  // namespace lianxin
