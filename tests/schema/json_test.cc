#include "schema/json.h"

#include <doctest/doctest.h>

#include "schema/bytes.h"

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
}

}  // namespace
}  // namespace lianxin
