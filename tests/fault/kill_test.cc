// The real server program is killed at random instants under twenty phones that keep saving and syncing. Afterwards
// every change that any phone made is there once (PROTOCOL 1.1, 1.3).
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

constexpr const char* studio = "990121-S01";
constexpr const char* member = "米小满";

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}

SyncOptions patient() {
  SyncOptions options;
  options.retry_for_ms = 120'000;
  // A phone would wait up to a minute between attempts; the test's phones are quicker to come back.
  options.wait = [](std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(std::min<std::int64_t>(ms, 50))); };
  return options;
}

// A phone that saves visits, counts people into one shared visit, and syncs, until it is told to stop.
struct Worker {
  explicit Worker(Phone opened) : phone(std::move(opened)) {}

  void work(const std::string& shared_visit, const std::atomic<bool>& stop) {
    try {
      while (!stop) {
        Form visit = must(phone.begin_new("outreach_visit", studio));
        must(visit.set("visit_kind", "household"));
        must(visit.set("notes_text", "入户走访"));
        must(visit.commit());
        made.insert(visit.record());
        Form count = must(phone.begin_edit(shared_visit));
        must(count.count("persons_reached", 1));
        must(count.commit());
        ++counted;
        (void)phone.sync(patient());  // may end in the middle of a kill: then it is tried again
      }
    } catch (const std::exception& error) {
      failure = error.what();
    }
  }

  Phone phone;
  std::set<std::string> made;
  int counted = 0;
  std::string failure;
};

}  // namespace

TEST_SUITE("fault/kill") {
  TEST_CASE("a server killed at random instants of concurrent pushes loses nothing and doubles nothing") {
    const int kills = from_environment("LIANXIN_KILLS", 20), phones = from_environment("LIANXIN_PHONES", 20);
    const auto seed = static_cast<unsigned>(from_environment("LIANXIN_SEED", 1));
    CAPTURE(seed);
    TempFolder folder;
    ServerProcess server(folder);
    server.start();

    std::vector<std::unique_ptr<Worker>> workers;
    for (int i = 0; i < phones; ++i) {
      workers.push_back(std::make_unique<Worker>(
          enrolled_phone(server, folder / ("phone" + std::to_string(i)), studio, member)));
    }
    Form shared = must(workers[0]->phone.begin_new("outreach_visit", studio));
    must(shared.set("visit_kind", "household"));
    must(shared.commit());
    const std::string shared_visit = shared.record();
    for (auto& worker : workers) must(worker->phone.sync(patient()));

    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (auto& worker : workers) {
      threads.emplace_back([&stop, &shared_visit, &worker = *worker] { worker.work(shared_visit, stop); });
    }
    std::mt19937 random(seed);
    for (int i = 0; i < kills; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(20, 500)(random)));
      server.kill9();
      server.start();
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();

    std::set<std::string> made{shared_visit};
    int counted = 0;
    for (auto& worker : workers) {
      CHECK(worker->failure == "");
      const SyncReport report = must(worker->phone.sync(patient()));
      CHECK(report.complete);
      CHECK(must(worker->phone.status()).waiting == 0);
      made.insert(worker->made.begin(), worker->made.end());
      counted += worker->counted;
    }
    Phone reader = enrolled_phone(server, folder / "reader", studio, member);
    CHECK(must(reader.sync(patient())).complete);
    std::set<std::string> there;
    ListOptions page;
    page.kind = "outreach_visit";
    page.limit = 1000;
    do {
      const ListPageView listed = must(reader.list(page));
      for (const ListItem& item : listed.items) CHECK(there.insert(item.id).second);
      page.after = listed.next;
    } while (!page.after.empty());
    CHECK(there == made);
    const RecordView visit = must(reader.record(shared_visit));
    const FieldView* persons = visit.field("persons_reached");
    REQUIRE(persons);
    CHECK(persons->value == FieldValue(counted));
    MESSAGE(kills << " kills, " << made.size() << " records and " << counted << " increments: 0 lost, 0 doubled");
    CHECK(server.stop() == 0);
  }
}
