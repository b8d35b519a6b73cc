#include "sync/wire/enrolment_uri.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sync/crypto/hash.h"

namespace lianxin {
namespace {

const EnrolmentUri whole{"https://lianxin.example:8640", {to_base64url(sha256("key"))}, "ABCD-EFGH-JKMN-PQRS"};

std::string refusal(std::string_view text) {
  const auto read = read_enrolment_uri(text);
  return read ? std::string() : read.error().message;
}

}  // namespace

TEST_SUITE("sync/wire/enrolment_uri") {
  TEST_CASE("what a QR code holds reads back, with pins and without, and blanks around it") {
    for (EnrolmentUri parts : {whole, EnrolmentUri{whole.address, {}, whole.code}}) {
      const auto uri = enrolment_uri(parts);
      REQUIRE(uri);
      CHECK(read_enrolment_uri(*uri) == parts);
      CHECK(read_enrolment_uri("\r\n " + *uri + " \n") == parts);
      CHECK(std::all_of(uri->begin(), uri->end(), [](char c) { return c > ' ' && c < 0x7F; }));
      CHECK(read_enrolment_uri(*uri + "&later=1") == parts);  // what a later version adds
    }
    CHECK(enrolment_uri(whole)->starts_with("lianxin:1?a=https://lianxin.example:8640&p="));
  }

  TEST_CASE("what is none of ours, of a newer version or not whole is told apart") {
    CHECK(refusal("") == "not_ours");
    CHECK(refusal("https://lianxin.example") == "not_ours");
    CHECK(refusal("lianxin:2?a=x&c=y") == "too_new");
    CHECK(refusal("lianxin:1") == "incomplete");
    CHECK(refusal("lianxin:1?") == "incomplete");
    CHECK(refusal("lianxin:1?a=https://x") == "incomplete");
    CHECK(refusal("lianxin:1?c=ABCD") == "incomplete");
    CHECK(refusal("lianxin:1?a=https://x&c=ABCD&p=short") == "incomplete");
    CHECK(refusal("lianxin:1?a=https://x&c=" + std::string(enrolment_uri_bytes_max, 'A')) == "not_ours");
    const std::string pin = "&p=" + whole.pins.front();
    CHECK(refusal("lianxin:1?a=https://x&c=ABCD" + pin + pin + pin + pin + pin) == "incomplete");
  }

  TEST_CASE("nothing that would read as another part is written into one") {
    EnrolmentUri parts = whole;
    parts.address = "https://x&c=OTHER";
    CHECK_FALSE(enrolment_uri(parts));
    parts = whole;
    parts.address = "https://" + std::string(enrolment_uri_bytes_max, 'x');
    CHECK(enrolment_uri(parts).error().code == Errc::out_of_range);
  }
}

}  // namespace lianxin
