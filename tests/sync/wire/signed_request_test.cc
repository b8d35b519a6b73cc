#include "sync/wire/signed_request.h"

#include <doctest/doctest.h>

#include <limits>

#include "sync/model/limits.h"
#include "sync/wire/codes.h"
#include "sync/wire/messages.h"

namespace lianxin {
namespace {

constexpr std::int64_t now_ms = 1'800'000'000'000;
const std::string request = "{\"studios\":[]}\n";

SecretKey secret_of(std::uint8_t seed) {
  SecretKey secret{};
  secret.fill(seed);
  return secret;
}

const SecretKey secret = secret_of(1);
const PublicKey key = public_key_of(secret);

std::string signed_at(std::int64_t at_ms) { return signed_request({device_id_of(key), secret}, at_ms, request); }

std::string refusal(const PublicKey& of, std::string_view body, std::int64_t at_ms = now_ms) {
  const auto opened = request_signed_by(of, at_ms, body);
  return opened ? std::string() : opened.error().message;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_SUITE("sync/wire/signed_request") {
  TEST_CASE(
      "what follows the first line is given to whom its device's signature fits, and to no other (PROTOCOL 5.1)") {
    const std::string body = signed_at(now_ms);
    CHECK(request_signed_by(key, now_ms, body) == request);
    CHECK(refusal(public_key_of(secret_of(2)), body) == codes::bad_signature);
    // Signed by another in this one's name, and by this one in another's.
    CHECK(refusal(key, signed_request({device_id_of(key), secret_of(2)}, now_ms, request)) == codes::bad_signature);
    const DeviceId other = device_id_of(public_key_of(secret_of(2)));
    CHECK(refusal(key, signed_request({other, secret}, now_ms, request)) == codes::bad_signature);
  }

  TEST_CASE("no byte of it can be altered, left out or added") {
    const std::string body = signed_at(now_ms);
    const std::size_t first_line = body.find('\n');
    for (std::size_t at = 0; at < body.size(); ++at) {
      CAPTURE(at);
      std::string altered = body;
      altered[at] = static_cast<char>(altered[at] ^ 1);
      CHECK_FALSE(request_signed_by(key, now_ms, altered));
      CHECK_FALSE(request_signed_by(key, now_ms, std::string_view(body).substr(0, at)));
    }
    CHECK(refusal(key, body + "x") == codes::bad_signature);
    CHECK(refusal(key, body.substr(0, first_line + 1) + body) == codes::bad_signature);
    const std::string later = std::to_string(now_ms + 1);
    CHECK(refusal(key, replaced(body, std::to_string(now_ms), later)) == codes::bad_signature);
  }

  TEST_CASE("a time within the window is taken, and none beyond it, whichever year it is of") {
    for (const std::int64_t apart : {std::int64_t{0}, limits::signature_ms_max, -limits::signature_ms_max}) {
      CHECK(request_signed_by(key, now_ms, signed_at(now_ms + apart)));
    }
    constexpr std::int64_t year_2090 = 3'786'912'000'000, ends = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t at_ms : {now_ms + limits::signature_ms_max + 1, now_ms - limits::signature_ms_max - 1,
                                     std::int64_t{0}, year_2090, ends, -ends}) {
      CAPTURE(at_ms);
      CHECK(refusal(key, signed_at(at_ms)) == codes::clock_apart);
    }
  }

  TEST_CASE("a recorded request is good for nothing once the window is over") {
    const std::string recorded = signed_at(now_ms);
    CHECK(refusal(key, recorded, now_ms + limits::signature_ms_max).empty());
    CHECK(refusal(key, recorded, now_ms + limits::signature_ms_max + 1) == codes::clock_apart);
  }

  TEST_CASE("the version is told before anything else, also of the first, which was not signed (PROTOCOL 8)") {
    const std::string body = signed_at(now_ms), spoken = "\"protocol\":" + std::to_string(protocol_version);
    CHECK(refusal(key, replaced(body, spoken, "\"protocol\":1")) == codes::protocol_too_old);
    CHECK(refusal(key, replaced(body, spoken, "\"protocol\":99")) == codes::protocol_too_new);
    const std::string first =
        "{\"boot\":\"b\",\"boot_ms\":1,\"kinds\":1,\"protocol\":1,\"studios\":[],\"wall_ms\":1}\n";
    CHECK(refusal(key, first) == codes::protocol_too_old);
    const std::string long_first = "{\"boot\":\"b\",\"boot_ms\":1,\"kinds\":1,\"protocol\":1,\"studios\":[" +
                                   std::string(1000, ' ') + "],\"wall_ms\":1}\n";
    CHECK(refusal(key, long_first) == codes::protocol_too_old);
  }

  TEST_CASE("what is no such request is refused by its first line alone") {
    const std::string endless(1 << 20, 'x');
    for (const std::string& body : {std::string(), std::string("\n"), std::string("{}\n"), std::string("[]\n"), endless,
                                    std::string("{\"protocol\":2}\n"), std::string("{\"protocol\":2,\"at_ms\":1}\n"),
                                    std::string("{\"protocol\":2,\"at_ms\":1,\"signature\":\"AA\"}\n")}) {
      const auto opened = request_signed_by(key, now_ms, body);
      REQUIRE_FALSE(opened);
      CHECK(opened.error().code == Errc::invalid_argument);
    }
  }
}

}  // namespace lianxin
