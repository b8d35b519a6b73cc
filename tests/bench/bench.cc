// Prints how long the things take that people wait for, each beside a baseline measured in the same minute on the same
// disk: one row of the same size into a bare SQLite table, durable. No test fails on these figures.
//   build/release/bin/lianxin-bench [RECORDS]     default 10,000
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

constexpr const char* studio = "990121-S01";
constexpr const char* member = "米小满";

double ms_of(const std::function<void()>& act) {
  const auto before = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count();
}

struct Spread {
  double median, p99;
};
Spread spread_of(int runs, const std::function<void()>& act) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) times.push_back(ms_of(act));
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

void save_visit(Phone& phone, int i) {
  Form visit = must(phone.begin_new("outreach_visit", studio));
  must(visit.fill(R"({"visit_kind":"household","occurred_on":"2026-05-19","region_code":"990121100201",)"
                  R"("address_text":"上柳湾村三组","notes_text":"晚上巷子很黑，老人摔过一次。第)" +
                  std::to_string(i) +
                  R"(户","persons_reached":3,"households_reached":1,)"
                  R"("service_kinds":{"law":{}},"findings":{"road":{"answer":"yes"}}})"));
  must(visit.commit());
}

class BareTable {
 public:
  explicit BareTable(const std::string& path) {
    sqlite3_open(path.c_str(), &db_);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE line(n INTEGER PRIMARY KEY, line TEXT)");
  }
  ~BareTable() { sqlite3_close(db_); }
  void insert() { run("INSERT INTO line(line) VALUES (hex(randomblob(400)))"); }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::exit(1);
  }
  sqlite3* db_ = nullptr;
};

void print(const char* what, double figure, double baseline, const char* limit) {
  std::printf("%-44s %10.2f ms   %8.1f x baseline   %s\n", what, figure, figure / baseline, limit);
}

}  // namespace

int main(int argc, char** argv) {
  const int records = argc > 1 ? std::atoi(argv[1]) : 10'000;
  TempFolder folder;
  ServerProcess server(folder);
  server.start();
  Phone first = enrolled_phone(server, folder / "first", studio, member);
  must(first.sync());

  BareTable bare(folder / "bare");
  const Spread baseline = spread_of(300, [&] { bare.insert(); });
  std::printf("%-44s %10.2f ms   (99 in 100: %.2f ms)\n", "baseline: one durable row, bare SQLite", baseline.median,
              baseline.p99);
  int made = 0;
  const Spread save = spread_of(300, [&] { save_visit(first, made++); });
  print("local save, median", save.median, baseline.median, "wanted: under 5 ms");
  while (made < records) save_visit(first, made++);
  const Spread late_save = spread_of(300, [&] { save_visit(first, made++); });
  print("local save beside all records, median", late_save.median, baseline.median, "wanted: under 5 ms");

  const double push = ms_of([&] { must(first.sync()); });
  print("first sync of the phone that made them", push, baseline.median, "");
  Phone second = enrolled_phone(server, folder / "second", studio, member);
  const double pull = ms_of([&] { must(second.sync()); });
  print("first sync to a second phone", pull, baseline.median, "wanted: under 5000 ms");
  const double idle = spread_of(20, [&] { must(second.sync()); }).median;
  print("a sync with nothing new, median", idle, baseline.median, "");
  ListOptions options;
  options.kind = "outreach_visit";
  const double list = spread_of(50, [&] { must(second.list(options)); }).median;
  print("list of 100, median", list, baseline.median, "wanted: under 50 ms");
  std::printf("%d records\n", made);
}
