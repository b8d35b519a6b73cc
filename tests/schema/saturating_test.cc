#include "schema/saturating.h"

#include <doctest/doctest.h>

using namespace lianxin;

TEST_SUITE("schema/saturating") {
  TEST_CASE("what passes the range stays at the end that it passed, and nothing else changes") {
    CHECK(saturating_add(2, 3) == 5);
    CHECK(saturating_add(INT64_MAX, 0) == INT64_MAX);
    CHECK(saturating_add(INT64_MAX, 1) == INT64_MAX);
    CHECK(saturating_add(INT64_MIN, -1) == INT64_MIN);
    CHECK(saturating_add(INT64_MAX, INT64_MIN) == -1);
    CHECK(saturating_subtract(2, 3) == -1);
    CHECK(saturating_subtract(INT64_MIN, 1) == INT64_MIN);
    CHECK(saturating_subtract(INT64_MAX, -1) == INT64_MAX);
    CHECK(saturating_subtract(0, INT64_MIN) == INT64_MAX);
    CHECK(saturating_subtract(-1, INT64_MIN) == INT64_MAX);
    CHECK(saturating_multiply(-2, 3) == -6);
    CHECK(saturating_multiply(INT64_MIN, -1) == INT64_MAX);
    CHECK(saturating_multiply(INT64_MAX, 2) == INT64_MAX);
    CHECK(saturating_multiply(INT64_MAX, -2) == INT64_MIN);
    CHECK(saturating_multiply(INT64_MIN, 0) == 0);
  }
}
