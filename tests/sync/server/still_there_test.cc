#include "sync/server/still_there.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

StillThere now(Bench& bench, const Receipt& told) {
  StillThere found;
  const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(found, still_there(snapshot, told));
    return {};
  });
  REQUIRE(read);
  return found;
}

TEST_SUITE("sync/server/still_there") {
  TEST_CASE("a log says whether it still has what was acknowledged (PROTOCOL 5.7)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    (void)bench.send(1, bench.change(1, 2, {put("title", "b")}));
    Receipt told;
    told.device = Bench::device_of(1).device;
    told.acked_n = 2;
    told.h = bench.sender_of(1).h;
    told.seq = 2;
    told.log_hash = bench.log().back().log_hash;
    CHECK(now(bench, told).changes);
    CHECK(now(bench, told).log);
    (void)bench.send(2, bench.change(2, 3, {put("title", "c")}));
    CHECK(now(bench, told).log);
    CHECK(now(bench, told).seq == 3);
    told.h[0] ^= 1;
    CHECK_FALSE(now(bench, told).changes);
    told.acked_n = 3;
    CHECK_FALSE(now(bench, told).changes);
    CHECK(now(bench, told).acked_n == 2);
    told.log_hash[0] ^= 1;
    CHECK_FALSE(now(bench, told).log);
    told.seq = 4;
    CHECK_FALSE(now(bench, told).log);
  }
}

}  // namespace
}  // namespace lianxin
