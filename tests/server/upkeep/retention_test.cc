#include "server/upkeep/retention.h"

#include <doctest/doctest.h>

#include "sync/log/logged_line.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

struct Kept {
  Kept() {
    phone.record(studio_1, hao, resident, "resident", {put("name", "郝小量"), put("contact_phone", "13900001111")});
    phone.record(
        studio_1, hao, visit, "outreach_visit",
        {put("occurred_on", "2026-11-20"), put("address_text", "上柳湾村三组"), put("visit_kind", "household")});
    phone.sync(server, phone.request(studio_1));
  }

  std::vector<RetentionRule> rules(const std::string& json) {
    return must(read_retention(*must(server->moments->now()).catalog, json));
  }
  std::vector<DueRecord> due(const RetentionRule& rule) {
    std::vector<DueRecord> found;
    must(each_due(must(server->moments->now()), *server->store, *server->lists, rule,
                  [&](const DueRecord& one) -> Status {
                    found.push_back(one);
                    return {};
                  }));
    return found;
  }
  std::string lines_of(const RecordId& record) {
    std::string all;
    must(server->store->read(studio_1, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const auto log, snapshot.log_of(record));
      for (const Logged& line : log) all += line.line;
      return {};
    }));
    return all;
  }

  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  const RecordId resident = record_id(1), visit = record_id(2);
};

}  // namespace

TEST_SUITE("server/upkeep/retention") {
  TEST_CASE_FIXTURE(Kept, "what was kept long enough is told, and erased once it is asked for, and is due no more") {
    const auto both = rules(R"({"rules": [
      {"kind": "resident", "fields": ["contact_phone"], "keep_days": 30},
      {"kind": "outreach_visit", "fields": ["address_text"], "keep_days": 31}]})");
    CHECK(due(both[0]).empty());
    server.now_ms += 30 * day_ms;
    REQUIRE(due(both[0]).size() == 1);
    CHECK(due(both[0]).front().record == resident);
    CHECK(due(both[0]).front().day == "2026-11-20");
    CHECK(due(both[1]).empty());
    CHECK(lines_of(resident).find("13900001111") != std::string::npos);  // to tell of it changes nothing
    const Moment moment = must(server->moments->now());
    CHECK(must(erase_due(moment, *server->store, both[0], due(both[0]).front())) == 1);
    CHECK(lines_of(resident).find("13900001111") == std::string::npos);
    CHECK(lines_of(resident).find("郝小量") != std::string::npos);
    CHECK(due(both[0]).empty());
    server.now_ms += day_ms;
    CHECK(due(both[1]).size() == 1);
  }

  TEST_CASE_FIXTURE(Kept, "under a rule with states the time runs from the day that it came to be in one") {
    const RetentionRule rule = rules(R"({"rules": [
      {"kind": "concern", "fields": ["description"], "keep_days": 10, "states": ["withdrawn"]}]})")
                                   .front();
    const RecordId concern = record_id(3);
    phone.record(studio_1, hao, concern, "concern", {put("title", "路灯"), put("description", "郝家门口")});
    phone.sync(server, phone.request(studio_1));
    server.now_ms += 40 * day_ms;
    CHECK(due(rule).empty());
    phone.claims_ms = server.now_ms;
    const Write withdrawn{{"state", {}, {}}, Op::step, Value("withdrawn"), "collected", {}, {}};
    phone.record(studio_1, hao, concern, "concern", {withdrawn}, "群众撤回");
    phone.sync(server, phone.request(studio_1));
    CHECK(due(rule).empty());
    server.now_ms += 10 * day_ms;
    REQUIRE(due(rule).size() == 1);
    CHECK(due(rule).front().day == "2026-12-30");
    CHECK(must(erase_due(must(server->moments->now()), *server->store, rule, due(rule).front())) == 1);
    CHECK(due(rule).empty());
  }

  TEST_CASE_FIXTURE(Kept, "a rule that is none is said so, with its place") {
    const Catalog& catalog = *must(server->moments->now()).catalog;
    for (const char* json :
         {"[]", "{}", R"({"rules": 1})", R"({"rules": [], "more": 1})", R"({"rules": [1]})",
          R"({"rules": [{"kind": "nosuch", "fields": ["name"], "keep_days": 1}]})",
          R"({"rules": [{"kind": "resident", "fields": [], "keep_days": 1}]})",
          R"({"rules": [{"kind": "resident", "fields": ["name"], "keep_days": 0}]})",
          R"({"rules": [{"kind": "resident", "fields": ["nosuch"], "keep_days": 1}]})",
          R"({"rules": [{"kind": "resident", "fields": ["_review"], "keep_days": 1}]})",
          R"({"rules": [{"kind": "concern", "fields": ["state"], "keep_days": 1}]})",
          R"({"rules": [{"kind": "concern", "fields": ["title"], "keep_days": 1, "states": ["nosuch"]}]})",
          R"({"rules": [{"kind": "resident", "fields": ["name"], "keep_days": 1, "field": "name"}]})"}) {
      CAPTURE(json);
      CHECK(read_retention(catalog, json).error().code == Errc::invalid_argument);
    }
  }
}
