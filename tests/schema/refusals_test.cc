#include "schema/refusals.h"

#include <doctest/doctest.h>

#include <set>

#include "schema/text.h"
#include "schema/validate.h"

namespace lianxin {
namespace {

TEST_SUITE("schema/refusals") {
  TEST_CASE("every code stands once and has both sentences") {
    std::set<std::string_view> codes;
    for (const auto sentences : {refusal_sentences(), warning_sentences()}) {
      for (const Sentence& each : sentences) {
        CAPTURE(each.code);
        CHECK(codes.insert(each.code).second);
        CHECK(is_utf8(each.zh));
        CHECK(sentence_for(each.code, "zh") == each.zh);
        CHECK(sentence_for(each.code, "en") == each.en);
      }
    }
  }

  TEST_CASE("every sentence says that what was entered is safe") {
    for (const auto sentences : {refusal_sentences(), warning_sentences()}) {
      for (const Sentence& each : sentences) {
        CAPTURE(each.code);
        const bool safe_zh =
            each.zh.find("已保存") != std::string_view::npos || each.zh.find("全部保存") != std::string_view::npos ||
            each.zh.find("都还在") != std::string_view::npos || each.zh.find("没有丢") != std::string_view::npos ||
            each.zh.find("什么也没有丢") != std::string_view::npos;
        CHECK(safe_zh);
      }
    }
  }

  TEST_CASE("a code from a newer server still says what matters") {
    CHECK(sentence_for("never_heard_of", "zh").find("没有丢失") != std::string_view::npos);
    CHECK(sentence_for("never_heard_of", "en").find("nothing is lost") != std::string_view::npos);
  }
}

}  // namespace
}  // namespace lianxin
