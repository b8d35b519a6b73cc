// What one record holds at most, as a server meets it that is pushed more and more (PROTOCOL 4.3 and 7).
#include <doctest/doctest.h>

#include <algorithm>

#include "sync/log/as_seen.h"
#include "sync/log/rebuild.h"
#include "sync/log/record_log.h"
#include "sync/model/limits.h"
#include "sync/server/push.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

ChangeId nth(std::uint32_t n) {
  ChangeId id = c(0x77);
  for (std::size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
  return id;
}

struct Crowded : Bench {
  std::uint32_t made = 0;

  Change next(std::vector<Write> writes, std::uint8_t author = 1, std::string reason = {}) {
    Change change = this->change(author, 1, std::move(writes), std::move(reason));
    change.id = nth(++made);
    return change;
  }
  // The lines of one push; the last one's code, empty where it was applied.
  std::string push(std::uint8_t device, const std::vector<Change>& changes) {
    std::vector<std::string> lines;
    for (const Change& change : changes) lines.push_back(line_of(change));
    REQUIRE(send(device, lines));
    return log().back().code;
  }
  std::string push(std::uint8_t device, const Change& change) { return push(device, std::vector{change}); }

  Write entry(std::size_t bytes) {
    return {{"log", {}, {}}, Op::append, Value(Value::Object{{"text", std::string(bytes, 'x')}}), {}, {}, {}};
  }
  // Somebody else's line on this device: held, and right in itself.
  Change of_another() {
    return next({{{"log", {}, {}}, Op::append, Value(Value::Object{{"text", "a"}}), {}, {}, {}}}, 2);
  }
  std::size_t bytes() { return encode_row(row()).size(); }

  // What a rebuild from the log gives is what is there.
  void check_replay() {
    const std::vector<Logged> lines = log();
    std::map<RecordId, std::string> before;
    for (const Logged& line : lines) before[line.record] = encode_row(row_of(line.record));
    before[record] = encode_row(row());
    REQUIRE(rebuild(store, studio, catalog));
    for (const auto& [id, text] : before) CHECK(encode_row(row_of(id)) == text);
  }
};

TEST_SUITE("sync/server/bounds") {
  TEST_CASE("a record has an end, past which changes of it are held; who decides still may (PROTOCOL 7)") {
    Crowded bench;
    while (bench.bytes() + 60'000 + 5'000 < limits::row_bytes_max - limits::row_reserve_bytes) {
      REQUIRE(bench.push(1, bench.next({bench.entry(60'000)})).empty());
    }
    CHECK(bench.push(1, bench.next({bench.entry(60'000)})) == "record_full");
    CHECK(bench.push(1, bench.next({bench.entry(100)})).empty());
    CHECK(bench.bytes() <= limits::row_bytes_max);
    const ChangeId held = bench.row().held.front().id;
    CHECK(bench.push(2, bench.next({bench.entry(60'000)}, 2)) == "record_full");
    CHECK(bench.push(9, bench.next({put("_deleted", true)}, 9, "写满了")).empty());
    CHECK(bench.push(9, bench.next({put(std::string(held_field) + "/" + held.text(), "dismiss")}, 9)).empty());
    bench.check_replay();
  }
  TEST_CASE("within one push what a change replaces counts as well, for some time (PROTOCOL 7)") {
    Crowded bench;
    std::vector<Change> changes;
    std::vector<ChangeId> base;
    for (int i = 0; i < 40; ++i) {
      changes.push_back(bench.next({put("place", std::string(25'000, 'x'), base)}));
      base = {changes.back().id};
    }
    CHECK(bench.push(1, changes).empty());
    CHECK(std::all_of(changes.begin(), changes.end(), [&](const Change&) { return bench.row().held.empty(); }));
    CHECK(bench.bytes() < 30'000);
  }
  TEST_CASE("a reason that each of many writes would keep has no room (PROTOCOL 7)") {
    Crowded bench;
    std::vector<Write> writes;
    for (int i = 0; i < 100; ++i) writes.push_back(element("people/" + std::to_string(i), Op::add));
    CHECK(bench.push(1, bench.next(writes, 1, std::string(100'000, 'x'))) == "record_full");
    CHECK(bench.push(1, bench.next(writes, 1, "理由")).empty());
  }
  TEST_CASE("what cannot be held beside its record is held by itself, and let in from there (PROTOCOL 4.3 and 4.4)") {
    Crowded bench;
    std::vector<Change> others;
    for (std::size_t i = 0; i < limits::held_marks_max + 3; ++i) others.push_back(bench.of_another());
    CHECK(bench.push(1, others) == "record_full");
    CHECK(bench.row().held.size() == limits::held_marks_max);
    CHECK(bench.log()[limits::held_marks_max - 1].code == "member_not_on_device");

    const Logged apart = bench.log().back();
    CHECK(apart.record != bench.record);
    CHECK(apart.line == line_of(others.back()));
    const Row overflow = bench.row_of(apart.record);
    CHECK(overflow.kind == overflow_kind);
    REQUIRE(overflow.held.size() == 1);
    CHECK(overflow.held[0].member == Bench::member(2));

    Change decision = bench.next({put(std::string(held_field) + "/" + apart.id.text(), "release")}, 9);
    decision.record = apart.record;
    decision.kind = overflow_kind;
    CHECK(bench.push(9, decision).empty());
    CHECK(bench.row_of(apart.record).held.empty());
    REQUIRE(bench.row().cell("log"));
    CHECK(bench.row().cell("log")->head(apart.id));
    bench.check_replay();

    const Status told = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const RecordLog log, lines_of(snapshot, bench.record));
      CHECK(log.lines.size() == limits::held_marks_max + 2);  // the one that was let in, and the line that let it in
      LX_TRY(const Row seen, row_as_of(snapshot, bench.catalog, bench.record, bench.log().back().seq));
      CHECK(encode_row(seen) == encode_row(bench.row()));
      return {};
    });
    CHECK(told);
  }
  TEST_CASE("a line that another's phone brought first counts when its author's own brings it (PROTOCOL 4.2)") {
    Crowded bench;
    const Change stolen = bench.of_another();
    CHECK(bench.push(1, stolen) == "member_not_on_device");
    SUBCASE("by the author's own phone") {
      REQUIRE(bench.send(2, stolen));
      CHECK(bench.row().held.empty());
      REQUIRE(bench.row().cell("log"));
      CHECK(bench.row().cell("log")->head(stolen.id)->member == Bench::member(2));
      const std::vector<Logged> lines = bench.log();
      CHECK(std::count_if(lines.begin(), lines.end(), [&](const Logged& line) { return line.id == stolen.id; }) == 1);
      const std::size_t there = lines.size();
      REQUIRE(push(bench.store, bench.studio, bench.rules(), bench.pusher(2), bench.last));
      CHECK(bench.log().size() == there);
      bench.check_replay();
    }
    SUBCASE("not by a third one's, nor by the author's that is cut off") {
      bench.grants.push_back({Bench::member(3), "convener", bench.studio, {}, 0, INT64_MAX, Sensitivity::internal});
      REQUIRE(bench.send(3, stolen));
      Pusher revoked = bench.pusher(2);
      revoked.revoked = true;
      Push push;
      push.first_n = 1;
      push.before = chain_start(bench.studio, revoked.key);
      push.entries.push_back({line_of(stolen), std::nullopt});
      push.signature = sign(Bench::device_of(2).secret, push_message(revoked.device, bench.studio, 1,
                                                                     chain_next(push.before, sha256(line_of(stolen)))));
      REQUIRE(lianxin::push(bench.store, bench.studio, bench.rules(), revoked, push));
      CHECK(bench.row().held.size() == 1);
      CHECK(bench.log().size() == 1);
    }
  }
}

}  // namespace
}  // namespace lianxin
