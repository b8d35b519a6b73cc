// F7: the real server program is killed at random instants under fifty clients that reach it through a bad network,
// and phones' processes are killed beside it. A ledger outside all of them says afterwards what had to survive: nothing
// that was acknowledged is lost, nothing is there twice (PROTOCOL 1.1, 1.2, 1.3).
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <thread>

#include "tests/fault/clients.h"
#include "tests/fault/fault_proxy.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

using std::chrono::milliseconds;

// All of one county, so that its coordinator sees every visit.
constexpr Seat seats[] = {{"990121-S01", "郝商量"}, {"990121-S02", "艾一堂"}, {"990121-S03", "田耕耘"},
                          {"990121-S04", "王结实"}, {"990121-S05", "石桥生"}, {"990121-S01", "米小满"},
                          {"990121-S02", "白芨"},   {"990121-S03", "谷雨生"}, {"990121-S04", "竺溪声"}};
constexpr Seat duty_seat{"990121-S01", "郝商量"};
constexpr std::size_t visits_max = 120;  // in each studio

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}

struct Worker {
  std::unique_ptr<Client> client;
  std::string failure;
  std::thread thread;
};

// What the run was given, and where the server stood when it was killed.
struct Given {
  int kills = 0, while_serving = 0, while_starting = 0, while_backing_up = 0, looks = 0;
};

class Battle {
 public:
  Battle(int phones, int life_ms_max, std::uint64_t seed)
      : life_ms_max_(life_ms_max),
        server_(folder_),
        proxy_(server_.port(), seeded_fates(seed)),
        board_(visits_max),
        around_{server_, proxy_.url(), folder_.path(), ledger_, board_, seed},
        random_(seed) {
    server_.start();
    for (int i = 0; i < phones; ++i) workers_.push_back({client_of(i), {}, {}});
    workers_.push_back({desk(around_, phones), {}, {}});
    for (Worker& worker : workers_) worker.thread = std::thread([&] { work(worker); });
  }

  ~Battle() { end_work(); }

  // Kills the server at a random instant, looks now and then at what it leaves, and has it up again.
  void kill() {
    const auto drawn = random_.below(100);
    if (drawn < 15) {
      kill_while_backing_up();
    } else {
      std::this_thread::sleep_for(milliseconds(random_.between(20, life_ms_max_)));
      server_.kill9();
      ++given.while_serving;
      ++given.kills;
    }
    if (++deaths_ % looks_every == 0) look();
    // …and again before it is up, a few times running where chance has it.
    while (random_.chance(20)) {
      server_.spawn();
      std::this_thread::sleep_for(std::chrono::microseconds(random_.between(0, 60'000)));
      server_.kill9();
      ++given.while_starting;
      ++given.kills;
    }
    server_.start();
  }

  void end_work() {
    stop_ = true;
    for (Worker& worker : workers_) {
      if (worker.thread.joinable()) worker.thread.join();
    }
  }

  // With the network calm, every phone until nothing of it waits.
  void settle() {
    end_work();
    proxy_.calm();
    for (Worker& worker : workers_) {
      if (worker.failure.empty()) attempt(worker, [&] { worker.client->settle(); });
      CHECK(worker.failure == "");
    }
    CHECK(server_.stop() == 0);
    server_.command({"backup", "--to", folder_ / "backups"});  // throws where it fails: kills left nothing in its way
    server_.command({"verify"});                               // the server's own judge, which finds nothing either
  }

  DatabaseFile file() const { return DatabaseFile::read(server_.data() + "/lianxin.db"); }
  FaultCounts faults() const { return proxy_.counts(); }
  const Ledger& ledger() const { return ledger_; }

  Given given;
  ProcessKills process_kills;

 private:
  static constexpr int looks_every = 4;  // deaths

  std::unique_ptr<Client> client_of(int i) {
    const Seat& seat = seats[static_cast<std::size_t>(i) % std::size(seats)];
    if (i % 10 == 3) return killed_phone(around_, i, seat, process_kills);
    if (i % 10 == 7) return duty_phone(around_, i, duty_seat);
    return sdk_phone(around_, i, seat);
  }

  void work(Worker& worker) {
    attempt(worker, [&] {
      while (!stop_) worker.client->work();
    });
  }

  template <class F>
  void attempt(Worker& worker, F act) {
    try {
      act();
    } catch (const std::exception& error) {
      worker.failure = error.what();
    }
  }

  // The command that copies the database beside the running server, and both of them killed.
  void kill_while_backing_up() {
    Process backup({LIANXIN_SERVER, "backup", "--data", server_.data(), "--to", folder_ / "backups"},
                   folder_ / "backup.log");
    std::this_thread::sleep_for(milliseconds(random_.between(0, 300)));
    if (random_.chance(50)) backup.kill9();
    server_.kill9();
    ++given.while_backing_up;
    ++given.kills;
  }

  // While the server is down: what was acknowledged by now is in its file by now.
  void look() {
    const Ledger::Verdict verdict = ledger_.compare(file(), false);
    CHECK(verdict.lost == 0);
    CHECK(verdict.doubled == 0);
    for (const std::string& fault : verdict.faults) CHECK_MESSAGE(false, fault);
    ++given.looks;
  }

  const int life_ms_max_;
  TempFolder folder_;
  ServerProcess server_;
  FaultProxy proxy_;
  Ledger ledger_;
  Board board_;
  Surroundings around_;
  SeededRandom random_;
  int deaths_ = 0;
  std::atomic<bool> stop_ = false;
  std::vector<Worker> workers_;
};

void print(const Battle& battle, const Ledger::Verdict& verdict, const DatabaseFile& file, double seconds) {
  const Ledger::Totals totals = battle.ledger().totals();
  const FaultCounts faults = battle.faults();
  std::vector<std::pair<std::string, std::int64_t>> rows = {
      {"changes made", totals.made},
      {"acknowledged", totals.acknowledged},
      {"visits", totals.records},
      {"persons counted", totals.counted},
      {"desk acts, answered", totals.acts_answered},
      {"desk acts, in all", totals.acts},
      {"log lines", file.log_lines},
      {"server kills", battle.given.kills},
      {"  while serving", battle.given.while_serving},
      {"  while starting", battle.given.while_starting},
      {"  while backing up", battle.given.while_backing_up},
      {"looks at the file of a killed server", battle.given.looks},
      {"phone kills in a save", battle.process_kills.in_save},
      {"phone kills in a sync", battle.process_kills.in_sync}};
  for (const auto& [code, lines] : file.held) rows.emplace_back("  of them held, " + code, lines);
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    rows.emplace_back(std::string("connections ") + name_of(static_cast<Fault>(kind)),
                      static_cast<std::int64_t>(faults[kind]));
  }
  rows.emplace_back("acknowledged and lost", verdict.lost);
  rows.emplace_back("there twice", verdict.doubled);
  rows.emplace_back("seconds", static_cast<std::int64_t>(seconds));
  for (const auto& [name, count] : rows) {
    std::cout << std::left << std::setw(40) << name << std::right << std::setw(9) << count << "\n";
  }
}

}  // namespace

TEST_SUITE("fault/kill") {
  TEST_CASE("a server killed at random instants under fifty clients loses nothing acknowledged and doubles nothing") {
    const int kills = from_environment("LIANXIN_KILLS", 20), phones = from_environment("LIANXIN_PHONES", 50);
    const int life_ms_max = from_environment("LIANXIN_LIFE_MS", 500);  // of a server; a slow build needs more
    const auto seed = static_cast<std::uint64_t>(from_environment("LIANXIN_SEED", 1));
    CAPTURE(seed);
    const auto begin = std::chrono::steady_clock::now();
    Battle battle(phones, life_ms_max, seed);
    while (battle.given.kills < kills) battle.kill();
    battle.settle();

    const DatabaseFile file = battle.file();
    const Ledger::Verdict verdict = battle.ledger().compare(file, true);
    const Ledger::Totals totals = battle.ledger().totals();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    print(battle, verdict, file, spent.count());
    for (const std::string& fault : verdict.faults) CHECK_MESSAGE(false, fault);
    CHECK(verdict.lost == 0);
    CHECK(verdict.doubled == 0);
    CHECK(file.held.empty());
    if (kills < 20 || phones < 20) return;  // too little for every fault to have come
    CHECK(totals.made > phones);
    CHECK(totals.acts_answered > 0);
    CHECK(battle.given.looks > 0);
    CHECK(battle.process_kills.in_save > 0);
    CHECK(battle.process_kills.in_sync > 0);
    const FaultCounts faults = battle.faults();
    for (const Fault fault : {Fault::cut_request, Fault::cut_reply, Fault::dropped_reply}) {
      CHECK(faults[static_cast<std::size_t>(fault)] > 0);
    }
  }
}
