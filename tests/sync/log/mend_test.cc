#include "sync/log/mend.h"

#include <doctest/doctest.h>

#include "sync/log/rebuild.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

constexpr std::int64_t minute_ms = 60'000, day_ms = 24 * 60 * minute_ms;

void send_two_records(Bench& bench) {
  for (const std::uint8_t id : {std::uint8_t{1}, std::uint8_t{2}}) {
    Change change = bench.change(1, id, {put("title", "t" + std::to_string(id)), count("headcount", 5)});
    change.record = numbered<RecordId>(id);
    REQUIRE(bench.send(1, change));
  }
}

std::vector<StoredRow> rows_of(Bench& bench, std::size_t rows_max = 100) {
  std::vector<StoredRow> rows;
  const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(rows, snapshot.rows_after(0, rows_max, 1 << 20));
    return {};
  });
  REQUIRE(read);
  return rows;
}

void set_rows(Bench& bench, const std::vector<StoredRow>& rows) {
  const Status written = bench.store.write(bench.studio, [&](WriteTxn& txn) -> Status {
    LX_TRY(const StudioHead head, txn.head());
    return txn.replace_rows(rows, head);
  });
  REQUIRE(written);
}

bool sums_up(Bench& bench) {
  bool sums = false;
  const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(sums, rows_sum_up(snapshot, bench.catalog));
    return {};
  });
  REQUIRE(read);
  return sums;
}

TEST_SUITE("sync/log/mend") {
  TEST_CASE("rows that are the log's sum up and altered ones do not until they are rebuilt (PROTOCOL 5.6)") {
    Bench bench;
    send_two_records(bench);
    const std::vector<StoredRow> right = rows_of(bench);
    REQUIRE(right.size() == 2);
    CHECK(sums_up(bench));
    std::vector<std::vector<StoredRow>> wrongs;
    for (std::size_t at = 0; at < right[0].encoded.size(); at += 11) {
      wrongs.push_back(right);
      wrongs.back()[0].encoded.resize(at);
    }
    wrongs.push_back(right);
    wrongs.back()[0].encoded.replace(wrongs.back()[0].encoded.find("t1"), 2, "t9");
    wrongs.push_back({right[1]});
    wrongs.push_back(right);
    std::swap(wrongs.back()[0].encoded, wrongs.back()[1].encoded);
    wrongs.push_back(right);
    std::swap(wrongs.back()[0].last_seq, wrongs.back()[1].last_seq);
    for (const std::vector<StoredRow>& wrong : wrongs) {
      set_rows(bench, wrong);
      CHECK_FALSE(sums_up(bench));
    }
    REQUIRE(rebuild(bench.store, bench.studio, bench.catalog));
    CHECK(sums_up(bench));
    CHECK(rows_of(bench)[0].encoded == right[0].encoded);
  }
  TEST_CASE(
      "a record that changes while the rows are summed, slice by slice, is summed as it last was (PROTOCOL 5.6)") {
    Bench bench;
    constexpr std::uint8_t records = 250;  // more than one slice
    const auto send = [&](std::uint8_t record, std::uint8_t id, const std::string& title) {
      Change change = bench.change(1, id, {put("title", title)});
      change.id.bytes[0] = record;
      change.record = numbered<RecordId>(record);
      REQUIRE(bench.send(1, change));
    };
    for (int record = 1; record <= records; ++record) send(static_cast<std::uint8_t>(record), 1, "a");
    RowsSum sum;
    const auto next = [&] {
      auto found = RowsSum::Found::wrong;
      REQUIRE(bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
        LX_TRY(found, sum.next_slice(snapshot, bench.catalog));
        return {};
      }));
      return found;
    };
    CHECK(next() == RowsSum::Found::more);
    send(1, 2, "b");
    send(2, 2, "b");
    auto found = next();
    while (found == RowsSum::Found::more) found = next();
    CHECK(found == RowsSum::Found::right);
    send(1, 3, "c");
    CHECK(next() == RowsSum::Found::right);
  }
  TEST_CASE("sums of other sensitivities are not compared") {
    Bench bench;
    send_two_records(bench);
    Catalog newer = bench.catalog;
    newer.sensitivity_version += 1;
    bool sums = false;
    const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(sums, rows_sum_up(snapshot, newer));
      return {};
    });
    REQUIRE(read);
    CHECK(sums);
  }
  TEST_CASE("rows summed in slices of several snapshots sum up though they change between two (5.6)") {
    Bench bench;
    constexpr int records = 500;
    std::vector<std::string> lines;
    for (int i = 0; i < records; ++i) {
      Change change = bench.change(1, 1, {put("title", "t")});
      change.id.bytes[0] = static_cast<std::uint8_t>(i);
      change.id.bytes[1] = static_cast<std::uint8_t>(i >> 8);
      change.record.bytes = change.id.bytes;
      lines.push_back(line_of(change));
    }
    REQUIRE(bench.send(1, lines));
    RowsSum sum;
    const auto slice = [&] {
      RowsSum::Found found = RowsSum::Found::wrong;
      const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
        LX_TRY(found, sum.next_slice(snapshot, bench.catalog));
        return {};
      });
      REQUIRE(read);
      return found;
    };
    CHECK(slice() == RowsSum::Found::more);
    Change edit = bench.change(1, 3, {count("headcount", 7)});
    edit.record.bytes = bench.change(1, 1, {}).id.bytes;  // the first of those that are summed
    REQUIRE(bench.send(1, edit));
    SUBCASE("and nothing else is wrong") {
      CHECK(slice() == RowsSum::Found::more);
      CHECK(slice() == RowsSum::Found::right);
      CHECK(sum.at() == records + 1);
    }
    SUBCASE("and what is wrong in a later slice is found") {
      std::vector<StoredRow> rows = rows_of(bench, records);
      rows.erase(rows.end() - 2);
      set_rows(bench, rows);
      CHECK(slice() == RowsSum::Found::more);
      CHECK(slice() == RowsSum::Found::wrong);
    }
  }
  TEST_CASE("on a phone's word alone a studio is rebuilt once for each head and only so often a day") {
    MendingNotes notes;
    const StudioId studio = numbered<StudioId>(1);
    StudioHead head;
    head.log_hash.fill(1);
    CHECK(notes.may_rebuild(studio, head, false, day_ms));
    CHECK_FALSE(notes.may_rebuild(studio, head, false, day_ms));
    CHECK(notes.may_rebuild(studio, head, true, day_ms));
    head.log_hash.fill(2);
    CHECK(notes.may_rebuild(studio, head, false, day_ms));
    int more = 0;
    const auto on_word_alone = [&] {
      ++head.log_hash[1];
      return notes.may_rebuild(studio, head, false, day_ms + minute_ms);
    };
    while (more < 100 && on_word_alone()) ++more;
    CHECK(more == limits::rebuilds_a_day_max - 2);  // what was found wrong does not count
    CHECK(notes.may_rebuild(studio, head, true, day_ms + minute_ms));
    CHECK(notes.may_rebuild(studio, head, false, 2 * day_ms) == false);  // this head was done
    CHECK(notes.may_rebuild(studio, StudioHead{}, false, 2 * day_ms));
  }
  TEST_CASE("one phone is heard only so often a day that it differs, and keeps no other from being heard") {
    MendingNotes notes;
    const StudioId studio = numbered<StudioId>(1), other = numbered<StudioId>(2);
    const DeviceId hostile = numbered<DeviceId>(1), honest = numbered<DeviceId>(2);
    for (int times = 0; times < limits::differs_a_day_max; ++times) CHECK(notes.may_differ(hostile, studio, day_ms));
    CHECK_FALSE(notes.may_differ(hostile, studio, 2 * day_ms - 1));
    CHECK(notes.may_differ(hostile, other, day_ms));
    CHECK(notes.may_differ(honest, studio, day_ms));
    CHECK(notes.may_differ(hostile, studio, 2 * day_ms));
  }
  TEST_CASE("what a phone's word has replayed is put in place only where it is other") {
    Bench bench;
    REQUIRE(bench.send(1, bench.change(1, 1, {put("title", "a")})));
    const StudioHead before = *rebuild(bench.store, bench.studio, bench.catalog, true);
    const Row row = bench.row();
    Row altered = row;
    altered.created_by = Bench::member(7);  // what no sum covers
    REQUIRE(bench.store.write(bench.studio, [&](WriteTxn& txn) {
      const StoredRow stored{altered.record, altered.kind, altered.last_seq, encode_row(altered), {}};
      return txn.replace_rows(std::span(&stored, 1), before);
    }));
    CHECK(bench.row().created_by == Bench::member(7));
    REQUIRE(rebuild(bench.store, bench.studio, bench.catalog, true));
    CHECK(bench.row() == row);
  }
  TEST_CASE("rows found right are taken for right for a moment and only while nothing is logged") {
    MendingNotes notes;
    const StudioId studio = numbered<StudioId>(1);
    StudioHead head;
    head.log_hash.fill(1);
    CHECK_FALSE(notes.right_just_now(studio, head, day_ms));
    notes.note_right(studio, head, day_ms);
    CHECK(notes.right_just_now(studio, head, day_ms + minute_ms - 1));
    CHECK_FALSE(notes.right_just_now(studio, head, day_ms + minute_ms));
    CHECK_FALSE(notes.right_just_now(studio, head, day_ms - 1));
    CHECK_FALSE(notes.right_just_now(numbered<StudioId>(2), head, day_ms));
    head.log_hash.fill(2);
    CHECK_FALSE(notes.right_just_now(studio, head, day_ms));
  }
}

}  // namespace
}  // namespace lianxin
