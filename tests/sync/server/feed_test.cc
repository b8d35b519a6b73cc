#include "sync/server/feed.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Page page_of(Bench& bench, std::uint8_t author, std::optional<Cursor> cursor, std::size_t bytes_max = 1 << 20) {
  Page page;
  const SelfDevice device = Bench::device_of(author);
  const Asker asker{device.device,
                    access_of(Bench::member(author), bench.grants, bench.place, bench.now_ms),
                    chain_start(bench.studio, device.key),
                    bench.sender_of(author).n,
                    cursor,
                    bytes_max};
  const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(page, page_for(snapshot, bench.catalog, asker));
    return {};
  });
  REQUIRE(read);
  return page;
}

void send_record(Bench& bench, std::uint8_t author, std::uint8_t id) {
  Change change = bench.change(author, id, {put("title", "t" + std::to_string(id))});
  change.record = numbered<RecordId>(id);
  REQUIRE(bench.send(author, change));
}

TEST_SUITE("sync/server/feed") {
  TEST_CASE("no page comes while something is unpushed (PROTOCOL 5.2)") {
    Bench bench;
    send_record(bench, 1, 1);
    bench.sender_of(1).n += 1;
    const Page page = page_of(bench, 1, std::nullopt);
    CHECK_FALSE(page.given);
    CHECK(page.acked_n() == 1);
  }
  TEST_CASE("a device that has pushed nothing is told where its chain begins (PROTOCOL 4)") {
    Bench bench;
    const Page page = page_of(bench, 1, std::nullopt);
    CHECK(page.acked_n() == 0);
    CHECK(page.acked->h == chain_start(bench.studio, Bench::device_of(1).key));
  }
  TEST_CASE("pages hold every row once in the log's order and each one moves (PROTOCOL 5.2)") {
    Bench bench;
    for (std::uint8_t id = 1; id <= 7; ++id) send_record(bench, 1, id);
    for (const std::size_t bytes_max : {1u, 700u, 900u, 100000u}) {
      CAPTURE(bytes_max);
      std::optional<Cursor> cursor;
      Seq last = 0;
      int rows = 0;
      for (bool more = true; more;) {
        const Page page = page_of(bench, 2, cursor, bytes_max);
        REQUIRE(page.given);
        REQUIRE((!cursor || page.cursor.seq > cursor->seq));
        for (const std::string& text : page.rows) {
          const auto row = decode_row(text);
          REQUIRE(row);
          CHECK(row->last_seq > last);
          last = row->last_seq;
          ++rows;
        }
        cursor = page.cursor;
        more = page.more;
        CHECK(page.digest.has_value() == !more);
      }
      CHECK(rows == 7);
      CHECK(page_of(bench, 2, cursor, bytes_max).rows.empty());
    }
  }
  TEST_CASE("a cursor of another history is answered from zero and said to be unknown (PROTOCOL 5.2)") {
    Bench bench;
    send_record(bench, 1, 1);
    Cursor cursor = page_of(bench, 2, std::nullopt).cursor;
    cursor.log[0] = static_cast<std::uint8_t>(cursor.log[0] ^ 1);
    CHECK(page_of(bench, 2, cursor).history_unknown);
    cursor.seq = 99;
    const Page page = page_of(bench, 2, cursor);
    CHECK(page.history_unknown);
    CHECK(page.from_zero);
    CHECK(page.rows.size() == 1);
  }
  TEST_CASE("a page that is not the last is of the history up to the head that it was cut from (PROTOCOL 5.2)") {
    Bench bench;
    for (std::uint8_t id = 1; id <= 3; ++id) send_record(bench, 1, id);
    Cursor cursor = page_of(bench, 2, std::nullopt, 1).cursor;
    REQUIRE(cursor.up_to.has_value());
    CHECK(cursor.up_to->seq == 3);
    CHECK_FALSE(page_of(bench, 2, cursor, 1).history_unknown);
    CHECK_FALSE(page_of(bench, 2, cursor).cursor.up_to.has_value());
    ++cursor.up_to->seq;  // what changed there was passed over, and this log does not have it
    CHECK(page_of(bench, 2, cursor).history_unknown);
    CHECK(page_of(bench, 2, cursor).rows.size() == 3);
  }
  TEST_CASE("another clearance is answered from zero in a known history (PROTOCOL 5.2)") {
    Bench bench;
    send_record(bench, 1, 1);
    const Cursor cursor = page_of(bench, 2, std::nullopt).cursor;
    for (Grant& grant : bench.grants) grant.clearance = Sensitivity::personal;
    const Page page = page_of(bench, 2, cursor);
    CHECK(page.from_zero);
    CHECK_FALSE(page.history_unknown);
  }
  TEST_CASE("a value that stands in the asker's own line travels not but for a pull from zero (PROTOCOL 5.3)") {
    Bench bench;
    const Cursor cursor = page_of(bench, 1, std::nullopt).cursor;
    send_record(bench, 1, 1);
    const auto carried = [&](std::uint8_t author, std::optional<Cursor> from) {
      return decode_row(page_of(bench, author, from).rows.at(0))->cell("title")->heads.at(0);
    };
    CHECK(carried(1, cursor).own);
    CHECK(carried(1, cursor).value.is_null());
    CHECK_FALSE(carried(1, std::nullopt).own);
    CHECK(carried(2, cursor).value == Value("t1"));
  }
  TEST_CASE("cells above the clearance are left out but for the reader's own heads (PROTOCOL 5.4)") {
    Bench bench;
    (void)bench.send(9, bench.change(9, 1, {put("phone", "139"), put("title", "a")}));
    (void)bench.send(1, bench.change(1, 2, {put("phone", "138")}));
    const auto row = decode_row(page_of(bench, 1, std::nullopt).rows.at(0));
    REQUIRE(row);
    REQUIRE(row->cell("phone"));
    CHECK(row->cell("phone")->heads.size() == 1);
    CHECK(row->above == std::vector<std::string>{"phone"});
    const auto other = decode_row(page_of(bench, 2, std::nullopt).rows.at(0));
    CHECK_FALSE(other->cell("phone"));
    CHECK(other->cell("title"));
    CHECK(decode_row(page_of(bench, 9, std::nullopt).rows.at(0))->cell("phone")->heads.size() == 2);
  }
  TEST_CASE(
      "a row is emptied and not forgotten when another's write replaced all that its author saw (design 8 invariant "
      "14)") {
    Bench bench;
    Change mine = bench.change(1, 1, {put("name", "x")});
    mine.kind = "patient";
    (void)bench.send(1, mine);
    const Page first = page_of(bench, 1, std::nullopt);
    CHECK(decode_row(first.rows.at(0))->cells.size() == 1);
    Change theirs = bench.change(9, 2, {put("name", "y", {c(1)})});
    theirs.kind = "patient";
    (void)bench.send(9, theirs);
    const Page then = page_of(bench, 1, first.cursor);
    REQUIRE(then.rows.size() == 1);
    CHECK(decode_row(then.rows[0])->cells.empty());
    CHECK(page_of(bench, 2, std::nullopt).rows.empty());
  }
  TEST_CASE("a kind whose every field is above the clearance is not known to be there (PROTOCOL 5.4)") {
    Bench bench;
    Change change = bench.change(9, 1, {put("name", "x")});
    change.kind = "patient";
    (void)bench.send(9, change);
    CHECK(page_of(bench, 2, std::nullopt).rows.empty());
    CHECK(page_of(bench, 2, std::nullopt).cursor.seq == 1);
  }
  TEST_CASE("the digest of the last page is that of the rows the reader then has (PROTOCOL 5.6)") {
    Bench bench;
    (void)bench.send(9, bench.change(9, 1, {put("phone", "139"), put("title", "a"), count("headcount", 2)}));
    for (const std::uint8_t reader : {std::uint8_t{1}, std::uint8_t{9}}) {
      const Page page = page_of(bench, reader, std::nullopt);
      CHECK(page.digest == delivered_digest(*decode_row(page.rows.at(0))));
    }
  }
}

}  // namespace
}  // namespace lianxin
