#include "sync/server/answer.h"

#include <doctest/doctest.h>

#include "sync/model/limits.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// Two studios, and one device that asks: what it is in each is said by the test.
class Office final : public Answering {
 public:
  Office() {
    const SelfDevice by = Bench::device_of(1);
    asking.id = by.device;
    asking.key = by.key;
    asking.member = by.member;
    other.studio = numbered<StudioId>(0xBB);
    for (const StudioPlace& place : {bench.place, other}) {
      bench.grants.push_back({by.member, "convener", place.studio, {}, 0, INT64_MAX, Sensitivity::internal});
      standings[place.studio] = {place, access_of(by.member, bench.grants, place, bench.now_ms), true, false};
    }
  }

  const AskingDevice& device() const override { return asking; }
  Store& store() override { return bench.store; }
  Rules rules(const StudioPlace& place) override {
    return {bench.catalog, bench.grants, place, bench.self, bench.random, bench.now_ms};
  }
  std::optional<StudioStanding> standing(const StudioId& studio) override {
    const auto at = standings.find(studio);
    return at == standings.end() ? std::nullopt : std::optional(at->second);
  }
  std::vector<GrantedStudio> grants() override { return {{bench.studio, "990121-S01", "红石", false, {}}}; }
  Status phone_differs(const StudioId&) override {
    ++differed;
    if (mending) return tl::unexpected(*mending);
    return {};
  }
  Result<bool> rows_doubted(const StudioId&) override {
    ++doubted;
    if (right_rows) set_row(*right_rows);
    return right_rows.has_value();
  }

  // A part with these changes as the next of its chain, the rest as a phone asks that has nothing yet.
  StudioRequest part(const StudioId& studio, const std::vector<Change>& changes = {}) {
    StudioRequest asked;
    asked.studio = studio;
    asked.bytes_max = limits::page_bytes_max;
    Chain& chain = chains[studio];
    if (chain.n == 0) chain.h = chain_start(studio, asking.key);
    asked.push.first_n = chain.n + 1;
    asked.push.before = chain.h;
    for (const Change& change : changes) {
      asked.push.entries.push_back({line_of(change), std::nullopt});
      chain.h = chain_next(chain.h, sha256(asked.push.entries.back().line));
      ++chain.n;
    }
    asked.push.signature =
        sign(Bench::device_of(1).secret, push_message(asking.id, studio, asked.push.first_n, chain.h));
    asked.last_n = chain.n;
    return asked;
  }
  Change change(std::uint8_t id, const StudioId& studio, std::size_t text_size = 5) {
    Change made = bench.change(1, id, {put("title", std::string(text_size, 'x'))});
    made.studio = studio;
    made.record = numbered<RecordId>(id);
    return made;
  }

  Answered ask(std::vector<StudioRequest> parts) {
    SyncRequest request;
    request.clocks = {bench.now_ms, 1000, "boot"};
    request.studios = std::move(parts);
    Result<Answered> made = answer(*this, request);
    REQUIRE(made);
    return std::move(*made);
  }
  Seq head(const StudioId& studio) {
    Seq seq = 0;
    REQUIRE(bench.store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const StudioHead now, snapshot.head());
      seq = now.seq;
      return {};
    }));
    return seq;
  }
  std::string first_row() {
    std::vector<StoredRow> rows;
    REQUIRE(bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(rows, snapshot.rows_after(0, 10, 1 << 20));
      return {};
    }));
    return rows.at(0).encoded;
  }
  void set_row(const std::string& encoded) {
    REQUIRE(bench.store.write(bench.studio, [&](WriteTxn& txn) -> Status {
      LX_TRY(const StudioHead now, txn.head());
      LX_TRY(std::vector<StoredRow> rows, txn.rows_after(0, 10, 1 << 20));
      rows.at(0).encoded = encoded;
      return txn.replace_rows(rows, now);
    }));
  }

  struct Chain {
    N n = 0;
    Hash h{};
  };
  Bench bench;
  StudioPlace other{{}, "990121-S02", {"990121"}, false};
  AskingDevice asking;
  std::map<StudioId, StudioStanding> standings;
  std::map<StudioId, Chain> chains;
  std::optional<Error> mending;  // how mending fails
  int differed = 0, doubted = 0;
  std::optional<std::string> right_rows;  // what rows_doubted() puts in the first row's place
};

TEST_SUITE("sync/server/answer") {
  TEST_CASE("numbers from the ends of their range are answered like others (PROTOCOL 5.1)") {
    constexpr std::int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 1, INT64_MAX};
    for (const std::int64_t end : ends) {
      CAPTURE(end);
      Office office;
      REQUIRE(office.ask({office.part(office.bench.studio, {office.change(1, office.bench.studio)})}).backlog == 0);
      StudioRequest first = office.part(office.bench.studio), second = office.part(office.other.studio);
      first.last_n = second.last_n = end;
      first.compare_from = end;
      const std::int64_t waits = end > 0 ? end - 1 : 0;
      CHECK(office.ask({first, second}).backlog == (end > 0 ? INT64_MAX : 0));
      CHECK(office.ask({first}).backlog == waits);
      StudioRequest gap = office.part(office.bench.studio, {office.change(2, office.bench.studio)});
      gap.push.first_n = end;
      const SelfDevice by = Bench::device_of(1);
      gap.push.signature =
          sign(by.secret, push_message(by.device, gap.studio, end, office.chains[office.bench.studio].h));
      CHECK(office.ask({gap}).reply.studios[0].page.acked_n() == 1);
      // Clocks, places and versions that a line claims.
      Change change = office.change(3, office.bench.studio);
      change.made = {end, end, "boot"};
      change.seen = {std::max<std::int64_t>(end, 0), {}};
      change.claimed = Hlc{static_cast<std::uint64_t>(end)};
      change.kinds_version = std::min<std::int64_t>(end, 1);
      office.chains[office.bench.studio] = {
          1, office.ask({office.part(office.bench.studio)}).reply.studios[0].page.acked->h};
      SyncRequest request;
      request.clocks = {end, end, "boot"};
      request.studios = {office.part(office.bench.studio, {change})};
      const Result<Answered> answered = answer(office, request);
      REQUIRE(answered);
      CHECK(answered->reply.studios[0].page.acked_n() == 2);
    }
  }
  TEST_CASE("what is pushed comes back as a page with a receipt of the same moment (PROTOCOL 4, 5)") {
    Office office;
    const Answered told = office.ask({office.part(office.bench.studio, {office.change(1, office.bench.studio)})});
    const StudioReply& studio = told.reply.studios.at(0);
    CHECK(studio.problem.empty());
    CHECK(studio.page.acked_n() == 1);
    CHECK(studio.page.rows.size() == 1);
    CHECK(told.reply.grants.size() == 1);
    CHECK_FALSE(told.reply.purge);
    REQUIRE(studio.receipt);
    CHECK(studio.receipt->acked_n == 1);
    CHECK(studio.receipt->seq == studio.page.cursor.seq);
    CHECK(studio.receipt->signed_with(office.bench.self.key));
    CHECK(is_own(studio.page.cursor, office.bench.studio, office.bench.self.secret));
    CHECK(told.notes.at(0).pushed.applied == 1);
    CHECK(told.backlog == 0);
    CHECK(told.given_all);
  }
  TEST_CASE("a studio named twice is no request and nothing of it is taken") {
    Office office;
    SyncRequest request;
    request.studios = {office.part(office.bench.studio, {office.change(1, office.bench.studio)}),
                       office.part(office.bench.studio)};
    const Result<Answered> told = answer(office, request);
    REQUIRE_FALSE(told);
    CHECK(told.error().code == Errc::invalid_argument);
    CHECK(office.head(office.bench.studio) == 0);
  }
  TEST_CASE("a studio that is not known or not granted is refused and the others are served") {
    Office office;
    office.standings.erase(office.other.studio);
    const StudioId third = numbered<StudioId>(0xCC);
    office.standings[third] = {{third, "990121-S03", {}, false}, {office.asking.member, {}, {}}, false, false};
    const Answered told = office.ask({office.part(office.other.studio, {office.change(1, office.other.studio)}),
                                      office.part(third, {office.change(2, third)}), office.part(office.bench.studio)});
    CHECK(told.reply.studios.at(0).problem == "not_granted");
    CHECK(told.reply.studios.at(1).problem == "not_granted");
    CHECK(told.reply.studios.at(2).page.given);
    CHECK(office.head(office.other.studio) + office.head(third) == 0);
    CHECK(told.backlog == 2);
    CHECK_FALSE(told.given_all);
  }
  TEST_CASE("nobody finds studios by asking and a phone that was there hears that its server knows it no more") {
    for (const bool cut_off : {false, true}) {
      CAPTURE(cut_off);
      Office office;
      office.asking.cut_off = cut_off;
      const StudioId foreign = numbered<StudioId>(0xCC), nowhere = numbered<StudioId>(0xCD);
      office.standings[foreign] = {{foreign, "990221-S01", {}, false}, {office.asking.member, {}, {}}, false, false};
      const Answered told = office.ask({office.part(foreign), office.part(nowhere)});
      CHECK(told.reply.studios.at(0).problem == told.reply.studios.at(1).problem);
      CHECK_FALSE(told.reply.studios.at(0).page.acked);
      CHECK_FALSE(told.reply.studios.at(1).page.acked);
      CHECK_FALSE(told.reply.studios.at(0).receipt);

      Cursor cursor{7, {1}, {}, {}};
      StudioRequest was_here = office.part(nowhere);
      for (const StudioId& marked : {nowhere, foreign}) {
        cursor.mark = mark_of(cursor, marked, office.rules({}).self.secret);
        was_here.cursor = cursor.text();
        const Answered again = office.ask({was_here});
        CHECK(again.reply.studios.at(0).problem == (marked == nowhere ? "studio_unknown" : "not_granted"));
      }
    }
  }
  TEST_CASE("what a device that was cut off brings is counted by its bytes too (over_quota)") {
    Office office;
    office.asking.cut_off = true;
    office.asking.lines_since_cut_off = lines_since_cut_off_max - 3;
    StudioRequest asked = office.part(office.bench.studio, {office.change(1, office.bench.studio)});
    const Answered short_one = office.ask({asked});
    CHECK(short_one.reply.studios.at(0).problem.empty());
    CHECK(short_one.notes.at(0).since_cut_off == 1);
    StudioRequest long_one = office.part(office.other.studio, {office.change(2, office.other.studio)});
    long_one.push.entries.at(0).line.append(3 * line_bytes_since_cut_off, ' ');
    CHECK(office.ask({long_one}).reply.studios.at(0).problem == "over_quota");
    CHECK(office.head(office.other.studio) == 0);
  }
  TEST_CASE("work of a grant that has ended is taken and no page is given for it") {
    Office office;
    office.standings[office.bench.studio].access.roles.clear();
    const Answered told = office.ask({office.part(office.bench.studio, {office.change(1, office.bench.studio)})});
    CHECK(told.reply.studios.at(0).problem == "not_granted");
    CHECK(told.reply.studios.at(0).page.acked_n() == 1);
    CHECK_FALSE(told.reply.studios.at(0).page.given);
    CHECK(office.head(office.bench.studio) == 1);
  }
  TEST_CASE("a wrong signature takes nothing and tells what is there (PROTOCOL 4)") {
    Office office;
    StudioRequest asked = office.part(office.bench.studio, {office.change(1, office.bench.studio)});
    asked.push.signature[0] ^= 1;
    const Answered told = office.ask({asked});
    CHECK(told.reply.studios.at(0).problem == "bad_signature");
    CHECK(told.reply.studios.at(0).page.acked_n() == 0);
    CHECK(told.notes.at(0).failed.at(0).step == std::string_view("push"));
    CHECK(office.head(office.bench.studio) == 0);
  }
  TEST_CASE("a device that was cut off is told to forget once all of its is here and not before (PROTOCOL 4.6)") {
    Office office;
    office.asking.cut_off = true;
    StudioRequest asked = office.part(office.bench.studio, {office.change(1, office.bench.studio)});
    StudioRequest gap = asked;
    gap.last_n = 2;
    const Answered before = office.ask({gap});
    CHECK_FALSE(before.reply.purge);
    CHECK(before.notes.at(0).pushed.held == 1);
    const Answered told = office.ask({asked});
    CHECK(told.reply.purge);
    CHECK(told.reply.grants.empty());
    CHECK(told.reply.studios.at(0).page.acked_n() == 1);
    CHECK_FALSE(told.reply.studios.at(0).page.given);
  }
  TEST_CASE("a device that was cut off hears of its lines also where it has nothing to look for any more") {
    Office office;
    (void)office.ask({office.part(office.bench.studio, {office.change(1, office.bench.studio)})});
    office.asking.cut_off = true;
    office.standings[office.bench.studio].access.roles.clear();
    office.standings[office.bench.studio].may_have_worked = false;
    const Answered told = office.ask({office.part(office.bench.studio)});
    CHECK(told.reply.studios.at(0).problem == "not_granted");
    CHECK(told.reply.studios.at(0).page.acked_n() == 1);
    CHECK(told.reply.purge);
  }
  TEST_CASE("a device that was cut off brings so many lines and no more, in all studios together (over_quota)") {
    Office office;
    office.asking.cut_off = true;
    office.asking.lines_since_cut_off = lines_since_cut_off_max - 1;
    const Answered told = office.ask({office.part(office.bench.studio, {office.change(1, office.bench.studio)}),
                                      office.part(office.other.studio, {office.change(2, office.other.studio)})});
    CHECK(told.reply.studios.at(0).problem.empty());
    CHECK(told.reply.studios.at(1).problem == "over_quota");
    CHECK(office.head(office.other.studio) == 0);
    CHECK_FALSE(told.reply.purge);
  }
  TEST_CASE("all studios of a reply share its bytes and the last rows wait for the next (PROTOCOL 7)") {
    Office office;
    std::vector<StudioRequest> parts;
    std::uint8_t id = 0;
    for (const StudioId& studio : {office.bench.studio, office.other.studio}) {
      std::vector<Change> changes;
      for (int i = 0; i < 15; ++i) changes.push_back(office.change(++id, studio, 60'000));
      parts.push_back(office.part(studio, changes));
    }
    const Answered told = office.ask(parts);
    const Page &first = told.reply.studios.at(0).page, &second = told.reply.studios.at(1).page;
    CHECK(first.rows.size() == 15);
    CHECK_FALSE(first.more);
    CHECK(second.rows.size() < 15);
    CHECK(second.more);
  }
  TEST_CASE("studios past the limit are left out by name (PROTOCOL 7)") {
    Office office;
    std::vector<StudioRequest> parts;
    for (std::size_t i = 0; i < limits::studios_max; ++i) {
      parts.push_back(office.part(numbered<StudioId>(static_cast<std::uint8_t>(i))));
    }
    parts.push_back(office.part(office.bench.studio, {office.change(1, office.bench.studio)}));
    const Answered told = office.ask(parts);
    CHECK(told.reply.studios.at(limits::studios_max - 1).problem == "not_granted");
    CHECK(told.reply.studios.at(limits::studios_max).problem == "too_many_studios");
    CHECK(office.head(office.bench.studio) == 0);
  }
  TEST_CASE("a row that cannot be read is tried again once it was mended and told where it was not (PROTOCOL 5.6)") {
    Office office;
    (void)office.ask({office.part(office.bench.studio, {office.change(1, office.bench.studio)})});
    const std::string right = office.first_row();
    office.set_row("not a row");
    const Answered failed = office.ask({office.part(office.bench.studio)});
    CHECK(failed.reply.studios.at(0).problem == "internal");
    CHECK_FALSE(failed.reply.studios.at(0).receipt);
    CHECK(office.doubted == 1);
    office.right_rows = right;
    const Answered told = office.ask({office.part(office.bench.studio)});
    CHECK(told.reply.studios.at(0).problem.empty());
    CHECK(told.reply.studios.at(0).page.rows.size() == 1);
  }
  TEST_CASE("a phone that differs has the studio mended, and a mending that fails keeps no news back (PROTOCOL 5.6)") {
    Office office;
    office.mending = Error{Errc::busy, "later"};
    StudioRequest asked = office.part(office.bench.studio);
    asked.differs = true;
    StudioRequest withheld = office.part(office.other.studio);
    withheld.differs = true;
    office.standings[office.other.studio].access.roles.clear();
    const Answered told = office.ask({asked, withheld});
    CHECK(office.differed == 1);
    CHECK(told.reply.studios.at(0).page.given);
    CHECK(told.notes.at(0).failed.at(0).step == std::string_view("mend"));
  }
  TEST_CASE("records of one studio in a reply are compared (PROTOCOL 5.6)") {
    Office office;
    StudioRequest first = office.part(office.bench.studio, {office.change(1, office.bench.studio)});
    StudioRequest second = office.part(office.other.studio, {office.change(2, office.other.studio)});
    first.compare_from = second.compare_from = 0;
    const Answered told = office.ask({first, second});
    REQUIRE(told.reply.studios.at(0).compared);
    CHECK(told.reply.studios.at(0).compared->records.size() == 1);
    CHECK_FALSE(told.reply.studios.at(1).compared);
  }
  TEST_CASE("each part of a reply names its studio, in the order asked") {
    Office office;
    const StudioId unknown = numbered<StudioId>(0xCC);
    const Answered told =
        office.ask({office.part(office.other.studio), office.part(unknown), office.part(office.bench.studio)});
    REQUIRE(told.reply.studios.size() == 3);
    CHECK(told.reply.studios[0].studio == office.other.studio);
    CHECK(told.reply.studios[1].studio == unknown);
    CHECK(told.reply.studios[1].problem == "not_granted");
    CHECK(told.reply.studios[2].studio == office.bench.studio);
  }
  TEST_CASE("lines asked about are named by what they are (PROTOCOL 5.1)") {
    Office office;
    const Change change = office.change(1, office.bench.studio);
    (void)office.ask({office.part(office.bench.studio, {change})});
    StudioRequest asked = office.part(office.bench.studio);
    asked.asked = {change.id, c(77)};
    const Answered told = office.ask({asked});
    REQUIRE(told.reply.studios.at(0).known.size() == 1);
    CHECK(told.reply.studios.at(0).known[0] == KnownLine{change.id, short_hash(sha256(line_of(change)))});
  }
  TEST_CASE("heads of a lost history are taken of readers, of reference data of its coordinators (PROTOCOL 6.2)") {
    Office office;
    OfferedHead offered{numbered<RecordId>(9), "visit", {"title", {}, {}}, {}};
    offered.head.id = c(70);
    offered.head.value = "记得";
    offered.head.clock = Hlc::at(office.bench.now_ms);
    offered.head.member = Bench::member(2);
    StudioRequest asked = office.part(office.bench.studio);
    asked.offered = {offered};
    asked.cursor = office.bench.lost().text();
    StudioStanding& standing = office.standings[office.bench.studio];
    SUBCASE("of a reader") {
      const Answered told = office.ask({asked});
      CHECK(told.notes.at(0).witnessed == 1);
      CHECK_FALSE(told.given_all);
    }
    SUBCASE("not without the proof") {
      asked.cursor.clear();
      CHECK(office.ask({asked}).reply.studios.at(0).problem == "history_unproved");
    }
    SUBCASE("not of a device that was cut off") {
      office.asking.cut_off = true;
      CHECK(office.ask({asked}).notes.at(0).witnessed == 0);
    }
    SUBCASE("of reference data not of a convener") {
      standing.place.reference = true;
      CHECK(office.ask({asked}).notes.at(0).witnessed == 0);
    }
    SUBCASE("of reference data of a coordinator") {
      standing.place.reference = true;
      standing.access.roles.insert(standing.access.roles.begin(), "coordinator");
      CHECK(office.ask({asked}).notes.at(0).witnessed == 1);
    }
  }
  TEST_CASE("what is applied to reference data is told to whoever keeps it at hand") {
    Office office;
    office.standings[office.bench.studio].place.reference = true;
    const Answered told = office.ask({office.part(office.bench.studio, {office.change(1, office.bench.studio)}),
                                      office.part(office.other.studio, {office.change(2, office.other.studio)})});
    CHECK(told.notes.at(0).reference_moved);
    CHECK_FALSE(told.notes.at(1).reference_moved);
  }
}

}  // namespace
}  // namespace lianxin
