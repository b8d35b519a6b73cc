// A phone of the restore test: the SDK in this process over loopback HTTP, with a book of what it made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/server_process.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::test {

struct FieldSeat {
  const char* studio;  // by code
  const char* member;
};

using Visits = std::map<std::string, std::vector<std::string>>;  // by studio: those that some phone began

// A change that a save returned. `counted`: what it adds to the visit's persons_reached.
struct Made {
  std::string record, change;
  std::int64_t counted = 0;
};

struct HeldHead {
  std::string change, place;
};

class CountedTransport;

// Not thread-safe. `server` must outlive it. Throws std::runtime_error where something happens that must not.
class FieldPhone {
 public:
  FieldPhone(ServerProcess& server, const FieldSeat& seat, const std::string& path, std::uint64_t seed);
  ~FieldPhone();

  const std::string& device() const { return device_; }
  const std::vector<Made>& made() const { return made_; }
  int requests() const;  // in its whole life

  // One to three saves, without any network.
  void work(Visits& visits);

  // To the end: until nothing waits and all is pulled, or until the order to purge was carried out.
  SyncReport sync();

  // All heads that its rows hold, whoever wrote them: ids, and where each stands.
  std::vector<HeldHead> held_heads();

 private:
  void save(Visits& visits);
  void submit(const std::string& visit);
  void commit(Form form, std::int64_t counted);
  std::vector<std::string> studios();

  SeededRandom random_;
  std::unique_ptr<CountedTransport> transport_;
  std::unique_ptr<Phone> phone_;
  std::string device_;
  std::vector<Made> made_;
};

}  // namespace lianxin::test
