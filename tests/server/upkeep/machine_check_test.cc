#include "server/upkeep/machine_check.h"

#include "tests/server/test_phone.h"
#include "tests/support/full_disk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

struct WithMachine : TestServer {
  MachineCheck::Wrong look() {
    (*this)->machine->look(now_ms);
    const MachineCheck::Wrong wrong = (*this)->machine->wrong();
    const Response response = ask("GET", "/healthz");
    const Value health = json_of(response);
    CHECK(response.status == 200);
    Value::List faults;
    if (!wrong.disk.empty()) faults.emplace_back("disk");
    if (!wrong.clock.empty()) faults.emplace_back("clock");
    CHECK(health.list_at("faults") == faults);
    CHECK(health.text_at("status") == (wrong == MachineCheck::Wrong{} ? "ok" : "degraded"));
    return wrong;
  }
};

}  // namespace

TEST_SUITE_BEGIN("server/upkeep/machine_check");

TEST_CASE_FIXTURE(WithMachine, "a disk that takes no writes is told of until it takes them again") {
  CHECK(look().disk.empty());
  {
    const FullDisk full;
    CHECK(look().disk.find("Nothing can be written") != std::string::npos);
  }
  now_ms += MachineCheck::failures_told_ms;
  CHECK(look().disk.empty());
}

TEST_CASE_FIXTURE(WithMachine, "a write that failed is told of though a small one has found room since") {
  const std::int64_t version = must((*this)->grants->version());
  CHECK(look().disk.empty());
  {
    const FullDisk full;
    CHECK_FALSE((*this)->grants->add_org("990122"));
  }
  CHECK(json_of(ask("GET", "/healthz")).list_at("faults") == Value::List{"disk"});
  CHECK(look().disk.find("Writes have just failed") != std::string::npos);
  now_ms += MachineCheck::failures_told_ms;
  CHECK(look().disk.empty());
  CHECK(must((*this)->grants->version()) == version);  // looking leaves nothing behind
}

TEST_CASE_FIXTURE(WithMachine, "a disk that is nearly full is told of before it is") {
  MachineCheck check(*(*this)->database, (*this)->metrics, folder() + "/data", UINTMAX_MAX);
  check.look(now_ms);
  CHECK(check.wrong().disk.find("MB are free") != std::string::npos);
}

TEST_CASE_FIXTURE(WithMachine,
                  "a clock that went back behind the logs or before the program is told of until it is right") {
  CHECK(look().clock.empty());
  const std::int64_t right = now_ms;
  now_ms -= 24LL * 3600 * 1000;
  CHECK(look().clock.find("The newest line is dated 2026-11-20T12:00:00.000Z") != std::string::npos);
  now_ms = 946'684'800'000;
  CHECK(look().clock.find("2000-01-01T00:00:00.000Z") != std::string::npos);
  now_ms = right;
  CHECK(look().clock.empty());
}

TEST_CASE_FIXTURE(WithMachine, "a backup from the future says that the clock was or is wrong") {
  (*this)->metrics.last_backup(now_ms + 2 * MachineCheck::ahead_ms_max);
  CHECK(look().clock.find("The newest backup is dated") != std::string::npos);
  (*this)->metrics.last_backup(now_ms);
  CHECK(look().clock.empty());
}

TEST_SUITE_END();
