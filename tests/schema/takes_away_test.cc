// Versions only add (KINDS.md 7).
#include "schema/takes_away.h"

#include <doctest/doctest.h>

#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

constexpr const char* title = R"({"name":"title","zh":"标题","en":"Title"})";
constexpr const char* colour = R"({"name":"colour","zh":"颜色","en":"Colour","type":"code","code_list":"colours"})";

std::string both() { return std::string(title) + "," + colour; }

TEST_SUITE("schema/takes_away") {
  TEST_CASE("a new field and another label or bound or writer or sensitivity are allowed") {
    const Catalog now = catalog_with(title);
    CHECK_FALSE(takes_away(now, catalog_with(both())));
    CHECK_FALSE(
        takes_away(now, catalog_with(R"({"name":"title","zh":"题目","en":"Topic","length_max":9,"sensitivity":"health",
                                                 "writers":["coordinator"],"index":true,"search":true})")));
  }

  TEST_CASE("a field or a kind taken away is named") {
    CHECK(takes_away(catalog_with(both()), catalog_with(title)) == "kind visit, field colour");
    CHECK(takes_away(catalog_with(title), Catalog{}) == "kind visit");
  }

  TEST_CASE("another type or way of merging is refused") {
    const Catalog now = catalog_with(title);
    for (const char* next :
         {R"({"name":"title","zh":"a","en":"a","type":"long_text"})",
          R"({"name":"title","zh":"a","en":"a","merge":"append"})", R"({"name":"title","zh":"a","en":"a","once":true})",
          R"({"name":"title","zh":"a","en":"a","quiet":true})",
          R"({"name":"title","zh":"a","en":"a","authority":["coordinator"]})",
          R"({"name":"title","zh":"a","en":"a","restrictive":"x"})"}) {
      CAPTURE(next);
      CHECK(takes_away(now, catalog_with(next)));
    }
  }

  TEST_CASE("a code or a step or a rank taken away is named") {
    const Catalog& now = shipped_catalog();
    Catalog next = now;
    next.code_lists.at("urgencies").codes.pop_back();
    CHECK(takes_away(now, next) == "code list urgencies, code emergency");
    next = now;
    next.ladders.at("review").steps.pop_back();
    CHECK(takes_away(now, next) == "ladder review, step township_checked -> submitted");
    next = now;
    next.ladders.at("review").rungs.back().rank = 9;
    CHECK(takes_away(now, next) == "ladder review, state archived");
    CHECK_FALSE(takes_away(now, now));
  }

  TEST_CASE("an attribute taken away is named") {
    Catalog next = shipped_catalog();
    for (Field& field : next.kinds.at("outreach_visit").fields) {
      if (field.name == "gifts") field.attributes.pop_back();
    }
    CHECK(takes_away(shipped_catalog(), next) == "kind outreach_visit, field gifts, attribute source");
  }
}

}  // namespace
}  // namespace lianxin
