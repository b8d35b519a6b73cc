#include "client-sdk/demo/terminal.h"

#include <doctest/doctest.h>

#include "client-sdk/demo/checks.h"

namespace lianxin::demo {

TEST_SUITE("demo/terminal") {
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

  TEST_CASE("a terminal gives a Chinese character two columns, and a text is cut between characters") {
    CHECK(display_width("彩石AB") == 6);
    CHECK(display_width("（）") == 4);
    CHECK(display_width("𬭎") == 2);
    CHECK(cut_to_width("彩石路口", 8) == "彩石路口");
    CHECK(cut_to_width("彩石路口", 7) == "彩石路…");
    CHECK(cut_to_width("彩石路口", 6) == "彩石…");
    CHECK(cut_to_width("彩石", 0).empty());
    CHECK(cut_to_width("彩石", 1) == "…");
  }

  TEST_CASE("thousands are set apart, also below zero") {
    CHECK(grouped(999) == "999");
    CHECK(grouped(5'420'000) == "5,420,000");
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
