#include "sync/model/row.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

TEST_SUITE("sync/model/row") {
  TEST_CASE("a record has begun once something of it was applied, and not by what is held") {
    Row row;
    CHECK_FALSE(row.begun());
    row.cells["_held/" + c(1).text()];
    CHECK_FALSE(row.begun());
    SUBCASE("a value") { row.cells["title"]; }
    SUBCASE("an element taken away that was not there leaves the write alone") {
      row.last_writes[Bench::member(1)] = {7, c(2)};
      CHECK(row.written() == 7);
    }
    CHECK(row.begun());
  }
}

}  // namespace
}  // namespace lianxin
