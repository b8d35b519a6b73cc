#include "server/people/unmasked.h"

#include <doctest/doctest.h>

using namespace lianxin;
using namespace lianxin::server;

namespace {

template <class Id>
Id numbered(std::uint16_t number) {
  Id id{};
  id.bytes[0] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[1] = static_cast<std::uint8_t>(number & 255);
  return id;
}

constexpr std::int64_t now_ms = 1'795'176'000'000;
const MemberId one = numbered<MemberId>(1), other = numbered<MemberId>(2);
const StudioId studio = numbered<StudioId>(1);
const RecordId record = numbered<RecordId>(1);

}  // namespace

TEST_SUITE_BEGIN("server/people/unmasked");

TEST_CASE("what is unmasked is one member's, of one record, and over after a quarter of an hour") {
  Unmasked unmasked;
  const auto until = unmasked.open(one, studio, record, "name", now_ms);
  REQUIRE(until);
  CHECK(*until == now_ms + 15 * 60 * 1000);
  CHECK(unmasked.opened(one, studio, record, now_ms) == Unmasked::Fields{"name"});
  CHECK(unmasked.opened(one, studio, record, *until - 1) == Unmasked::Fields{"name"});
  CHECK(unmasked.opened(one, studio, record, *until).empty());
  CHECK(unmasked.opened(other, studio, record, now_ms).empty());
  CHECK(unmasked.opened(one, numbered<StudioId>(2), record, now_ms).empty());
  CHECK(unmasked.opened(one, studio, numbered<RecordId>(2), now_ms).empty());
}

TEST_CASE("no more is kept open than fits, and what is over makes room") {
  Unmasked unmasked;
  for (std::uint16_t number = 0; number < Unmasked::open_max; ++number) {
    REQUIRE(unmasked.open(one, studio, numbered<RecordId>(number), "name", now_ms));
  }
  CHECK(unmasked.open(one, studio, record, "phone", now_ms).error().code == Errc::busy);
  CHECK(unmasked.open(one, studio, record, "name", now_ms));
  CHECK(unmasked.open(one, studio, record, "phone", now_ms + Unmasked::open_ms));
}

TEST_SUITE_END();
