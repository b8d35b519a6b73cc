// The members' PINs as they lie in the file: what was made of them, and how often a wrong one was tried.
#pragma once

#include <optional>

#include "client-sdk/store/database.h"

namespace lianxin::client {

struct StoredPin {
  Bytes<16> salt{};
  Bytes<32> hash{};
  std::int64_t failures = 0;  // in a row
  std::string failed_boot;    // the last one: by the clock of that boot
  std::int64_t failed_ms = 0;
};

class StoredPins {
 public:
  explicit StoredPins(Database& db) : db_(db) {}

  std::optional<StoredPin> find(const MemberId& member);
  void put(const MemberId& member, const Bytes<16>& salt, const Bytes<32>& hash);  // with no failure yet
  // The office took the PIN away, at this moment of the server's; heeded once. True: it was news.
  bool take_reset(const MemberId& member, std::int64_t reset_ms);
  bool was_reset(const MemberId& member);  // ever

  void note_failures(const MemberId& member, std::int64_t failures, const std::string& boot, std::int64_t at_ms);

 private:
  Database& db_;
};

}  // namespace lianxin::client
