#include "schema/warnings.h"

#include <doctest/doctest.h>

#include "schema/refusals.h"
#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

std::vector<std::string> codes(const std::vector<Warning>& warnings) {
  std::vector<std::string> all;
  for (const Warning& warning : warnings) all.push_back(warning.code);
  return all;
}

std::vector<std::string> about(const char* kind, const char* field, const Value& value) {
  return codes(warnings_of(*shipped_catalog().kind(kind), field, value));
}

std::vector<std::string> in_notes(const char* text) { return about("outreach_visit", "notes_text", text); }

using Codes = std::vector<std::string>;

// Numbers of the right shape that nobody has: region 99 is not given out, and 19912345678 is made up here.
TEST_SUITE("schema/warnings") {
  TEST_CASE("an ID number in free text is noticed") {
    CHECK(in_notes("身份证990121196505120019，请查") == Codes{"id_number_in_text"});
    CHECK(in_notes("99012119650512001X") == Codes{"id_number_in_text"});
    CHECK(in_notes("９９０１２１１９６５０５１２００１９") == Codes{"id_number_in_text"});
  }

  TEST_CASE("a mobile number in free text is noticed however it is grouped") {
    CHECK(in_notes("电话19912345678。") == Codes{"phone_in_text"});
    CHECK(in_notes("199 1234 5678") == Codes{"phone_in_text"});
    CHECK(in_notes("199-1234-5678 或 19912345679") == Codes{"phone_in_text"});
  }

  TEST_CASE("a bank card in free text is noticed by its check digit") {
    CHECK(in_notes("卡号 6200 0000 0000 0005") == Codes{"bank_card_in_text"});
    CHECK(in_notes("6200000000000006").empty());
  }

  TEST_CASE("days and region codes and amounts are no such numbers") {
    CHECK(in_notes("2026-05-12 18:05，990121100201，走访18户，补助3000元").empty());
    CHECK(in_notes("").empty());
  }

  TEST_CASE("a number in the field it belongs to is no warning") {
    CHECK(about("household", "contact_phone", "19912345678").empty());
    CHECK(about("household", "head_name", "19912345678") == Codes{"phone_in_text"});
  }

  TEST_CASE("entries and attributes and objects are looked into") {
    CHECK(about("concern", "progress_log", Value::Object{{"text", "回电19912345678"}}) == Codes{"phone_in_text"});
    CHECK(about("micro_consultation", "agreed_actions/k/text", "19912345678") == Codes{"phone_in_text"});
    CHECK(about("outreach_visit", "interviewee", Value::Object{{"alias", "19912345678"}}) == Codes{"phone_in_text"});
  }

  TEST_CASE("more than a million yuan is looked at twice") {
    CHECK(about("outreach_visit", "benefit_fen", 28000000).empty());
    CHECK(about("outreach_visit", "benefit_fen", 100000001) == Codes{"money_large"});
    CHECK(about("outreach_visit", "gifts/k/value_fen", 100000001) == Codes{"money_large"});
  }

  TEST_CASE("a number in the name of a list's entry is noticed") {
    CHECK(about("micro_consultation", "participants/19912345678", {}) == Codes{"phone_in_text"});
    CHECK(about("clinic_visit", "doctors/k/cert_no", "199123456789012").empty());
  }
}

}  // namespace
}  // namespace lianxin
