#include "server/people/totp.h"

#include <doctest/doctest.h>

#include "server/disk/sealing.h"
#include "server/people/secrets.h"

using namespace lianxin;
using namespace lianxin::server;

TEST_SUITE_BEGIN("server/people/totp");

TEST_CASE("the codes are those of RFC 6238, appendix B") {
  constexpr std::pair<std::int64_t, const char*> vectors[] = {{59, "94287082"},
                                                              {1'111'111'109, "07081804"},
                                                              {1'111'111'111, "14050471"},
                                                              {1'234'567'890, "89005924"},
                                                              {2'000'000'000, "69279037"},
                                                              {20'000'000'000, "65353130"}};
  for (const auto& [seconds, code] : vectors) {
    CAPTURE(seconds);
    CHECK(totp_code("12345678901234567890", seconds / 30, 8) == code);
    CHECK(totp_code("12345678901234567890", seconds / 30) == std::string(code).substr(2));
  }
}

TEST_CASE("a code serves in its step, the one before and the one after, and only once") {
  const std::string secret = "12345678901234567890";
  const std::int64_t now_ms = 1'795'176'000'000, step = now_ms / totp_step_ms;
  for (const std::int64_t shift : {-1, 0, 1}) {
    CHECK(totp_step_of(secret, totp_code(secret, step + shift), now_ms, 0) == step + shift);
  }
  CHECK_FALSE(totp_step_of(secret, totp_code(secret, step - 2), now_ms, 0));
  CHECK_FALSE(totp_step_of(secret, totp_code(secret, step + 2), now_ms, 0));
  CHECK_FALSE(totp_step_of(secret, totp_code(secret, step), now_ms, step));
  CHECK(totp_step_of(secret, totp_code(secret, step + 1), now_ms, step));
  const std::string code = totp_code(secret, step);
  CHECK(totp_step_of(secret, code.substr(0, 3) + " " + code.substr(3), now_ms, 0));
  for (const std::string& wrong : {std::string(), code.substr(1), code + "0", std::string(1000, '1')}) {
    CHECK_FALSE(totp_step_of(secret, wrong, now_ms, 0));
  }
}

TEST_CASE("an app reads the secret from its text") {
  CHECK(base32_text("12345678901234567890") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  CHECK(base32_text("f") == "MY");
  CHECK(totp_uri("12345678901234567890", "郝 1") ==
        "otpauth://totp/Lianxin:%E9%83%9D%201?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lianxin");
}

TEST_CASE("what is sealed is read with its key and for its owner alone") {
  SystemRandom random;
  SecretKey key{}, other{};
  other.fill(1);
  const std::string sealed = seal(key, random, "a secret", "cxy");
  CHECK(unseal(key, sealed, "cxy") == "a secret");
  CHECK(sealed.find("secret") == std::string::npos);
  CHECK(seal(key, random, "a secret", "cxy") != sealed);
  CHECK_FALSE(unseal(other, sealed, "cxy"));
  CHECK_FALSE(unseal(key, sealed, "hao"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    CHECK_FALSE(unseal(key, altered, "cxy"));
  }
  CHECK_FALSE(unseal(key, sealed.substr(0, 20), "cxy"));
}

TEST_SUITE_END();
