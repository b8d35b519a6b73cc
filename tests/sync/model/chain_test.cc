#include "sync/model/chain.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// The hashes below were worked out once with another program over the bytes that PROTOCOL 2.3 and 2.4 name.
PublicKey key_of_threes() {
  PublicKey key;
  key.fill(3);
  return key;
}

TEST_SUITE("sync/model/chain") {
  TEST_CASE("a chain begins with the studio and the key (PROTOCOL 2.3)") {
    CHECK(to_hex(chain_start(numbered<StudioId>(2), key_of_threes())) ==
          "a15a1940a9b6140c8bae335ad2e7b31f2af3185f99b827049df92669eaf49bb3");
  }
  TEST_CASE("each link covers the one before and its line (PROTOCOL 2.3)") {
    const Hash start = chain_start(numbered<StudioId>(2), key_of_threes());
    CHECK(to_hex(chain_next(start, sha256("line one"))) ==
          "552a8e6cfb26c3255ba044b345572bda2d1921ce5b5c2631c4de1754d241b9ff");
  }
  TEST_CASE("a log hash covers line and outcome and effective clock (PROTOCOL 2.4)") {
    CHECK(to_hex(log_next({}, sha256("line one"), Outcome::applied, Hlc{0x0102030405060708})) ==
          "465db443a38f86237debcdaa58258233539155b23d42531fd79839817eee79b9");
    CHECK(to_hex(log_next({}, sha256("line one"), Outcome::held, Hlc{0x0102030405060708})) ==
          "e6ec951593e64c0e8bd68cbe2850441b4bebdf19fb275f013427ef60144e9c26");
  }
  TEST_CASE("another device or studio or place or hash is another message to sign") {
    const auto message = [](std::uint8_t device, std::uint8_t studio, N n, const Hash& h) {
      return push_message(numbered<DeviceId>(device), numbered<StudioId>(studio), n, h);
    };
    const std::string one = message(1, 2, 3, {});
    CHECK(one != message(2, 2, 3, {}));
    CHECK(one != message(1, 3, 3, {}));
    CHECK(one != message(1, 2, 4, {}));
    CHECK(one != message(1, 2, 3, sha256("x")));
  }
  TEST_CASE("each secret signs as itself however many have signed before it") {
    std::vector<Signature> first_time;
    for (int round = 0; round < 3; ++round) {
      for (std::uint8_t i = 0; i < 20; ++i) {
        CAPTURE(i);
        SecretKey secret{};
        secret.back() = static_cast<std::uint8_t>(i % 2 == 0 ? i : 1);  // one of them again and again
        const Signature signature = sign(secret, "message");
        CHECK(verify(public_key_of(secret), "message", signature));
        if (round == 0) first_time.push_back(signature);
        CHECK(signature == first_time[i]);
      }
    }
  }
}

}  // namespace
}  // namespace lianxin
