// A reader's place in one studio: the server makes it, the phone gives it back unread (PROTOCOL 5.2).
#pragma once

#include "schema/kind.h"
#include "sync/change.h"
#include "sync/hash.h"

namespace lianxin {

struct Cursor {
  Seq seq = 0;
  Bytes<8> log{};     // the first bytes of the log hash at `seq`
  Bytes<4> access{};  // of (clearance, sensitivity_version)

  std::string text() const;  // base64url of 20 bytes
  static std::optional<Cursor> parse(std::string_view text);
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

Bytes<8> short_hash(const Hash& hash);
Bytes<4> access_hash(Sensitivity clearance, std::int64_t sensitivity_version);

}  // namespace lianxin
