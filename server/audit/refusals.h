// What strangers cause, by the minute: whoever only knocks must not fill the disk. The first of a kind in a minute is
// told at once, its repeats as one count when the minute is over; kinds beyond keys_max in a minute, and all beyond
// told_max in a day, are summed without their addresses. So a day has at most about 2 * told_max + 6,000 lines of this,
// ten megabytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "server/audit/entry.h"

namespace lianxin::server {

// Not thread-safe.
class Refusals {
 public:
  static constexpr std::int64_t window_ms = 60'000;
  static constexpr std::size_t keys_max = 64;
  static constexpr std::int64_t told_max = 10'000;

  // The entry, where it is to be written at once.
  std::optional<Entry> count(Entry entry, std::int64_t now_ms);

  // What the window that has ended summed up, once; with `all` what is summed up so far.
  std::vector<Entry> ended(std::int64_t now_ms, bool all = false);

 private:
  using Key = std::tuple<Act, std::string, std::string, MemberId, DeviceId, std::string>;
  struct Summed {
    Entry entry;
    std::int64_t repeats = 0;
  };
  static Key key_of(const Entry& entry);

  std::map<Key, Summed> window_;
  std::int64_t window_began_ms_ = 0, day_ = 0, told_today_ = 0;
};

}  // namespace lianxin::server
