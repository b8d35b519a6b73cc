#include <algorithm>
#include <map>
#include <set>

#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

const ConflictView* conflict_at(const RecordView& view, const std::string& address) {
  for (const ConflictView& conflict : view.conflicts) {
    if (conflict.address == address) return &conflict;
  }
  return nullptr;
}

}  // namespace

TEST_SUITE("client-sdk/phone/view") {
  TEST_CASE("the view is the row and what waits above it") {
    TwoPhones phones("row-and-waiting");
    const std::string record = phones.a.make(R"({"title":"路灯","headcount_total":10})");
    phones.a.sync();
    phones.a.edit(record, R"({"headcount_total":5,"place_text":"村口"})");
    CHECK(phones.a.shown(record, "title") == "路灯");
    CHECK(phones.a.shown(record, "place_text") == "村口");
    CHECK(phones.a.shown(record, "headcount_total") == "15");
    CHECK(phones.a.view(record).waiting_changes == 1);
  }

  TEST_CASE("nothing is counted twice before and after a sync or a lost reply") {
    TwoPhones phones("counted-once");
    const std::string record = phones.a.make(R"({"headcount_total":10})");
    phones.a.edit(record, R"({"headcount_total":3})");
    CHECK(phones.a.shown(record, "headcount_total") == "13");
    phones.server.fates = {FakeServer::Fate::lost_after};
    CHECK(!phones.a.try_sync());
    CHECK(phones.a.shown(record, "headcount_total") == "13");
    phones.a.sync();
    CHECK(phones.a.shown(record, "headcount_total") == "13");
    phones.b.sync();
    CHECK(phones.b.shown(record, "headcount_total") == "13");
  }

  TEST_CASE("a pull between form-open and save hides no conflict (PROTOCOL 3.3)") {
    TwoPhones phones("form-open");
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    phones.b.sync();
    Form form = must(phones.b.phone->begin_edit(record));
    phones.a.edit(record, R"({"title":"路灯和井盖"})");
    phones.a.sync();
    phones.b.sync();  // the other's title arrives while the form is open
    must(form.set("title", "路灯坏了"));
    must(form.commit());
    const RecordView view = phones.b.view(record);
    REQUIRE(conflict_at(view, "title") != nullptr);
    CHECK(conflict_at(view, "title")->sides.size() == 2);
    phones.b.sync();
    phones.a.sync();
    CHECK(conflict_at(phones.a.view(record), "title") != nullptr);
  }

  TEST_CASE("an ordinary edit after a pull raises no conflict whatever the clocks say") {
    TwoPhones phones("slow-clock");
    phones.b.clock.offset_ms = -3 * 24 * 3600 * 1000LL;
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    phones.b.sync();
    phones.b.edit(record, R"({"title":"路灯修好了"})");
    CHECK(phones.b.shown(record, "title") == "路灯修好了");
    phones.b.sync();
    phones.a.sync();
    CHECK(phones.a.shown(record, "title") == "路灯修好了");
    CHECK(phones.a.view(record).conflicts.empty());
  }

  TEST_CASE("of two forms open side by side the one saved later is shown whatever the clock says") {
    TwoPhones phones("slow-clock-two-forms");
    phones.b.clock.offset_ms = -3 * 24 * 3600 * 1000LL;
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    phones.b.sync();
    phones.b.edit(record, R"({"title":"路灯坏了"})");
    Form unaware = must(phones.b.phone->begin_edit(record));
    must(unaware.set("title", "路灯和井盖"));
    Form first = must(phones.b.phone->begin_edit(record));
    must(first.set("title", "路灯修好了"));
    must(first.commit());  // shown after two writes that carry the other phone's clock
    must(unaware.commit());
    CHECK(phones.b.shown(record, "title") == "路灯和井盖");
    phones.b.sync();
    phones.a.sync();
    CHECK(phones.a.shown(record, "title") == "路灯和井盖");
    CHECK(conflict_at(phones.a.view(record), "title") != nullptr);
  }

  TEST_CASE("a resolution ends the conflict everywhere") {
    TwoPhones phones("resolve");
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    phones.b.sync();
    phones.a.edit(record, R"({"title":"甲"})");
    phones.b.edit(record, R"({"title":"乙"})");
    phones.a.sync();
    phones.b.sync();
    phones.a.sync();
    REQUIRE(conflict_at(phones.a.view(record), "title") != nullptr);
    CHECK(must(phones.a.phone->inbox()).size() == 1);
    must(phones.a.phone->resolve(record, "title", "甲和乙"));
    CHECK(phones.a.view(record).conflicts.empty());
    phones.a.sync();
    phones.b.sync();
    CHECK(phones.b.shown(record, "title") == "甲和乙");
    CHECK(phones.b.view(record).conflicts.empty());
    CHECK(must(phones.b.phone->inbox()).empty());
    CHECK(!phones.b.phone->resolve(record, "title", "丙"));
  }

  TEST_CASE("a removed element goes with its attributes and what the remover did not see stays") {
    TwoPhones phones("set");
    const std::string record = phones.a.make(R"({"participants":{"张三":{"unit":"村委会"},"李四":{}}})");
    phones.a.sync();
    phones.b.sync();
    phones.a.edit(record, R"({"participants":{"张三":null,"李四":null}})");
    phones.b.edit(record, R"({"participants":{"李四":{"unit":"镇医院"}}})");
    phones.a.sync();
    phones.b.sync();
    phones.a.sync();
    const RecordView view = phones.a.view(record);
    REQUIRE(view.field("participants") != nullptr);
    REQUIRE(view.field("participants")->elements.size() == 1);
    CHECK(view.field("participants")->elements.front().key == "李四");
  }

  TEST_CASE("a deleted record leaves the list and its tombstone stays") {
    TwoPhones phones("delete");
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    phones.b.sync();
    CHECK(!phones.b.phone->remove_record(record, ""));  // a delete owes a reason
    must(phones.b.phone->remove_record(record, "重复"));
    phones.b.sync();
    phones.a.sync();
    CHECK(must(phones.a.phone->list()).items.empty());
    CHECK(phones.a.view(record).deleted);
  }

  TEST_CASE("a verdict reaches its author with the reason and the marked fields") {
    TwoPhones phones("returned");
    const std::string record = phones.a.make(whole_consultation);
    phones.a.edit(record, R"({"_review":"submitted"})");
    phones.a.sync();
    const Row row = phones.server.row(record);
    const Head submitted = row.cells.at("_review").heads.front();
    Write verdict;
    verdict.at = {"_review", {}, {}};
    verdict.op = Op::step;
    verdict.from = "submitted";
    verdict.value = "returned";
    verdict.bases = {submitted.id};
    Write marks;
    marks.at = {"_marks", {}, {}};
    marks.value = Value::List{"title"};
    const Status decided = phones.server.desk(row.record, "micro_consultation", {verdict, marks}, "议题写清楚");
    REQUIRE(decided.has_value());
    CHECK(phones.a.sync().rows == 1);
    const auto inbox = must(phones.a.phone->inbox());
    REQUIRE(inbox.size() == 1);
    CHECK(inbox.front().kind == InboxKind::returned);
    CHECK(inbox.front().reason == "议题写清楚");
    CHECK(inbox.front().marked == std::vector<std::string>{"title"});
    phones.a.edit(record, R"({"title":"彩石路口路灯","_review":"submitted"})");
    CHECK(must(phones.a.phone->inbox()).empty());
  }

  TEST_CASE("a search finds a two-character word inside running text") {
    TwoPhones phones("search");
    const std::string record = phones.a.make(R"({"title":"彩石路口的路灯坏了三天"})");
    CHECK(must(phones.a.phone->find("路灯")).front().id == record);
    CHECK(must(phones.a.phone->find("井盖")).empty());
    phones.a.sync();
    phones.b.sync();
    CHECK(must(phones.b.phone->find("路灯")).size() == 1);
  }

  TEST_CASE("pages of a list hold every record once") {
    TwoPhones phones("list");
    for (int i = 0; i < 7; ++i) phones.a.make("{\"title\":\"第" + std::to_string(i) + "次\"}");
    ListOptions options;
    options.limit = 3;
    std::set<std::string> seen;
    std::size_t listed = 0;
    do {
      const ListPageView page = must(phones.a.phone->list(options));
      for (const ListItem& item : page.items) seen.insert(item.id);
      listed += page.items.size();
      options.after = page.next;
    } while (!options.after.empty());
    CHECK(listed == 7);
    CHECK(seen.size() == 7);
  }

  TEST_CASE("what somebody wrote about a record is shown with it, and its text in a list") {
    TwoPhones phones("comments");
    const std::string record = phones.a.make(R"({"title":"路灯"})"), other = phones.a.make(R"({"title":"井盖"})");
    phones.a.sync();
    RecordId comment;
    comment.bytes[0] = 0x51;
    REQUIRE(phones.server.desk(
        comment, "comment",
        {{{"target_id", {}, {}}, Op::put, record, {}, {}, {}}, {{"text", {}, {}}, Op::put, "请写清结果", {}, {}, {}}}));
    phones.a.sync();
    const RecordView view = phones.a.view(record);
    REQUIRE(view.comments.size() == 1);
    CHECK(view.comments.front().text == "请写清结果");
    CHECK(view.comments.front().created_ms > 0);
    CHECK(view.to_json().find("请写清结果") != std::string::npos);
    CHECK(phones.a.view(other).comments.empty());
    ListOptions comments;
    comments.kind = "comment";
    CHECK(must(phones.a.phone->list(comments)).items.front().title == "请写清结果");
  }

  TEST_CASE("a list of a kind that there is not is refused, and not empty") {
    TwoPhones phones("no-kind");
    ListOptions options;
    options.kind = "nosuch";
    const auto listed = phones.a.phone->list(options);
    REQUIRE_FALSE(listed);
    CHECK(listed.problem().code == "kind_unknown");
  }

  TEST_CASE("what a form needs is in the kinds: what is owed, bounds, parts, writers and steps") {
    TwoPhones phones("kind-infos");
    std::map<std::string, FieldInfo> fields;
    for (const KindInfo& kind : must(phones.a.phone->kinds())) {
      for (const FieldInfo& field : kind.fields) fields[kind.name + "." + field.name] = field;
    }
    CHECK(fields["micro_consultation.title"].required);
    CHECK(fields["micro_consultation.title"].length_max == 50);
    CHECK(fields["outreach_visit.household_id"].required_when == "visit_kind");
    CHECK(fields["outreach_visit.household_id"].required_in == std::vector<std::string>{"household", "condolence"});
    CHECK(fields["concern.assigned_unit"].required_or == "assigned_unit_id");
    CHECK(fields["concern.assigned_unit"].writers == std::vector<std::string>{"coordinator"});
    CHECK(fields["household.population"].max == 100);
    CHECK(fields["outreach_visit.persons_reached"].takes.zh == "整数，合计不小于 0");
    CHECK(fields["outreach_visit.persons_reached"].takes.en == "a whole number, together at least 0");
    const std::vector<AttributeInfo>& gifts = fields["outreach_visit.gifts"].parts;
    REQUIRE(gifts.size() == 5);
    CHECK(gifts[3].type == "money");
    CHECK(gifts[4].codes.size() > 3);
    const std::vector<StepInfo>& steps = fields["concern.state"].steps;
    const bool returned = std::any_of(steps.begin(), steps.end(), [](const StepInfo& step) {
      return step.from == "triaged" && step.to == "returned" && step.needs_reason && step.conditional;
    });
    CHECK(returned);
  }
}

}  // namespace lianxin::client
