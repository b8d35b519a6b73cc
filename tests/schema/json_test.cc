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

  std::string why(std::string_view text) {
    const auto read = parse_json(text);
    return read ? "" : read.error().message;
  }

  TEST_CASE("what is wrong is said with its line and column and what was expected, and nothing of the text") {
    CHECK(why("{\n \"村\": \"上柳湾\" 秘密}") == "not JSON: invalid literal, expected ',' or '}': line 2, column 13");
    CHECK(why("{\"a\": 1 \"secret\": 2}")
              .starts_with("not JSON: unexpected string literal, expected ',' or '}': line 1, column "));
    CHECK(why("[1,\n2").starts_with("not JSON: unexpected end of input, expected ',' or ']': line 2, column "));
    CHECK(why("{'a': 1}").find("line 1, column 2") != std::string::npos);
    CHECK(why("code,name\n") == "not JSON: invalid literal: line 1, column 1");
    CHECK(why("{\"a\": 1,\n \"a\": 2}") == "a name stands twice in one object: line 2, column 4");
    CHECK(why("{\"a; expected 'x'\": secret; expected '}'").find("secret") == std::string::npos);
    CHECK(why("[1,\n 18446744073709551615]").find("line 2") != std::string::npos);
  }

  TEST_CASE("another encoding than UTF-8 is named") {
    CHECK(parse_json("\xEF\xBB\xBF{\"a\": 1}"));
    CHECK(why("{\"a\": \"\xC9\xCF\xC1\xF8\xCD\xE5\xB4\xE5\"}") ==
          "encoded as GBK or GB18030, it seems; JSON is UTF-8: line 1, column 8");
    CHECK(why("{\"a\": \"\x82\x35\x87\x32\"}").find("GB18030") != std::string::npos);
    CHECK(why("{\"a\": \"caf\xE9\"}") == "not UTF-8: line 1, column 11");
    for (const std::string_view wide :
         {"\xFF\xFE{\0}\0"sv, "\xFE\xFF\0{\0}"sv, "{\0}\0"sv, "\0{\0}"sv, "\xFF\xFE{\0\x0A\x4E"sv}) {
      CHECK(why(wide) == "encoded as UTF-16; JSON is UTF-8");
    }
    CHECK(why("{\0\0\0}\0\0\0"sv) == "encoded as UTF-32; JSON is UTF-8");
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
