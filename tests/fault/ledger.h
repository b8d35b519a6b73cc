// What the load generator itself writes down while everything else is being killed: which changes were made, and which
// of them somebody was told are safe. It stands outside every phone and believes none of them: in the end it is held
// against the server's database file.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/fault/database_file.h"

namespace lianxin::test {

// Threads: any. Clients are told apart by a number of the caller's choice.
class Ledger {
 public:
  // A save returned: `changes` are on that phone. `counted`: what they add to the visit's persons_reached.
  void made(int client, const std::string& studio, const std::string& record, const std::vector<std::string>& changes,
            std::int64_t counted);
  // The phone says that the first `on_server` of its changes in `studio` are on the server.
  void told(int client, const std::string& device, const std::string& studio, std::int64_t on_server);
  // A process was killed in a save: it may have made a change that nobody was told of.
  void perhaps_made(int client);
  // A desk's act, known in the log by its reason. Not answered: it may have been done or not.
  void acted(const std::string& reason, bool answered);

  // What the file lacks, has twice or counts wrongly. While phones still hold changes only what was acknowledged is
  // asked for; once all is `quiet`, everything that was made.
  struct Verdict {
    std::int64_t lost = 0, doubled = 0;
    std::vector<std::string> faults;  // one sentence each; the file's own among them
  };
  Verdict compare(const DatabaseFile& file, bool quiet) const;

  struct Totals {
    std::int64_t made = 0, acknowledged = 0, records = 0, counted = 0, acts = 0, acts_answered = 0;
  };
  Totals totals() const;

 private:
  struct Book {                        // of one client in one studio
    std::vector<std::string> changes;  // in the order they were made, which is that of n
    std::int64_t acknowledged = 0;     // the most it was ever told
  };
  struct Client {
    std::string device;
    bool complete = true;  // every change of it is known here
    std::map<std::string, Book> books;
  };
  void compare_book(const Client& client, const std::string& studio, const Book& book, const DatabaseFile& file,
                    bool quiet, Verdict& verdict) const;

  mutable std::mutex mutex_;
  std::map<int, Client> clients_;
  std::map<std::string, std::int64_t> counted_;  // by visit
  std::map<std::string, bool> acts_;             // reason -> answered
  std::vector<std::string> faults_;              // seen on the way
};

}  // namespace lianxin::test
