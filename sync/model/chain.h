// Hash chains and log hashes (PROTOCOL 2.3, 2.4): any altered, lost or reordered line shows.
#pragma once

#include <string_view>

#include "sync/crypto/hash.h"
#include "sync/model/change.h"

namespace lianxin {

enum class [[nodiscard]] Outcome : std::uint8_t{applied, held};

// How far a device's chain reaches in a studio.
struct ChainHead {
  N n = 0;
  Hash h{};
  friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

Hash chain_start(const StudioId& studio, const PublicKey& key);  // h(0)
Hash chain_next(const Hash& before, const Hash& line_hash);      // h(n) = SHA-256(h(n-1) || SHA-256(line n))
Hash log_next(const Hash& before, const Hash& line_hash, Outcome outcome, Hlc effective);

// How a line is named that no one can read, or that carries another's id: by what it is, so that it is one line
// whichever device brings it, and however often (PROTOCOL 4.2). By its hash, so that a device that kept no more than
// that can still say which it means.
ChangeId line_id(const StudioId& studio, const Hash& line_hash);

// What a device signs for each push.
std::string push_message(const DeviceId& device, const StudioId& studio, N first_n, const Hash& last_h);

}  // namespace lianxin
