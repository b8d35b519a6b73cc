#include "sync/model/change.h"

#include <doctest/doctest.h>

#include "sync/model/limits.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

const std::string golden =
    R"({"boot":"boot","boot_ms":1000,"clock":"117309440000000000","id":"01010101010101010101010101010101","kind":"visit",)"
    R"("kinds":1,"member":"01010101-0101-0101-0101-010101010101","reason":"补录","record":"55555555-5555-5555-5555-555555555555",)"
    R"("salt":"00000000000000000000000000000000","seen":{"hash":"0102030405060708","seq":9},)"
    R"("studio":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","wall_ms":1790000000000,"writes":[)"
    R"({"at":"title","base":["02020202020202020202020202020202"],"put":"彩石路口"},{"at":"headcount","count":37},)"
    R"({"at":"people/ann","remove":null},{"at":"state","from":"open","step":"triaged"},{"append":{"note":"x"},"at":"log"}]})";

Change golden_change() {
  const Bench bench;
  Change change = bench.change(1, 1,
                               {put("title", "彩石路口", {c(2)}), count("headcount", 37),
                                element("people/ann", Op::remove), step("state", "open", "triaged")},
                               "补录");
  change.writes.push_back({{"log", {}, {}}, Op::append, Value::Object{{"note", "x"}}, {}, {}, {}});
  change.seen = {9, {1, 2, 3, 4, 5, 6, 7, 8}};
  return change;
}

std::string with(std::string_view what, std::string_view instead) {
  std::string line = golden;
  const std::size_t at = line.find(what);
  REQUIRE(at != std::string::npos);
  return line.replace(at, what.size(), instead);
}

TEST_SUITE("sync/model/change") {
  TEST_CASE("a change has these bytes (PROTOCOL 2.1 and 2.2)") { CHECK(line_of(golden_change()) == golden); }
  TEST_CASE("a line reads back as the change it was made from (PROTOCOL 2.1)") {
    const Result<Change> read = parse_line(golden);
    REQUIRE(read);
    CHECK(line_of(*read) == golden);
    CHECK(read->seen == Seen{9, {1, 2, 3, 4, 5, 6, 7, 8}});
    CHECK(read->writes[0].bases == std::vector<ChangeId>{c(2)});
  }
  TEST_CASE("names nobody knows yet do not make a line unreadable") {
    CHECK(parse_line(with(R"("kinds":1)", R"("kinds":1,"later":{"x":[1]})")));
  }
  TEST_CASE("bases are sorted and have no twins") {
    const auto read = parse_line(with(R"(["02020202020202020202020202020202"])",
                                      R"(["03030303030303030303030303030303","02020202020202020202020202020202",)"
                                      R"("03030303030303030303030303030303"])"));
    REQUIRE(read);
    CHECK(read->writes[0].bases == std::vector<ChangeId>{c(2), c(3)});
  }
  TEST_CASE("a write names so many bases and no more") {
    const auto with_bases = [](std::size_t count) {
      std::string list;
      for (std::size_t i = 0; i < count; ++i) list += (i ? ",\"" : "\"") + c(static_cast<std::uint8_t>(i)).text() + '"';
      return with(R"("02020202020202020202020202020202")", list);
    };
    static_assert(limits::bases_max == 256);
    CHECK(parse_line(with_bases(limits::bases_max)));
    CHECK_FALSE(parse_line(with_bases(limits::bases_max + 1)));
  }
  TEST_CASE("what is no change is refused and nothing is thrown") {
    for (const std::string& line :
         {std::string(), std::string("{}"), std::string("[]"), std::string("\xff"),
          with(R"("id":"0101)", R"("id":"01)"), with(R"("clock":"11)", R"("clock":"x)"),
          with(R"("put":"彩石路口")", R"("puts":1)"), with(R"("count":37)", R"("count":"37")"),
          with(R"("count":37)", R"("count":37,"put":1)"), with(R"("from":"open",)", ""),
          with(R"("at":"title")", R"("at":"a/b/c/d")"), with(R"("at":"title")", R"("at":"a//c")"),
          with(R"("hash":"01)", R"("hash":"zz)"), with(R"(people/ann)", "people"),
          golden.substr(0, golden.size() - 1)}) {
      CAPTURE(line);
      CHECK_FALSE(parse_line(line));
    }
  }
  TEST_CASE("a line longer than the limit is refused by name") {
    const auto read = parse_line(with("彩石路口", std::string(300 << 10, 'x')));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::out_of_range);
  }
  TEST_CASE("an address has one to three parts (PROTOCOL 2.2)") {
    CHECK(Address::parse("a/b/c")->attribute == "c");
    CHECK(Address::parse("a/b/c")->text() == "a/b/c");
    for (const char* text : {"", "/", "a/", "/a", "a/b/c/", "a/b/c/d"}) CHECK_FALSE(Address::parse(text));
  }
}

}  // namespace
}  // namespace lianxin
