#include "sync/server/acknowledgement.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Acknowledgement sample() {
  Acknowledgement told;
  told.device = Bench::device_of(1).device;
  told.studio = numbered<StudioId>(0xAA);
  told.acked_n = 412;
  told.h.fill(7);
  told.seq = 9310;
  told.log_hash.fill(8);
  told.server_ms = 1'790'000'000'000;
  return acknowledged_by(Bench::device_of(0xEE), told);
}

StillThere now(Bench& bench, const Acknowledgement& told) {
  StillThere found;
  const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(found, still_there(snapshot, told));
    return {};
  });
  REQUIRE(read);
  return found;
}

TEST_SUITE("sync/server/acknowledgement") {
  TEST_CASE("its text is 268 characters and reads back as it was (PROTOCOL 5.7)") {
    const std::string text = sample().text();
    CHECK(text.size() == 268);
    CHECK(Acknowledgement::parse(text) == sample());
    CHECK(sample().signed_with(Bench::device_of(0xEE).key));
    CHECK_FALSE(sample().signed_with(Bench::device_of(1).key));
  }
  TEST_CASE("altered anywhere it is none or not signed") {
    const std::string bytes = *from_base64url(sample().text());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      CAPTURE(at);
      std::string altered = bytes;
      altered[at] = static_cast<char>(altered[at] ^ 1);
      const auto read = Acknowledgement::parse(to_base64url(as_bytes(altered)));
      if (read) CHECK_FALSE(read->signed_with(Bench::device_of(0xEE).key));
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(Acknowledgement::parse(to_base64url(as_bytes(bytes.substr(0, size)))));
    }
    CHECK_FALSE(Acknowledgement::parse(to_base64url(as_bytes(bytes + "x"))));
  }
  TEST_CASE("a log says whether it still has what was acknowledged (PROTOCOL 5.7)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    (void)bench.send(1, bench.change(1, 2, {put("title", "b")}));
    Acknowledgement told;
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
