// What was accepted, and what is pending beside it, held against a count of the test's own: one visit, written to at
// random by four phones, with verdicts in between.
#include <random>

#include "schema/json.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

// What the test itself knows of the visit: every write that reached the server, in the order in which it did.
struct Known {
  std::map<std::string, std::int64_t> sums{{"persons_reached", 0}, {"households_reached", 0}};
  std::string day = "2026-11-18";
  bool deleted = false;
  friend bool operator==(const Known&, const Known&) = default;
};

struct Visit : ReviewDesk {
  Visit() {
    TestPhone second = phone_of(server, 21, studio_1, hao), third = phone_of(server, 22, studio_1, mi);
    phones.push_back({&hao_phone, hao});
    phones.push_back({&mi_phone, mi});
    extra.push_back(std::move(second));
    extra.push_back(std::move(third));
    phones.push_back({&extra[0], hao});
    phones.push_back({&extra[1], mi});
    write(phones[0], whole("outreach_visit", {count("persons_reached", 3), count("households_reached", 1)}));
    now.sums = {{"persons_reached", 3}, {"households_reached", 1}};
    write(phones[0], {step("_review", "draft", "submitted")});
  }

  struct Hand {
    TestPhone* phone;
    MemberId member;
  };
  ChangeId write(const Hand& hand, std::vector<Write> writes) {
    server.now_ms += 60'000;
    const ChangeId made = hand.phone->record(studio_1, hand.member, id, "outreach_visit", std::move(writes));
    sync(*hand.phone, studio_1);
    return made;
  }
  // The heads that a phone which has caught up would name.
  std::vector<ChangeId> heads_at(const std::string& address) {
    std::vector<ChangeId> ids;
    const Value cell = cell_of(record(studio_1, id), address);
    for (const Value& head : cell.list_at("heads")) {
      if (head.boolean_at("shown")) ids.push_back(*ChangeId::parse(head.text_at("id")));
    }
    return ids;
  }
  Value verdict(const char* to, Value::Object more = {}) {
    server.now_ms += 60'000;
    more.emplace("studio", studio_1.text());
    more.emplace("record", id.text());
    more.emplace("to", to);
    more.emplace("reason", "按规定");
    return post("/v1/verdicts", more).list_at("results").at(0);
  }
  std::pair<std::int64_t, std::int64_t> total(std::string_view name, const std::string& query = "") {
    const Value totals = get("/v1/totals?kind=outreach_visit" + query);
    for (const Value& indicator : totals.list_at("indicators")) {
      if (indicator.text_at("name") != name) continue;
      std::int64_t listed = 0;
      for (const Value& part : indicator.list_at("records")) listed += part.integer_at("value");
      CHECK(listed == indicator.integer_at("value"));  // a figure is the sum of the list that it names
      return {indicator.integer_at("value"), indicator.integer_at("pending")};
    }
    FAIL("no such indicator");
    return {};
  }
  void check(const std::optional<Known>& accepted) {
    const auto figure = [&](const std::optional<Known>& known, const char* field) {
      return known && !known->deleted ? known->sums.at(field) : std::int64_t{0};
    };
    const bool counts_now = handed_in && !now.deleted;
    for (const auto& [name, field] :
         {std::pair("p_visit", "persons_reached"), std::pair("h_visit", "households_reached")}) {
      const std::int64_t is = figure(accepted, field), would_be = counts_now ? now.sums.at(field) : 0;
      CHECK(total(name) == std::pair(is, would_be - is));
    }
    const std::int64_t one = accepted && !accepted->deleted ? 1 : 0;
    CHECK(total("n_visit").first == one);
    // In the month of the day that the verdict saw, wherever a later write has put it.
    for (const char* month : {"2026-10", "2026-11"}) {
      const std::string query = "&from=" + std::string(month) + "-01&to=" + month + "-31";
      const bool there = accepted && !accepted->deleted && accepted->day.starts_with(month);
      if (std::string(month) == "2026-10") CHECK(total("n_visit", query).first == (there ? 1 : 0));
    }
  }

  std::vector<TestPhone> extra;
  std::vector<Hand> phones;
  const RecordId id = record_id(77);
  Known now;
  bool handed_in = true;
};

}  // namespace

TEST_SUITE("server/review/accepted") {
  TEST_CASE_FIXTURE(Visit, "totals of a visit that four phones write to a hundred times change at verdicts only") {
    std::mt19937 random(20261130);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::optional<Known> accepted;
    int writes = 0, verdicts = 0, moved = 0;
    while (writes < 100) {
      const auto [before, pending_before] = total("p_visit");
      const int what = below(10);
      if (what < 4) {
        const int by = below(9) - 3;
        const char* field = below(2) ? "persons_reached" : "households_reached";
        if (by > 0) {
          write(phones[static_cast<std::size_t>(below(4))], {count(field, by)});
          now.sums[field] += by;
          ++writes;
        }
      } else if (what < 6) {
        const std::string day = "2026-" + std::string(below(2) ? "10" : "11") + "-1" + std::to_string(below(9));
        write(phones[static_cast<std::size_t>(below(4))], {put_over("occurred_on", day, heads_at("occurred_on"))});
        now.day = day;
        ++writes;
      } else if (what == 6) {
        write(phones[static_cast<std::size_t>(below(4))],
              {put_over("on_spot_solved", "第" + std::to_string(writes) + "次", heads_at("on_spot_solved"))});
        ++writes;
      } else {
        ++verdicts;
        if (record(studio_1, id).text_at("review") == "accepted" && below(4) == 0) {
          CHECK(verdict("returned").text_at("outcome") == "done");
          accepted.reset();
          handed_in = false;
          server.now_ms += 60'000;
          post(path(studio_1, id) + "/steps", Value::Object{{"field", "_review"}, {"to", "submitted"}});
          handed_in = true;
        } else {
          const Value done = verdict("accepted");
          CAPTURE(to_json(done));
          REQUIRE(done.text_at("outcome") == "done");
          accepted = now;
        }
        check(accepted);
        continue;
      }
      // A write alone moves no accepted figure.
      CHECK(total("p_visit").first == before);
      moved += total("p_visit").second != pending_before ? 1 : 0;
      check(accepted);
    }
    MESSAGE(writes << " writes, " << verdicts << " verdicts, " << moved << " times a pending figure moved");
    CHECK(verdicts > 20);
    CHECK(moved > 20);
  }

  TEST_CASE_FIXTURE(Visit, "what is written between the screen and the verdict is pending") {
    const Seq seen = record(studio_1, id).integer_at("last_seq");
    write(phones[1], {count("persons_reached", 5)});
    CHECK(verdict("accepted", {{"seen", seen}}).text_at("outcome") == "done");
    CHECK(total("p_visit") == std::pair<std::int64_t, std::int64_t>(3, 5));
    CHECK(verdict("accepted").text_at("outcome") == "done");
    CHECK(total("p_visit") == std::pair<std::int64_t, std::int64_t>(8, 0));
  }

  TEST_CASE_FIXTURE(Visit, "an author's delete of what was accepted waits for who decides") {
    CHECK(verdict("accepted").text_at("outcome") == "done");
    server.now_ms += 60'000;
    phones[0].phone->record(studio_1, hao, id, "outreach_visit", {put("_deleted", true)}, "录错了");
    sync(*phones[0].phone, studio_1);
    const std::int64_t pending = record(studio_1, id).boolean_at("deleted") ? -3 : 0;
    CHECK(total("p_visit") == std::pair<std::int64_t, std::int64_t>(3, pending));
    CHECK(verdict("void").text_at("outcome") == "done");
    CHECK(total("p_visit").first == 0);
  }

  TEST_CASE_FIXTURE(Visit, "what was emptied after the verdict is shown as missing and revised, and counts as it was") {
    CHECK(verdict("accepted").text_at("outcome") == "done");
    write(phones[0], {put_over("occurred_on", Value(), heads_at("occurred_on"))});
    const Value view = record(studio_1, id);
    CHECK(view.boolean_at("revised"));
    CHECK(view.list_at("missing") == Value::List{"occurred_on"});
    CHECK(total("n_visit").first == 1);
    const Value again = verdict("accepted");
    CHECK(again.text_at("outcome") == "refused");
    CHECK(again.text_at("code") == "incomplete");
    CHECK(again.text_at("field") == "occurred_on");
  }

  TEST_CASE_FIXTURE(Visit, "a verdict is taken back for thirty days, and no longer") {
    CHECK(verdict("accepted").text_at("outcome") == "done");
    CHECK(post(path(studio_1, id) + "/undo", Value::Object{{"reason", "点错了"}}).find("record")->text_at("review") ==
          "submitted");
    CHECK(total("n_visit").first == 0);
    CHECK(verdict("returned").text_at("outcome") == "done");
    server.now_ms += 31 * 86'400'000LL;
    token = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms)).token;
    CHECK(verdict("accepted").text_at("code") == "step_leads_back");
    post(path(studio_1, id) + "/steps", Value::Object{{"field", "_review"}, {"to", "submitted"}});
    CHECK(verdict("accepted").text_at("outcome") == "done");
    server.now_ms += 31 * 86'400'000LL;
    token = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms)).token;
    const Response late = ask("POST", path(studio_1, id) + "/undo", Value::Object{{"reason", "点错了"}});
    CHECK(late.status == 422);
    CHECK(json_of(late).text_at("code") == "step_too_late");
  }

  TEST_CASE_FIXTURE(Visit,
                    "a verdict over a conflict, a held change, or what is missing is refused with each of them") {
    write(phones[1], {put("notes_text", "甲说")});
    write(phones[2], {put("notes_text", "乙说")});
    write(phones[3], {put("gifts/" + record_id(5).text() + "/qty", -1)});
    write(phones[0], {put_over("address_text", Value(), heads_at("address_text"))});
    const Value refused = verdict("accepted");
    CHECK(refused.text_at("outcome") == "refused");
    std::set<std::string> codes;
    for (const Value& each : refused.list_at("refusals")) codes.emplace(each.text_at("code"));
    CHECK(codes == std::set<std::string>{"incomplete", "conflict_open", "change_waits"});
    // It waits with its author, for whom alone.
    CHECK(get("/v1/drafts").list_at("drafts").at(0).text_at("draft") == refused.text_at("draft"));
    CHECK(record(studio_1, id).text_at("review") == "submitted");
    CHECK(record(studio_1, id).text_at("official_no").empty());
    CHECK(total("n_visit").first == 0);
  }
}
