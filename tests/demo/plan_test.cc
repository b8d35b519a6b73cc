#include "client-sdk/demo/plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "client-sdk/demo/clashes.h"

namespace lianxin::demo {
namespace {

const Story& story() {
  static const Story read = Story::read(LIANXIN_DEMO_DIR);
  return read;
}

const Plan& plan() {
  static const Plan made = plan_of(story());
  return made;
}

std::int64_t counted(std::string_view record, const std::string& field) {
  std::int64_t sum = 0;
  for (const auto* entries : {&plan().offline, &plan().together}) {
    for (const Entry& entry : *entries) {
      const auto value = entry.fields.find(field);
      if (entry.record == record && value != entry.fields.end()) sum += *value->second.integer();
    }
  }
  return sum;
}

const Entry& made(std::string_view record) {
  for (const Entry& entry : plan().offline) {
    if (entry.record == record && entry.is_new) return entry;
  }
  throw StoryStopped{"no such entry"};
}

}  // namespace

TEST_SUITE("demo/plan") {
  TEST_CASE("thirty records are entered, ten of each kind, on the phones that made them") {
    const auto counts = count_by_kind(plan().offline);
    CHECK(counts.at("micro_consultation") == 10);
    CHECK(counts.at("clinic_visit") == 10);
    CHECK(counts.at("outreach_visit") == 10);
    CHECK(counts.at("concern") == 12);
    CHECK(counts.at("attachment") == 66);
    for (const Value& record : story().records()) {
      CAPTURE(record.text_at("key"));
      const Entry& entry = made(record.text_at("id"));
      CHECK(entry.phone == story().phone_with_id(record.text_at("created_by_device")));
      CHECK(entry.member == record.text_at("created_by_member"));
    }
  }

  TEST_CASE("no record is made twice, and what is edited is made before") {
    std::set<std::string> there;
    for (const auto* entries : {&plan().offline, &plan().together}) {
      for (const Entry& entry : *entries) {
        CAPTURE(entry.story);
        CHECK(entry.is_new == (entry.begun_elsewhere || !there.contains(entry.record)));
        there.insert(entry.record);
      }
    }
    for (const Clash& clash : clashes_of(story())) {
      CHECK(there.contains(clash.one.record));
      CHECK(clash.one.record == clash.other.record);
      CHECK(clash.one.phone != clash.other.phone);
    }
  }

  TEST_CASE("each phone's entries stand in the order of time") {
    for (const auto* entries : {&plan().offline, &plan().together}) {
      CHECK(std::is_sorted(entries->begin(), entries->end(),
                           [](const Entry& a, const Entry& b) { return a.at_ms < b.at_ms; }));
    }
  }

  TEST_CASE("the tables of a clinic add up to its persons served, and the groups of a walk to theirs") {
    for (const Value& record : story().records()) {
      CAPTURE(record.text_at("key"));
      for (const char* counter : {"persons_served", "headcount_total", "persons_reached", "households_reached"}) {
        if (record.find(counter)) CHECK(counted(record.text_at("id"), counter) == record.integer_at(counter));
      }
    }
  }

  TEST_CASE("what the seven accepted clinics handed out comes to 5,420,000 fen") {
    std::int64_t fen = 0;
    for (const auto* entries : {&plan().offline, &plan().together}) {
      for (const Entry& entry : *entries) {
        if (entry.kind != "medicine_dispense") continue;
        const Value& visit = story().record(entry.story);
        if (!visit.text_at("golden_group").empty()) {
          fen += *entry.fields.at("qty").integer() * *entry.fields.at("unit_price_fen").integer();
        }
      }
    }
    CHECK(fen == 5'420'000);
  }

  TEST_CASE("outcomes and stage directions are typed into no phone") {
    const std::set<std::string_view> never = {"official_no",   "_official_no",  "received_at_server_ms",
                                              "clock_skew_ms", "review_state",  "duplicate_of_hint",
                                              "golden_group",  "text_versions", "expect",
                                              "note",          "assigned_unit", "deadline_on",
                                              "outcome",       "state",         "medicine_value_fen"};
    for (const Entry& entry : plan().offline) {
      if (entry.kind == "consent") continue;  // its own state: given
      for (const auto& [field, value] : entry.fields) {
        CAPTURE(field);
        CHECK_FALSE(never.contains(field));
      }
    }
  }

  TEST_CASE("a participant stands under an id, or under name: and the name") {
    const Value::Object& people = *made(story().record("MC-05").text_at("id")).fields.at("participants").object();
    CHECK(people.size() == 5);
    CHECK(people.contains(story().member_id("石桥生")));
    CHECK(people.contains("name:花满蹊"));
  }

  TEST_CASE("the slow phone is three days behind from CV-06 on") {
    CHECK(plan().slow_phone == "B2E1");
    CHECK(plan().slow_ms == 3LL * 24 * 60 * 60 * 1000);
    CHECK(plan().slow_from_ms == story().record("CV-06").integer_at("created_at_device_ms") + plan().slow_ms);
  }

  TEST_CASE("the two lists of MC-01 come to its six people") {
    const Clash people = clashes_of(story())[1];
    std::set<std::string> keys;
    for (const Entry* side : {&people.one, &people.other}) {
      for (const auto& [key, parts] : *side->fields.at("participants").object()) keys.insert(key);
    }
    for (const auto& [key, parts] : *made(people.one.record).fields.at("participants").object()) keys.insert(key);
    CHECK(keys.size() == 6);
  }
}

}  // namespace lianxin::demo
