#include "sync/model/united.h"

#include <doctest/doctest.h>

#include "tests/schema/kinds_folder.h"
#include "tests/sync/rules/played.h"

namespace lianxin {
namespace {

struct Three {
  Three() {
    for (std::uint8_t n = 1; n <= 3; ++n) {
      parts.emplace_back(shipped_catalog(), "concern", "state");
      parts.back().row.record = numbered<RecordId>(n);
    }
  }
  std::vector<const Row*> rows() const {
    std::vector<const Row*> rows;
    for (const Played& part : parts) rows.push_back(&part.row);
    return rows;
  }
  RecordId id(std::size_t part) const { return parts[part].row.record; }
  UnitedField field(std::string_view name) const {
    const std::vector<JoinEdge> chain{{id(0), id(1), true, {}}, {id(1), id(2), true, {}}};
    for (UnitedField& each : united(shipped_catalog(), rows(), chain)) {
      if (each.field->name == name) return each;
    }
    FAIL("no part shows " << name);
    return {};
  }
  std::vector<std::string> owed() const {
    std::vector<std::string> keys;
    for (const Owed& each : owed_to_each(shipped_catalog(), rows())) keys.push_back(each.key);
    return keys;
  }
  std::vector<Played> parts;
};

TEST_SUITE("sync/model/united") {
  TEST_CASE_FIXTURE(Three, "a register is the first part's that shows one, and the others' are told beside") {
    parts[1].fill("title", "路灯不亮");
    parts[2].fill("title", "灯坏了");
    const UnitedField title = field("title");
    CHECK(title.value == Value("路灯不亮"));
    CHECK(title.part == id(1));
    REQUIRE(title.others.size() == 1);
    CHECK(title.others.front().part == id(2));
  }

  TEST_CASE_FIXTURE(Three, "the worst urgency is shown, wherever it is") {
    parts[0].fill("urgency", "normal");
    parts[2].fill("urgency", "emergency");
    CHECK(field("urgency").value == Value("emergency"));
    CHECK(field("urgency").part == id(2));
  }

  TEST_CASE_FIXTURE(Three, "a set has the elements of all parts, each with what the first part says of it") {
    parts[0].fill("reporters/张三/name", "张三");
    parts[1].fill("reporters/张三/name", "老张");
    parts[2].fill("reporters/李四/name", "李四");
    const UnitedField reporters = field("reporters");
    REQUIRE(reporters.elements.size() == 2);
    const bool first = reporters.elements[0].key == "张三";
    const UnitedElement& zhang = reporters.elements[first ? 0 : 1];
    CHECK(zhang.parts == std::vector{id(0), id(1)});
    CHECK(zhang.attributes.at("name") == Value("张三"));
    CHECK(zhang.others.at("name").front().value == Value("老张"));
  }

  TEST_CASE_FIXTURE(Three, "who waits for an answer in any part is owed it once, until any part shows it") {
    parts[0].fill("reporters/张三/callback_wanted", false);
    parts[1].fill("reporters/张三/callback_wanted", true);
    parts[2].fill("reporters/张三/callback_wanted", true);
    parts[2].fill("reporters/李四/callback_wanted", false);
    CHECK(owed() == std::vector<std::string>{"张三"});
    parts[0].fill("reporters/张三/fed_back_on", "2026-09-20");
    CHECK(owed().empty());
  }

  TEST_CASE_FIXTURE(Three, "nothing is owed but by the workflows of the kind itself") {
    parts[0].fill("reporters/张三/callback_wanted", true);
    for (Played& part : parts) part.row.kind = "outreach_visit";
    CHECK(owed().empty());
  }
}

}  // namespace
}  // namespace lianxin
