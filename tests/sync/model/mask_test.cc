#include "sync/model/mask.h"

#include <doctest/doctest.h>

#include "sync/model/policy.h"
#include "sync/model/scrub.h"
#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

std::string text(const char* words, const Names& names = {}) { return *scrubbed(words, names).value.text(); }

Masked of_field(const char* kind, const char* field, const Value& value, Audience audience = Audience::review,
                const Names& names = {}) {
  const Catalog& catalog = shipped_catalog();
  return masked(*catalog.field(kind, field), sensitivity_of(catalog, kind, field), value, audience, names);
}

TEST_SUITE("sync/model/mask") {
  TEST_CASE("a phone number is taken out of a text however it is written") {
    for (const char* phone :
         {"13800138000", "138 0013 8000", "138-0013-8000", "１３８００１３８０００", "+8613800138000",
          "+86 138 0013 8000", "0086-13800138000", "86１３８　００１３　８０００", "138.0013.8000", "0914-4321234"}) {
      CAPTURE(phone);
      CHECK_FALSE(is_clean(phone));
      const std::string around = text((std::string("请打") + phone + "联系").c_str());
      CHECK(around.starts_with("请打"));
      CHECK(around.ends_with("联系"));
      CHECK(around.find("8000") == std::string::npos);
      CHECK(around.find("８０００") == std::string::npos);
    }
    CHECK(text("2026-05-12 13800138000 来电") == "2026-05-12 ［已隐去］ 来电");
  }
  TEST_CASE("identity numbers, bank cards and plates are taken out") {
    for (const char* number :
         {"612526198001011234", "61252619800101123X", "61252619800101123x", "６１２５２６１９８００１０１１２３Ｘ",
          "612526 19800101 1234", "6222 0212 3456 7894 005", "4111111111111111", "陕H12345", "陕Ｈ·D12345", "京AF12345",
          "沪A1234学"}) {
      CAPTURE(number);
      CHECK(text((std::string("号码") + number + "。").c_str()) == "号码［已隐去］。");
    }
  }
  TEST_CASE("numbers of nobody stay") {
    for (const char* words :
         {"走访 37 户 128 人次", "2026年11月18日", "2026-11-18 14:30", "收支 1234567.89 元", "统计代码 990121100201",
          "4111111111111112", "第 20261118001 号文", "陕南A区", "G210 国道 K1385"}) {
      CAPTURE(words);
      CHECK(is_clean(words));
    }
  }
  TEST_CASE("names that are known are masked in a text, and what was taken out is told") {
    CHECK(text("郝商量说米小满家漏雨", {"郝商量", "米小满", "家"}) == "郝*量说米*满家漏雨");
    CHECK(scrubbed("郝商量", {"郝商量"}).altered);
    CHECK_FALSE(scrubbed("路灯不亮", {"郝商量"}).altered);
  }
  TEST_CASE("a name leaves its first and last sign, and less of it further out") {
    CHECK(masked_name("郝商量", Audience::review) == "郝*量");
    CHECK(masked_name("郝量", Audience::review) == "郝*");
    CHECK(masked_name("欧阳商量", Audience::review) == "欧**量");
    CHECK(masked_name("𬭎", Audience::review) == "*");
    CHECK(masked_name("郝商量", Audience::print) == "郝商量");
    CHECK(masked_name("郝商量", Audience::exchange) == "郝**");
    CHECK(masked_name("郝商量", Audience::publish) == "郝某");
    CHECK(masked_phone("１３８-0000 0001", Audience::review) == "138****0001");
    CHECK(masked_phone("13800000001", Audience::print) == "*******0001");
    CHECK(masked_phone("13800000001", Audience::publish) == "＊");
    CHECK(masked_address("溪禾县柳湾镇上柳湾村三组12号", Audience::review) == "溪禾县柳湾镇上柳湾村");
    CHECK(masked_address("溪禾县柳湾镇上柳湾村三组12号", Audience::print) == "溪禾县柳湾镇上柳湾村三组");
    CHECK(masked_address("溪禾县柳湾镇上柳湾村三组12号", Audience::publish) == "溪禾县柳湾镇");
    CHECK(masked_address("12号院", Audience::review) == "＊");
  }
  TEST_CASE("a field is masked by what it is") {
    CHECK(of_field("resident", "name", "郝商量").value == Value("郝*量"));
    CHECK(of_field("resident", "contact_phone", "13800000001").value == Value("138****0001"));
    CHECK(of_field("outreach_visit", "visitors", Value::List{"郝商量"}).value == Value(Value::List{"郝*量"}));
    const Value point = Value::Object{{"lat", "33.674412"}, {"lon", "109.114412"}, {"coord_sys", "WGS84"}};
    CHECK(of_field("outreach_visit", "geo_point", point).value.text_at("lat") == "33.67");
    CHECK(of_field("outreach_visit", "geo_point", point, Audience::print).value.text_at("lon") == "109.114");
    CHECK(of_field("outreach_visit", "geo_point", point, Audience::publish).value == Value("＊"));
    CHECK(of_field("household", "household_tags", Value::List{"low_income"}).value == Value("＊"));
    CHECK(of_field("resident", "age_band", "60-64").value == Value("60-64"));
    CHECK(of_field("resident", "age_band", "60-64", Audience::publish).value == Value("＊"));
    CHECK(of_field("clinic_encounter", "sbp_mmhg", std::int64_t{180}).value == Value("＊"));
    CHECK(of_field("concern", "description", "郝商量家").value == Value("＊"));
    CHECK(of_field("concern", "outcome_text", "已回访 13800138000").value == Value("已回访 ［已隐去］"));
    CHECK(of_field("concern", "progress_log", Value::List{Value::Object{{"text", "找郝商量"}}}, Audience::review,
                   {"郝商量"})
              .value == Value(Value::List{Value::Object{{"text", "找郝*量"}}}));
    CHECK_FALSE(of_field("concern", "outcome_text", "已修好").altered);
  }
}

}  // namespace
}  // namespace lianxin
