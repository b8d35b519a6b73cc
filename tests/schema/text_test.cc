#include "schema/text.h"

#include <doctest/doctest.h>

#include <algorithm>

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

  TEST_CASE("a run of Chinese becomes its overlapping pairs and its last character") {
    CHECK(search_tokens("彩石路口") == Tokens{"彩石", "石路", "路口", "口"});
    CHECK(search_tokens("路") == Tokens{"路"});
    CHECK(search_tokens("路，口") == Tokens{"路", "口"});
    CHECK(search_tokens("𬭎㛃") == Tokens{"𬭎㛃", "㛃"});
  }

  TEST_CASE("Latin letters and digits become lower-case words") {
    CHECK(search_tokens("MC-01 Ｂ超2台") == Tokens{"mc", "01", "b", "超", "2", "台"});
    CHECK(search_tokens("990121-S03-微商-2026-0007") == Tokens{"990121", "s03", "微商", "商", "2026", "0007"});
    CHECK(search_tokens(" \n").empty());
  }

  TEST_CASE("other scripts are cut into words at their own marks and at blanks") {
    CHECK(search_tokens("བསོད་ནམས།") == Tokens{"བསོད", "ནམས"});
    CHECK(search_tokens("ئابدۇللا، قاسىم") == Tokens{"ئابدۇللا", "قاسىم"});
    CHECK(search_tokens("Müller—José·1") == Tokens{"müller", "josé", "1"});
    CHECK(search_tokens("好😀！").size() == 1);
  }

  TEST_CASE("a text is cut before the character that does not fit whole") {
    const std::string text = "a路\xF0\xA0\xAE\xB7";
    const std::size_t ends[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 8};
    for (std::size_t bytes = 0; bytes < std::size(ends); ++bytes) {
      CAPTURE(bytes);
      CHECK(beginning_of(text, bytes) == text.substr(0, ends[bytes]));
    }
  }

  TEST_CASE("a typed word is found where it begins, goes on or ends in running text, and nowhere else") {
    const auto found = [](std::string_view text, std::string_view typed) {
      const std::vector<std::string> tokens = search_tokens(text);
      const auto phrases = search_phrases(typed);
      return std::all_of(phrases.begin(), phrases.end(),
                         [&](const auto& phrase) { return holds_phrase(tokens, phrase); });
    };
    const std::string text = "彩石路口路灯3组，MC-012 བསོད་ནམས";
    for (const char* typed :
         {"彩", "石路", "灯", "路口路灯", "路灯3组", "组", "3组", "口路灯 彩石", "路灯　3组", "MC-01", "mc", "བསོད་ནམས",
          "བསོ", "ནམས", "路灯。", "，", "ＭＣ-０１２", "路灯\u2003彩石", "路灯 ❤️"}) {
      CAPTURE(typed);
      CHECK(found(text, typed));
    }
    for (const char* typed : {"路石", "灯路", "灯3号", "c-01", "路灯 井盖", "13组", "彩路"}) {
      CAPTURE(typed);
      CHECK_FALSE(found(text, typed));
    }
  }
}

}  // namespace
}  // namespace lianxin
