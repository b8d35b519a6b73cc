#include "sync/model/cursor.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

TEST_SUITE("sync/model/cursor") {
  TEST_CASE("a cursor reads back from its text (PROTOCOL 5.2)") {
    Cursor cursor{258, {1, 2, 3, 4, 5, 6, 7, 8}, {9, 9, 9, 9}, {}};
    CHECK(cursor.text() == "AAAAAAAAAQIBAgMEBQYHCAkJCQk");
    CHECK(Cursor::parse(cursor.text()) == cursor);
    cursor.mark.emplace().fill(7);
    CHECK(cursor.text() == "AAAAAAAAAQIBAgMEBQYHCAkJCQkHBwcHBwcHBwcHBwcHBwcH");
    CHECK(Cursor::parse(cursor.text()) == cursor);
    cursor.up_to = LogPlace{260, {8, 7, 6, 5, 4, 3, 2, 1}};
    CHECK(cursor.text() == "AAAAAAAAAQIBAgMEBQYHCAkJCQkHBwcHBwcHBwcHBwcHBwcHAAAAAAAAAQQIBwYFBAMCAQ");
    CHECK(Cursor::parse(cursor.text()) == cursor);
    cursor.up_to->seq = 257;
    CHECK_FALSE(Cursor::parse(cursor.text()));
  }
  TEST_CASE("a server knows a cursor of its own by its mark in that studio and at that place (PROTOCOL 5.2)") {
    const auto studio = numbered<StudioId>(1);
    const SecretKey server = Bench::device_of(1).secret;
    Cursor cursor{258, {1, 2, 3, 4, 5, 6, 7, 8}, {9, 9, 9, 9}, {}};
    CHECK_FALSE(is_own(cursor, studio, server));
    cursor.mark = mark_of(cursor, studio, server);
    CHECK(is_own(cursor, studio, server));
    CHECK_FALSE(is_own(cursor, numbered<StudioId>(2), server));
    CHECK_FALSE(is_own(cursor, studio, Bench::device_of(2).secret));
    cursor.access = {};  // whatever is asked from there, it is that place
    CHECK(is_own(cursor, studio, server));
    cursor.up_to = LogPlace{260, {}};
    CHECK_FALSE(is_own(cursor, studio, server));
    cursor.up_to.reset();
    cursor.seq += 1;
    CHECK_FALSE(is_own(cursor, studio, server));
  }
  TEST_CASE("what is no cursor is none and nothing is guessed") {
    for (const char* text : {"", "x", "AAAAAAAAAQIBAgMEBQYHCAkJCQ", "AAAAAAAAAQIBAgMEBQYHCAkJCQkA",
                             "!AAAAAAAAQIBAgMEBQYHCAkJCQk", "_AAAAAAAAQIBAgMEBQYHCAkJCQk"}) {
      CAPTURE(text);
      CHECK_FALSE(Cursor::parse(text));
    }
  }
  TEST_CASE("another clearance or sensitivity is another access (PROTOCOL 5.2)") {
    const auto here = access_hash(Sensitivity::internal, {}, 1);
    CHECK(access_hash(Sensitivity::internal, {}, 1) == here);
    CHECK(access_hash(Sensitivity::personal, {}, 1) != here);
    CHECK(access_hash(Sensitivity::internal, "informant", 1) != here);
    CHECK(access_hash(Sensitivity::internal, {}, 2) != here);
  }
}

}  // namespace
}  // namespace lianxin
