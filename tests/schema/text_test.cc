#include "schema/text.h"

#include <doctest/doctest.h>

namespace lianxin {
namespace {

using Tokens = std::vector<std::string>;

TEST_SUITE("schema/text") {
  TEST_CASE("overlong forms and surrogates and cut characters are no UTF-8") {
    for (const char* good : {"", "a", "彩", "𬭎", "\xF4\x8F\xBF\xBF"}) CHECK(is_utf8(good));
    for (const char* bad :
         {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE5\xBD"}) {
      CHECK_FALSE(is_utf8(bad));
    }
  }

  TEST_CASE("characters are counted and not bytes") {
    CHECK(character_count("彩石路口 A1") == 7);
    CHECK(character_count("𬭎㛃") == 2);
    CHECK(character_count("\xFF\xFF") == 2);
  }

  TEST_CASE("a run of Chinese becomes its overlapping pairs") {
    CHECK(search_tokens("彩石路口") == Tokens{"彩石", "石路", "路口"});
    CHECK(search_tokens("路") == Tokens{"路"});
    CHECK(search_tokens("路，口") == Tokens{"路", "口"});
    CHECK(search_tokens("𬭎㛃") == Tokens{"𬭎㛃"});
  }

  TEST_CASE("Latin letters and digits become lower-case words") {
    CHECK(search_tokens("MC-01 Ｂ超2台") == Tokens{"mc", "01", "b", "超", "2", "台"});
    CHECK(search_tokens("990121-S03-微商-2026-0007") == Tokens{"990121", "s03", "微商", "2026", "0007"});
    CHECK(search_tokens(" \n").empty());
  }
}

}  // namespace
}  // namespace lianxin
