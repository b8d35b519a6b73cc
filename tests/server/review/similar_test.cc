#include "server/review/similar.h"

#include <doctest/doctest.h>

#include "schema/day.h"
#include "server/reports/numbers.h"
#include "server/review/csv.h"
#include "server/review/join.h"
#include "server/review/words.h"

using namespace lianxin;
using namespace lianxin::server;

TEST_SUITE("server/review/similar") {
  // One afternoon, written down by two conveners of one studio.
  Likeness crossing() {
    Likeness event;
    event.title = "彩石路口放学时段通行安全微协商";
    event.category = "交通设施/道路安全";
    event.region = "990121100001";
    event.day = day_number("2026-05-12");
    event.start = "15:00";
    event.end = "16:40";
    event.people = {"郝商量", "米小满", "甄有理", "路长安", "钱串串", "孙大圣"};
    return event;
  }

  TEST_CASE("one event written down twice scores 0.78 and is suggested for joining") {
    Likeness school = crossing();
    school.title = "柳湾小学门口交通安全协商会";
    school.end = "16:45";
    school.people = {"郝商量", "米小满", "甄有理", "钱串串", "李逢春"};
    const Score score = score_of(crossing(), school);
    CHECK(score_text(score) == "0.78");
    CHECK(score >= suggest_from);
    CHECK(same_block(crossing(), school));
    CHECK(score_of(school, crossing()) == score);
  }

  TEST_CASE("one street lamp reported by two people scores 0.62") {
    Likeness first;
    first.form = Likeness::Form::concern;
    first.title = "上柳湾村三组路灯不亮";
    first.category = "市政/路灯";
    first.region = "990121100201";
    first.day = day_number("2026-05-20");
    Likeness second = first;
    second.title = "三组路灯坏了没人修";
    second.day = day_number("2026-05-19");
    CHECK(score_text(score_of(first, second)) == "0.62");
    CHECK(score_of(first, second) >= suggest_from);
  }

  TEST_CASE("the same place and category and day alone are only related") {
    Likeness other = crossing();
    other.title = "春季植树动员";
    other.people = {"王结实"};
    other.start = other.end = "";
    const Score score = score_of(crossing(), other);
    CHECK(score < suggest_from);
    CHECK(score >= related_from);
  }

  TEST_CASE("records of two counties are never compared") {
    Likeness far = crossing();
    far.region = "990221100001";
    CHECK_FALSE(same_block(crossing(), far));
  }

  TEST_CASE("larger counts first within its own component and sums what is left") {
    const auto id = [](std::uint8_t n) {
      RecordId made;
      made.bytes[15] = n;
      return made;
    };
    const std::vector<RecordId> records{id(1), id(2), id(3), id(4)};
    const std::vector<std::int64_t> counts{37, 28, 10, 5};
    const JoinEdge twice{id(1), id(2), false, {}}, part{id(2), id(3), true, {}};
    CHECK(combined_count(records, {}, counts) == 80);
    CHECK(combined_count(records, std::vector{twice}, counts) == 52);
    CHECK(combined_count(records, std::vector{twice, part}, counts) == 52);
    // The middle one may be missing: what it held together stays together.
    const std::vector<RecordId> ends{id(1), id(3)};
    const std::vector<std::int64_t> two{37, 10};
    CHECK(combined_count(ends, std::vector{JoinEdge{id(1), id(2), false, {}}, JoinEdge{id(2), id(3), false, {}}},
                         two) == 37);
  }

  TEST_CASE("quotients round halves up and nothing is divided by nothing") {
    CHECK(wan_yuan_text(5'420'000) == "5.42");
    CHECK(wan_yuan_text(5'425'000) == "5.43");
    CHECK(quotient_text(5'420'000, 169'700, 2) == "31.94");
    CHECK(quotient_text(1, 0, 2) == "—");
    CHECK(quotient_text(-5, 1000, 2) == "-0.01");
    CHECK(quotient_text(-1, 1000, 2) == "0.00");
    CHECK(yuan_text(1280) == "12.80");
    CHECK(yuan_text(-5) == "-0.05");
  }

  TEST_CASE("a cell of a table runs nothing and breaks no row") {
    CHECK(csv_cell("平常的话") == "平常的话");
    CHECK(csv_cell("a,b") == "\"a,b\"");
    CHECK(csv_cell("他说\"好\"") == "\"他说\"\"好\"\"\"");
    CHECK(csv_cell("两\r\n行") == "\"两\r\n行\"");
    CHECK(csv_cell("=cmd|'/c calc'!A1") == "\"'=cmd|'/c calc'!A1\"");
    CHECK(csv_cell("@SUM(1)") == "\"'@SUM(1)\"");
    CHECK(csv_cell("\t=1") == "\"'\t=1\"");
    CHECK(csv_cell("-2") == "-2");
    CHECK(csv_cell("-2+3") == "\"'-2+3\"");
    CHECK(csv_cell("+86") == "\"'+86\"");
  }
}
