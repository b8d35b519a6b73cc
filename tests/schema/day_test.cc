#include "schema/day.h"

#include <doctest/doctest.h>

#include <cstdint>

namespace lianxin {
namespace {

TEST_SUITE("schema/day") {
  TEST_CASE("days are counted from the first of 1970") {
    CHECK(day_number("1970-01-01") == 0);
    CHECK(day_number("1969-12-31") == -1);
    CHECK(day_number("2000-02-29") == 11016);
    CHECK_FALSE(day_number("1900-02-29"));
    CHECK_FALSE(day_number("0000-01-01"));
  }

  TEST_CASE("every day of four centuries goes there and back") {
    const std::int64_t first = *day_number("1800-01-01");
    for (std::int64_t day = first; day < first + 146097; ++day) {
      if (day_number(day_text(day)) != day) {
        CAPTURE(day);
        FAIL_CHECK(day_text(day));
      }
    }
  }

  TEST_CASE("the day in Shanghai turns at 16:00 UTC") {
    CHECK(day_in_shanghai(0) == "1970-01-01");
    CHECK(day_in_shanghai(16 * 3600 * 1000LL - 1) == "1970-01-01");
    CHECK(day_in_shanghai(16 * 3600 * 1000LL) == "1970-01-02");
    CHECK(local_time_text(1778580300000) == "2026-05-12 18:05");
  }

  TEST_CASE("a sick clock has a day all the same") {
    CHECK(day_in_shanghai(INT64_MAX) == "9999-12-31");
    CHECK(day_in_shanghai(INT64_MIN) == "0001-01-01");
    CHECK(local_time_text(INT64_MIN).size() == 16);
  }
}

}  // namespace
}  // namespace lianxin
