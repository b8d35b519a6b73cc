// Erasure: what is taken out is in no line and no row, and everything else is as it was (PROTOCOL 4.10).
#include "sync/server/erase.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sync/log/logged_line.h"
#include "sync/log/rebuild.h"
#include "sync/server/take_again.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

constexpr const char* number = "13800000001";
constexpr const char* person = "Haojianguo";

struct Forgetting : Bench {
  Forgetting() { grants.push_back({member(8), "privacy_officer", studio, {}, 0, INT64_MAX, Sensitivity::internal}); }

  ErasingDone forget(std::vector<std::string> fields, std::uint8_t officer = 8) {
    Result<ErasingDone> done =
        erase(store, studio, rules(), device_of(officer), {record, std::move(fields), "本人申请"});
    REQUIRE(done);
    return *done;
  }

  // Three people's writes, one of them held.
  void recorded() {
    REQUIRE(send(1, change(1, 1,
                           {put("title", "路灯"), put("phone", number),
                            element(std::string("people/") + person, Op::add), count("headcount", 3)},
                           "问 Haojianguo")));
    REQUIRE(send(2, change(2, 2, {put("phone", "13800000001 转 2", {c(1)}), count("headcount", 4)})));
    REQUIRE(send(1, change(2, 3, {put("phone", "13800000001 转 3")})));
    REQUIRE(log().back().code == "member_not_on_device");
  }

  std::string all_text() {
    std::string text = encode_row(row());
    for (const Logged& line : log()) text += line.line + line.field;
    return text;
  }

  // The log's hashes are those of the lines that were logged, and a replay makes the row that is there.
  void check_whole() {
    Hash hash{};
    for (const Logged& line : log()) {
      hash = log_next(hash, line_hash(line), line.outcome, line.clock);
      CHECK(hash == line.log_hash);
    }
    const std::string before = encode_row(row());
    REQUIRE(rebuild(store, studio, catalog));
    CHECK(encode_row(row()) == before);
  }

  Seen seen_now() {
    const Logged newest = log().back();
    return {newest.seq, short_hash_of(newest.log_hash)};
  }
  static Bytes<8> short_hash_of(const Hash& hash) {
    Bytes<8> bytes;
    std::copy_n(hash.begin(), bytes.size(), bytes.begin());
    return bytes;
  }
};

TEST_SUITE("sync/server/erase") {
  TEST_CASE("what is erased is in no line and no row, what else was written stands, and all hashes verify") {
    Forgetting bench;
    bench.recorded();
    CHECK(bench.all_text().find(number) != std::string::npos);
    CHECK(bench.forget({"phone", "people"}).changes == 3);
    CHECK(bench.all_text().find(number) == std::string::npos);
    CHECK(bench.all_text().find(person) == std::string::npos);
    CHECK(bench.shown_value("title") == Value("路灯"));
    CHECK(bench.shown_value("headcount") == Value(7));
    CHECK(bench.row().created_by == Bench::member(1));
    CHECK(bench.row().held.size() == 1);
    CHECK(erasures_in(bench.row()).size() == 3);
    bench.check_whole();
    CHECK(bench.forget({"phone", "people"}).changes == 0);
    CHECK(bench.forget({}).changes == 2);  // the title and the counts were left
    CHECK(bench.shown_value("title").is_null());
    bench.check_whole();
  }

  TEST_CASE("the same line brought again, in full or by its hash, is known and brings nothing back") {
    Forgetting bench;
    bench.recorded();
    const std::string first =
        line_of(bench.change(1, 1,
                             {put("title", "路灯"), put("phone", number),
                              element(std::string("people/") + person, Op::add), count("headcount", 3)},
                             "问 Haojianguo"));
    bench.forget({});
    const std::size_t lines = bench.log().size();
    REQUIRE(bench.send(2, {first}));
    CHECK(bench.log().size() == lines);
    CHECK(bench.all_text().find(number) == std::string::npos);
  }

  TEST_CASE("who did not know of it when he wrote there is held, and let in by a person; who knew is not") {
    Forgetting bench;
    bench.recorded();
    const Seen before = bench.seen_now();
    bench.forget({"phone"});
    Change unknowing = bench.change(1, 10, {put("phone", "13900000002", {c(1)})});
    unknowing.seen = before;
    REQUIRE(bench.send(1, unknowing));
    CHECK(bench.log().back().code == "erased_since");
    // A desk acts on what stands; one whose form is older than the erasure is refused.
    SelfDevice desk = Bench::device_of(7);
    desk.member = Bench::member(9);
    const auto at_desk = [&](Seq seen) {
      const Draft draft{bench.record, "visit", {}, {put("phone", "13900000009")}, seen};
      const auto done = act(bench.store, bench.studio, bench.rules(), desk, std::span(&draft, 1));
      REQUIRE(done);
      return done->refused.empty() ? std::string() : done->refused.front().code;
    };
    CHECK(at_desk(before.seq) == "erased_since");
    CHECK(at_desk(0).empty());
    Change elsewhere = bench.change(1, 11, {put("title", "井盖", {c(1)})});
    elsewhere.seen = before;
    REQUIRE(bench.send(1, elsewhere));
    CHECK(bench.log().back().outcome == Outcome::applied);
    Change knowing = bench.change(2, 12, {put("phone", "13900000003")});
    knowing.seen = bench.seen_now();
    REQUIRE(bench.send(2, knowing));
    CHECK(bench.shown_value("phone") == Value("13900000003"));
    Change release = bench.change(9, 13, {put("_held/" + c(10).text(), "release")});
    REQUIRE(bench.send(9, release));
    CHECK(bench.log().back().id == c(13));
    CHECK(bench.log().back().outcome == Outcome::applied);
    CHECK(bench.row().held.size() == 1);
    bench.check_whole();
  }

  TEST_CASE("a server that was set back erases what its journal tells of before the line comes again, and after") {
    for (const bool line_first : {true, false}) {
      CAPTURE(line_first);
      Forgetting bench, later;
      bench.recorded();
      const std::vector<Logged> before = bench.log();
      bench.forget({"phone", "people"});
      const Logged erasure = bench.log().back();
      const LostLine lost{Bench::device_of(8), erasure.line, erasure.clock, false};
      const auto bring_lines = [&] {
        REQUIRE(later.send(1, {before[0].line}));
        REQUIRE(later.send(2, {before[1].line}));
      };
      if (line_first) bring_lines();
      REQUIRE(take_again(later.store, later.studio, later.rules(), std::span(&lost, 1)));
      if (!line_first) bring_lines();
      for (const Logged& line : later.log()) CHECK(line.code.empty());
      CHECK(later.all_text().find(number) == std::string::npos);
      CHECK(later.all_text().find(person) == std::string::npos);
      CHECK(later.shown_value("title") == Value("路灯"));
      CHECK(later.shown_value("headcount") == Value(7));
      later.check_whole();
    }
  }

  TEST_CASE("nobody but who may erase does, and no phone says what is left of a line") {
    Forgetting bench;
    bench.recorded();
    for (const std::uint8_t who : {std::uint8_t{1}, std::uint8_t{9}}) {
      CHECK(bench.forget({"phone"}, who).refused.size() == 1);
      CHECK(bench.forget({"phone"}, who).changes == 0);
    }
    CHECK(bench.all_text().find(number) != std::string::npos);
    Change forged = bench.change(8, 20, {write_of({c(1), {"title"}, {}})});
    REQUIRE(bench.send(8, forged));
    CHECK(bench.log().back().code == "not_allowed");
    REQUIRE(bench.send(1, bench.change(1, 21, {{{"title", {}, {}}, Op::erased, {}, {}, {}, {}}})));
    CHECK(bench.log().back().code == "not_allowed");
    CHECK(bench.shown_value("title") == Value("路灯"));
    Result<ErasingDone> wrong =
        erase(bench.store, bench.studio, bench.rules(), Bench::device_of(8), {bench.record, {"_review"}, "本人申请"});
    CHECK(wrong.error().code == Errc::invalid_argument);
    CHECK(erase(bench.store, bench.studio, bench.rules(), Bench::device_of(8), {bench.record, {}, ""}).error().code ==
          Errc::invalid_argument);
    CHECK(
        erase(bench.store, bench.studio, bench.rules(), Bench::device_of(8), {numbered<RecordId>(0x77), {}, "本人申请"})
            .error()
            .code == Errc::not_found);
  }

  TEST_CASE("a line that nobody can read is erased whole") {
    Forgetting bench;
    REQUIRE(bench.send(1, {std::string("{\"not a change\": \"") + number + "\"}"}));
    bench.record = bench.log().back().record;
    CHECK(bench.forget({}).changes == 1);
    CHECK(bench.all_text().find(number) == std::string::npos);
    bench.check_whole();
  }
}

}  // namespace
}  // namespace lianxin
