#include "sync/cursor.h"

#include <doctest/doctest.h>

namespace lianxin {
namespace {

TEST_SUITE("sync/cursor") {
  TEST_CASE("a cursor reads back from its text (PROTOCOL 5.2)") {
    const Cursor cursor{258, {1, 2, 3, 4, 5, 6, 7, 8}, {9, 9, 9, 9}};
    CHECK(cursor.text() == "AAAAAAAAAQIBAgMEBQYHCAkJCQk");
    CHECK(Cursor::parse(cursor.text()) == cursor);
  }
  TEST_CASE("what is no cursor is none and nothing is guessed") {
    for (const char* text : {"", "x", "AAAAAAAAAQIBAgMEBQYHCAkJCQ", "AAAAAAAAAQIBAgMEBQYHCAkJCQkA", "!AAAAAAAAQIBAgMEBQYHCAkJCQk",
                             "_AAAAAAAAQIBAgMEBQYHCAkJCQk"}) {
      CAPTURE(text);
      CHECK_FALSE(Cursor::parse(text));
    }
  }
  TEST_CASE("another clearance or sensitivity is another access (PROTOCOL 5.2)") {
    const auto here = access_hash(Sensitivity::internal, false, 1);
    CHECK(access_hash(Sensitivity::internal, false, 1) == here);
    CHECK(access_hash(Sensitivity::personal, false, 1) != here);
    CHECK(access_hash(Sensitivity::internal, true, 1) != here);
    CHECK(access_hash(Sensitivity::internal, false, 2) != here);
  }
}

}  // namespace
}  // namespace lianxin
