#include "sync/model/digest.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Row small_row() {
  Row row;
  row.record = numbered<RecordId>(0x55);
  row.kind = "visit";
  row.last_seq = 3;
  row.created_by = numbered<MemberId>(1);
  row.created_on = numbered<DeviceId>(2);
  row.created = Hlc{77};
  Head head;
  head.id = c(1);
  head.value = "彩石";
  head.clock = Hlc{77};
  head.member = numbered<MemberId>(1);
  head.role = "convener";
  row.cells["title"].heads.push_back(head);
  return row;
}

const std::string golden_cell =
    R"({"heads":[{"clock":"77","id":"01010101010101010101010101010101","member":"01010101-0101-0101-0101-010101010101",)"
    R"("role":"convener","value":"彩石"}]})";
const std::string golden_row =
    R"({"cells":{"title":)" + golden_cell +
    R"(},"created":"77","created_by":"01010101-0101-0101-0101-010101010101","created_on":"02020202020202020202020202020202",)"
    R"("kind":"visit","last_seq":3,"record":"55555555-5555-5555-5555-555555555555"})";

TEST_SUITE("sync/model/digest") {
  TEST_CASE("a row has these bytes (PROTOCOL 2.5)") { CHECK(encode_row(small_row()) == golden_row); }
  TEST_CASE("a row reads back as it was and bytes that are no row are refused") {
    const auto row = decode_row(golden_row);
    REQUIRE(row);
    CHECK(*row == small_row());
    for (const char* text : {"", "{}", "[]", "null", "{\"record\":1}"}) CHECK_FALSE(decode_row(text));
  }
  TEST_CASE("a row keeps every part of what it holds") {
    Row row = small_row();
    Head& head = row.cells["title"].heads[0];
    head.bases = {c(4), c(5)};
    head.reason = "why";
    head.cycle = 2;
    head.rank = 30;
    head.seen = 8;
    head.seq = 9;
    head.contested = {c(6)};
    head.witnessed = true;
    row.cells["state"].history.push_back(head);
    row.cells["title"].pending = {{c(7), 0}, {c(8), 2}};
    row.held = {{c(9), "value_type", "title", numbered<MemberId>(3), HeldMark::Decision::dismissed}};
    row.last_writes[numbered<MemberId>(1)] = {3, c(1)};
    row.above = {"phone"};
    const auto read = decode_row(encode_row(row));
    REQUIRE(read);
    CHECK(*read == row);
  }
  TEST_CASE("every part of a head is in its cell's digest (PROTOCOL 2.6)") {
    const Row row = small_row();
    const Digest before = delivered_digest(row);
    const auto differs = [&](auto change) {
      Row other = row;
      change(other.cells["title"]);
      return delivered_digest(other) != before;
    };
    CHECK(differs([](Cell& cell) { cell.heads[0].value = "x"; }));
    CHECK(differs([](Cell& cell) { cell.heads[0].clock = Hlc{78}; }));
    CHECK(differs([](Cell& cell) { cell.heads[0].member = numbered<MemberId>(2); }));
    CHECK(differs([](Cell& cell) { cell.heads[0].role = "coordinator"; }));
    CHECK(differs([](Cell& cell) { cell.heads[0].bases = {c(3)}; }));
    CHECK(differs([](Cell& cell) { cell.heads[0].reason = "x"; }));
    CHECK(differs([](Cell& cell) { cell.heads[0].contested = {c(3)}; }));
    CHECK(differs([](Cell& cell) { cell.heads[0].witnessed = true; }));
    CHECK(differs([](Cell& cell) { cell.pending.push_back({c(3), 0}); }));
    CHECK(differs([](Cell& cell) { cell.history.push_back(cell.heads[0]); }));
  }
  TEST_CASE("summed from its text a row gives the same (PROTOCOL 2.6)") {
    Row row = small_row();
    Head head = row.cells["title"].heads[0];
    row.held = {{c(9), "value_type", "title", numbered<MemberId>(3), HeldMark::Decision::open}};
    row.last_writes[numbered<MemberId>(1)] = {3, c(1)};
    row.cells["title"].pending = {{c(7), 0}};
    head.value = Value::Object{{"a\"}\\", Value::List{"]", 1, "\\"}}, {"cells", "{\n"}};
    row.cells["participants/王\"五\\\t"].heads = {head};
    row.cells["phone"].heads = {head};
    row.above = {"participants/王\"五\\\t"};
    for (int round = 0; round < 2; ++round) {
      const auto sum = delivered_digest_of(encode_row(row));
      REQUIRE(sum);
      CHECK(*sum == delivered_digest(row));
      row.above.clear();
    }
    row.cells.clear();
    CHECK(delivered_digest_of(encode_row(row)) == Digest{});
  }
  TEST_CASE("any one byte of a row's text that is not as it was is refused or gives another sum (PROTOCOL 5.6)") {
    const Digest sum = delivered_digest(small_row());
    for (std::size_t at = golden_row.find("{\"title"); at < golden_row.find(",\"created\""); ++at) {
      CAPTURE(at);
      std::string damaged = golden_row;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      const auto other = delivered_digest_of(damaged);
      CHECK((!other || *other != sum));
      CHECK_FALSE(delivered_digest_of(golden_row.substr(0, at)));
    }
    for (const char* text : {"", "{", "}", "{}", "[]", "null", "{\"cells\":{}}", "{\"cells\"", "{\"cells\":", "{,}"}) {
      CHECK_FALSE(delivered_digest_of(text));
    }
  }
  TEST_CASE("record and kind and address are in it too (PROTOCOL 2.6)") {
    const Row row = small_row();
    const Cell& cell = *row.cell("title");
    const RecordId record = numbered<RecordId>(1);
    const Digest one = cell_digest(record, "visit", "title", cell);
    CHECK(one != cell_digest(numbered<RecordId>(2), "visit", "title", cell));
    CHECK(one != cell_digest(record, "visi", "ttitle", cell));
    CHECK(one != cell_digest(record, "visit", "title2", cell));
  }
  TEST_CASE("a sum carries over and takes back what it was given") {
    Digest sum{0, UINT64_MAX};
    const Digest one{3, 2};
    sum += one;
    CHECK(sum == Digest{4, 1});
    sum -= one;
    CHECK(sum == Digest{0, UINT64_MAX});
    CHECK(Digest::parse(sum.text()) == sum);
    CHECK_FALSE(Digest::parse("12"));
  }
  TEST_CASE("cells above a clearance do not count (PROTOCOL 5.4)") {
    Row row = small_row();
    const Digest without = delivered_digest(row);
    row.cells["phone"].heads = row.cells["title"].heads;
    row.above = {"phone"};
    CHECK(delivered_digest(row) == without);
    const DigestsBySensitivity digests = row_digests(test_catalog(2), row);
    CHECK(sum_up_to(digests, Sensitivity::internal) == without);
    CHECK(sum_up_to(digests, Sensitivity::personal) != without);
  }
}

}  // namespace
}  // namespace lianxin
