#include "sync/model/clock.h"

#include <doctest/doctest.h>

#include "sync/model/limits.h"

namespace lianxin {
namespace {

constexpr std::int64_t noon = 1'790'000'000'000;

TEST_SUITE("sync/model/clock") {
  TEST_CASE("a stamp is milliseconds and then a counter (PROTOCOL 2.1)") {
    CHECK(Hlc::at(noon, 7).value == (static_cast<std::uint64_t>(noon) << 16 | 7));
    CHECK(Hlc::at(noon, 7).unix_ms() == noon);
  }
  TEST_CASE("a stamp's milliseconds stay within 48 bits") {
    CHECK(Hlc::at(-5) == Hlc{});
    CHECK(Hlc::at(INT64_MAX).unix_ms() == (std::int64_t{1} << 48) - 1);
  }
  TEST_CASE("a stamp reads back from its decimal text and from nothing else") {
    CHECK(Hlc::parse(Hlc::at(noon, 3).text()) == Hlc::at(noon, 3));
    CHECK_FALSE(Hlc::parse(""));
    CHECK_FALSE(Hlc::parse("12x"));
    CHECK_FALSE(Hlc::parse("-1"));
    CHECK_FALSE(Hlc::parse("18446744073709551616"));
  }
  TEST_CASE("a tick exceeds the last stamp and is not before the wall") {
    CHECK(tick(Hlc::at(noon), noon + 5) == Hlc::at(noon + 5));
    CHECK(tick(Hlc::at(noon), noon - 5) == Hlc::at(noon).next());
    CHECK(tick(Hlc::at(noon, 0xFFFF), noon) == Hlc::at(noon + 1));
    CHECK(tick(Hlc{UINT64_MAX}, noon) == Hlc{UINT64_MAX});  // of the last there is none
  }
  TEST_CASE("within one boot the age is by the boot clock whatever the wall was set to (PROTOCOL 3.9)") {
    const ClockReading made{0, 1'000, "a"}, sent{noon * 2, 61'000, "a"};
    CHECK(corrected(Hlc::at(noon * 2), made, sent, noon).unix_ms() == noon - 60'000);
  }
  TEST_CASE("across a boot the claim is moved by the skew measured in the request (PROTOCOL 3.9)") {
    const ClockReading made{noon + 500'000, 1'000, "a"}, sent{noon + 600'000, 5, "b"};
    CHECK(corrected(Hlc::at(noon + 500'000), made, sent, noon).unix_ms() == noon - 100'000);
  }
  TEST_CASE("a boot clock that runs backwards is not believed") {
    const ClockReading made{noon, 9'000, "a"}, sent{noon, 1'000, "a"};
    CHECK(corrected(Hlc::at(noon), made, sent, noon).unix_ms() == noon);
  }
  TEST_CASE("no stamp is further ahead of the server than the limit and none is refused (PROTOCOL 3.9)") {
    const ClockReading made{0, 0, "a"}, sent{0, 0, "b"};
    CHECK(corrected(Hlc{UINT64_MAX}, made, sent, noon).unix_ms() == noon + limits::forward_clock_ms_max);
    const ClockReading wild{INT64_MIN, INT64_MIN, "a"}, wilder{INT64_MAX, INT64_MAX, "a"};
    CHECK(corrected(Hlc::at(noon), wild, wilder, noon).unix_ms() >= 0);
  }
}

}  // namespace
}  // namespace lianxin
