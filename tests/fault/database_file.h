// What a server's database file says, read straight from its tables: no engine, no rules and no server between. Nothing
// may have the database open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace lianxin::test {

// Ids as text, as phones and desks show them.
struct DatabaseFile {
  std::unordered_map<std::string, int> lines;                         // change id -> log lines that hold it
  std::map<std::pair<std::string, std::string>, std::int64_t> acked;  // (device, studio) -> n of its last chain entry
  std::map<std::string, std::int64_t> counted;                        // visit -> sum of persons_reached in its row
  std::unordered_map<std::string, int> reasons;                       // reason -> log lines that give it
  std::map<std::string, int> held;                                    // code -> log lines held for it
  std::int64_t log_lines = 0;

  // What is not as it must be, whoever asks (PROTOCOL 1.1, 1.5, 2.3, 2.4): a log with a gap or a wrong hash, a chain
  // with a gap or a wrong h, a change twice, a row whose counter is not the sum of its
  // lines that took effect.
  std::vector<std::string> faults;

  // Of a copy: SQLite would recover the log beside the original by opening it, which is the server's to do.
  static DatabaseFile read(const std::string& path);
};

}  // namespace lianxin::test
