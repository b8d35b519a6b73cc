#include "client-sdk/demo/terminal.h"

#include <doctest/doctest.h>

#include "client-sdk/demo/checks.h"

namespace lianxin::demo {

TEST_SUITE("demo/terminal") {
  TEST_CASE("a Chinese character takes two columns, a Latin one takes one") {
    CHECK(columns_of("CV-01") == 5);
    CHECK(columns_of("义诊") == 4);
    CHECK(columns_of("义诊（上）") == 10);
    CHECK(columns_of("𬭎") == 2);
  }

  TEST_CASE("a text is cut between characters and never past its columns") {
    CHECK(cut("义诊", 4) == "义诊");
    CHECK(cut("义诊活动", 5) == "义诊…");
    CHECK(cut("义诊活动", 6) == "义诊…");
  }

  TEST_CASE("cells stand under each other, numbers to the right") {
    Table table({"名称", "人次"});
    table.add({"义诊", "1,697"});
    table.add({"OV", "5"});
    CHECK(table.text() ==
          "  名称   人次\n"
          "  ───────────\n"
          "  义诊  1,697\n"
          "  OV        5\n");
  }

  TEST_CASE("fen are printed as 万元 with two places, rounded half up") {
    CHECK(ten_thousand_yuan(5'420'000) == "5.42");
    CHECK(ten_thousand_yuan(5'425'000) == "5.43");
    CHECK(ten_thousand_yuan(0) == "0.00");
    CHECK(grouped(-1697) == "-1,697");
  }

  TEST_CASE("one broken promise is enough") {
    Checks checks;
    checks.that(true, "a");
    CHECK(checks.all());
    checks.equal(1, 2, "b");
    CHECK_FALSE(checks.all());
    CHECK(checks.text() == "  ✓ a\n  ✗ b（应为 2，实为 1）\n");
  }
}

}  // namespace lianxin::demo
