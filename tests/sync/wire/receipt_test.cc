#include "sync/wire/receipt.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Receipt sample() {
  Receipt receipt;
  receipt.device = Bench::device_of(1).device;
  receipt.studio = numbered<StudioId>(0xAA);
  receipt.acked_n = 412;
  receipt.h.fill(7);
  receipt.seq = 9310;
  receipt.log_hash.fill(8);
  receipt.server_ms = 1'790'000'000'000;
  return signed_by(Bench::device_of(0xEE), receipt);
}

TEST_SUITE("sync/wire/receipt") {
  TEST_CASE("its text is 268 characters and reads back as it was (PROTOCOL 5.7)") {
    const std::string text = sample().text();
    CHECK(text.size() == 268);
    CHECK(Receipt::parse(text) == sample());
    CHECK(sample().signed_with(Bench::device_of(0xEE).key));
    CHECK_FALSE(sample().signed_with(Bench::device_of(1).key));
  }
  TEST_CASE("altered anywhere it is none or not signed") {
    const std::string bytes = *from_base64url(sample().text());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      CAPTURE(at);
      std::string altered = bytes;
      altered[at] = static_cast<char>(altered[at] ^ 1);
      const auto read = Receipt::parse(to_base64url(as_bytes(altered)));
      if (read) CHECK_FALSE(read->signed_with(Bench::device_of(0xEE).key));
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(Receipt::parse(to_base64url(as_bytes(bytes.substr(0, size)))));
    }
    CHECK_FALSE(Receipt::parse(to_base64url(as_bytes(bytes + "x"))));
  }
  TEST_CASE("of nothing there is no receipt") {
    Receipt none = sample();
    none.acked_n = 0;
    CHECK_FALSE(Receipt::parse(none.text()));
    none = sample();
    none.seq = 0;
    CHECK_FALSE(Receipt::parse(none.text()));
  }
}

}  // namespace
}  // namespace lianxin
