#include "schema/refusals.h"

#include <doctest/doctest.h>

#include <set>

#include "schema/text.h"
#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

constexpr Fate fates[] = {Fate::held, Fate::refused, Fate::unkept, Fate::untaken, Fate::saved};

bool says(const std::string& sentence, std::string_view words) { return sentence.find(words) != std::string::npos; }

TEST_SUITE("schema/refusals") {
  TEST_CASE("every code stands once, says what is wrong in both languages, and has at least one fate") {
    std::set<std::string_view> codes;
    for (const Sentence& each : all_sentences()) {
      CAPTURE(each.code);
      CHECK(codes.insert(each.code).second);
      CHECK(is_utf8(each.wrong.zh));
      CHECK_FALSE(each.wrong.zh.empty());
      CHECK_FALSE(each.wrong.en.empty());
      bool any = false;
      for (const Fate fate : fates) {
        CHECK(each.next(fate).zh.empty() == each.next(fate).en.empty());
        any |= !each.next(fate).zh.empty();
      }
      CHECK(any);
    }
  }

  TEST_CASE("what became of it is said once, by the fate alone") {
    for (const Sentence& each : all_sentences()) {
      CAPTURE(each.code);
      for (const Fate fate : fates) {
        const std::string zh = sentence_for(each.code, fate, "zh"), en = sentence_for(each.code, fate, "en");
        CHECK(says(zh, "内容已保存") == (fate == Fate::held || fate == Fate::saved));
        CHECK(says(zh, "暂未生效") == (fate == Fate::held));
        CHECK(says(zh, "没有保存；您填的都还在草稿里") == (fate == Fate::refused));
        CHECK(says(zh, "没有保存，也没能留作草稿") == (fate == Fate::unkept));
        CHECK(says(en, "no draft could be kept") == (fate == Fate::unkept));
        CHECK(says(zh, "还没有交上去的内容都在手机里") == (fate == Fate::untaken));
        CHECK(says(en, "kept as a draft") == (fate == Fate::refused));
        // No entry says it in words of its own: those would be untrue for another fate.
        for (const std::string_view own : {each.wrong.zh, each.next(fate).zh}) {
          CHECK(own.find("已保存") == std::string_view::npos);
          CHECK(own.find("没有丢") == std::string_view::npos);
        }
      }
    }
  }

  TEST_CASE("a code from a newer server still says what matters") {
    CHECK(says(sentence_for("never_heard_of", Fate::held, "zh"), "内容已保存，暂未生效"));
    CHECK(says(sentence_for("never_heard_of", Fate::refused, "en"), "Nothing was saved"));
  }

  TEST_CASE("a kind's own check speaks its own words, and says what became of it as every other") {
    const std::string zh = sentence_for("consent_missing", Fate::refused, "zh", "监护人没有同意");
    CHECK(zh.starts_with("监护人没有同意。"));
    CHECK(says(zh, "没有保存；您填的都还在草稿里"));
    CHECK(zh.ends_with("请改好，再保存或提交；审核时可以退回补正。"));
    CHECK(sentence_for("consent_missing", Fate::saved, "zh", "监护人没有同意").ends_with("请核对。"));
  }

  TEST_CASE("what is refused is put right by whoever reads it, at a phone, at a desk and in review") {
    CHECK(says(sentence_for(refusals::incomplete, Fate::refused, "zh"), "再保存或提交；审核时可以退回补正"));
    for (const char* language : {"zh", "en"}) {
      // A coordinator reads it too.
      CHECK_FALSE(says(sentence_for(refusals::step_not_allowed, Fate::refused, language), "告诉协调员"));
      CHECK_FALSE(says(sentence_for(refusals::step_not_allowed, Fate::refused, language), "tell the coordinator"));
      CHECK_FALSE(says(sentence_for(refusals::step_not_allowed, Fate::refused, language), "ask the coordinator"));
    }
  }

  TEST_CASE("no check of a kind takes the code of another sentence") {
    for (const auto& [name, kind] : shipped_catalog().kinds) {
      for (const Check& check : kind.checks) {
        for (const Sentence& each : all_sentences()) CHECK_MESSAGE(check.code != each.code, name << " " << check.code);
      }
    }
  }
}

}  // namespace
}  // namespace lianxin
