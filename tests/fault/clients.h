// The people of the kill test: phones in threads, phones whose process is killed, and a coordinator's desk. All of them
// reach the server through the proxy and write what happens to them into the ledger.
#pragma once

#include <atomic>
#include <memory>

#include "tests/fault/ledger.h"
#include "tests/support/server_process.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::test {

// The visits that clients know of, so that many write to one. A studio's visits are bounded: a long run must not become
// a test of how fast a phone sums ten thousand rows.
class Board {
 public:
  explicit Board(std::size_t visits_max) : visits_max_(visits_max) {}

  void put(const std::string& studio, const std::string& visit);
  bool full(const std::string& studio) const;
  std::string any(const std::string& studio, SeededRandom& random) const;  // empty where there is none
  std::pair<std::string, std::string> any(SeededRandom& random) const;     // (studio, visit)

 private:
  const std::size_t visits_max_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> visits_;
};

// What all clients share; outlives them.
struct Surroundings {
  ServerProcess& server;
  std::string url;     // the proxy's
  std::string folder;  // where phones keep their files
  Ledger& ledger;
  Board& board;
  std::uint64_t seed = 0;
};

struct Seat {
  const char* studio;  // by code
  const char* member;
};

class Client {
 public:
  virtual ~Client() = default;

  virtual void work() = 0;    // one round, on the client's own thread
  virtual void settle() = 0;  // afterwards, with the network calm: until nothing of it waits
};

// `number` is the client's own, in the ledger and for its seed.
std::unique_ptr<Client> sdk_phone(Surroundings& around, int number, const Seat& seat);
std::unique_ptr<Client> duty_phone(Surroundings& around, int number, const Seat& seat);  // its members take turns
std::unique_ptr<Client> desk(Surroundings& around, int number);

// The program `lianxin`, killed in the middle of saves and syncs; its file goes on.
struct ProcessKills {
  std::atomic<int> in_save = 0, in_sync = 0;
};
std::unique_ptr<Client> killed_phone(Surroundings& around, int number, const Seat& seat, ProcessKills& kills);

}  // namespace lianxin::test
