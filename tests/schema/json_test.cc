#include "schema/json.h"

#include <doctest/doctest.h>

#include "schema/bytes.h"
#include "schema/ids.h"

namespace lianxin {
namespace {

using namespace std::string_view_literals;

TEST_SUITE("schema/json") {
  TEST_CASE("nothing may stand behind a JSON text and least of all behind a zero byte") {
    CHECK(parse_json(" 2 \n"));
    for (const std::string_view bad : {"2 3"sv, "{} {}"sv, "2\0"sv, "2\0$\xFE"sv, "{\"a\":1}\0{\"a\":2}"sv, "\0"sv}) {
      CAPTURE(bad.size());
      const auto read = parse_json(bad);
      CHECK_FALSE(read);
      if (!read) CHECK(read.error().code == Errc::invalid_argument);
    }
    CHECK(parse_json("\"\\u0000\"") == Value("\0"sv));  // in a text it can stand, as an escape
  }
}

TEST_SUITE("schema/bytes") {
  TEST_CASE("bytes have one text as base64url") {
    CHECK(from_base64url("-w") == "\xFB");
    CHECK_FALSE(from_base64url("-0"));  // the same byte, with bits beyond it
    CHECK(from_base64url("AAA") == "\0\0"sv);
    CHECK_FALSE(from_base64url("AAB"));
  }

  TEST_CASE("hex is digits of either case and nothing is written where one is wrong") {
    for (int c = 0; c < 256; ++c) {
      CAPTURE(c);
      const std::string text = {static_cast<char>(c), '1'};
      Bytes<1> byte{7};
      const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      CHECK(from_hex(text, byte) == digit);
      CHECK(byte[0] == (digit ? std::stoi(text, nullptr, 16) : 7));
    }
  }
}

TEST_SUITE("schema/ids") {
  TEST_CASE("a UUID has its dashes where they belong and nowhere else") {
    const std::string text = "00112233-4455-6677-8899-aabbccddeeff";
    REQUIRE(uuid_bytes(text));
    CHECK(uuid_text(*uuid_bytes(text)) == text);
    for (std::size_t place = 0; place < text.size(); ++place) {
      CAPTURE(place);
      std::string wrong = text;
      wrong[place] = text[place] == '-' ? '0' : '-';
      CHECK_FALSE(uuid_bytes(wrong));
    }
    CHECK_FALSE(uuid_bytes(text + "0"));
    CHECK_FALSE(uuid_bytes(text.substr(1)));
  }
}

}  // namespace
}  // namespace lianxin
