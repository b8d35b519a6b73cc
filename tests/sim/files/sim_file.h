// One file of a simulated disk: its bytes as written, and what a power cut may leave of the writes that no sync has
// made durable yet. Knows nothing of names, locks or SQLite.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sync/seeded_random.h"

namespace lianxin::sim {

class SimFile {
 public:
  // A disk writes whole sectors: what a power cut leaves of one write, or spoils of it, is a set of these. In bytes.
  static constexpr std::size_t sector_bytes = 512;

  const std::string& bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

  void write(std::size_t offset, std::string_view data);  // a hole before `offset` is filled with zeroes
  void truncate(std::size_t size);                        // no effect on a file that is shorter
  void sync() { pending_.clear(); }
  void sync_half();  // the older half of what was waiting is durable, the rest still is not

  // The file as it was put there from outside: durable, with nothing waiting.
  void put(std::string bytes);

  void lose_unsynced();
  // Of each write since the last sync some sectors survive, or only the first ones, or none; of the last a sector may
  // be left half written.
  void tear_unsynced(SeededRandom& random);

 private:
  struct Change {
    std::size_t size_before = 0;
    std::size_t offset = 0;
    std::string before, after;  // of a truncation `after` is empty and `before` the tail that went
    bool truncates = false;
  };
  void apply(std::size_t offset, std::string_view data);
  void tear(const Change& change, SeededRandom& random, bool last);

  std::string bytes_;
  std::vector<Change> pending_;  // since the last sync, oldest first
};

}  // namespace lianxin::sim
