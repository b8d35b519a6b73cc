// Names in place of ids and codes, wherever something is shown.
#include <algorithm>
#include <set>

#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

const ElementView& element(const RecordView& view, const std::string& field, const std::string& key) {
  REQUIRE(view.field(field) != nullptr);
  for (const ElementView& each : view.field(field)->elements) {
    if (each.key == key) return each;
  }
  FAIL(field << " has no element " << key);
  static const ElementView none;
  return none;
}

std::string part_label(const FieldView* field, const std::string& name) {
  REQUIRE(field != nullptr);
  for (const PartView& part : field->parts) {
    if (part.name == name) return part.label.zh;
  }
  return {};
}

}  // namespace

TEST_SUITE("client-sdk/phone/labels") {
  TEST_CASE("an element is named by its member, its code, or the first text among its parts") {
    TwoPhones phones("labels-elements");
    const std::string action = "6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10", unnamed = "6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e11";
    const std::string talk = phones.a.make("{\"title\":\"路灯\",\"participants\":{\"" + phones.li.text() +
                                           "\":{\"kind\":\"member\"},\"张三\":{}}," + "\"agreed_actions\":{\"" +
                                           action + "\":{\"responsible_unit\":\"水利局\",\"text\":\"修涵洞\"},\"" +
                                           unnamed + "\":{\"deadline_on\":\"2027-03-01\"}}}");
    const RecordView view = phones.a.view(talk);
    CHECK(view.created_by_label.zh == "李红");
    CHECK(element(view, "participants", phones.li.text()).key_label.zh == "李红");
    CHECK(element(view, "participants", phones.li.text()).value_labels.at("kind").zh == "委员");
    CHECK(element(view, "participants", "张三").key_label.zh.empty());
    CHECK(element(view, "agreed_actions", action).key_label.zh == "修涵洞");
    CHECK(element(view, "agreed_actions", action).labels.at("responsible_unit").zh == "责任单位");
    CHECK(element(view, "agreed_actions", unnamed).key_label.zh.empty());
  }

  TEST_CASE("items of a family of counters, parts of an object and a position stand one by one") {
    TwoPhones phones("labels-parts");
    const auto& item = KindSet::shipped().catalog.code_list("check_items")->codes.front();
    const std::string clinic = phones.a.make("{\"checks_count\":{\"" + item.code + "\":5}}", "clinic_visit");
    const RecordView counted = phones.a.view(clinic);
    CHECK(part_label(counted.field("checks_count"), item.code) == item.label_zh);
    CHECK(counted.field("checks_count")->parts.front().value == FieldValue(5));
    const std::string visit = phones.a.make(
        R"({"interviewee":{"name":"赵小六"},"geo_point":{"lat":"36.1","lon":"112.8","coord_sys":"WGS84"}})",
        "outreach_visit");
    const RecordView view = phones.a.view(visit);
    CHECK(part_label(view.field("interviewee"), "name") == "name");
    CHECK(part_label(view.field("geo_point"), "lat") == "纬度");
    CHECK(view.to_json().find("\"parts\"") != std::string::npos);
  }

  TEST_CASE("a code that an office added has the office's name for it") {
    TwoPhones phones("labels-added");
    REQUIRE(phones.server.desk(*RecordId::parse("6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10"), "code_list",
                               {{{"list", {}, {}}, Op::put, "policies", {}, {}, {}},
                                {{"code", {}, {}}, Op::put, "health-26", {}, {}, {}},
                                {{"label_zh", {}, {}}, Op::put, "医保新政", {}, {}, {}}}));
    phones.a.sync();
    const std::string visit = phones.a.make(R"({"policy_told":{"health-26":{}}})", "outreach_visit");
    CHECK(element(phones.a.view(visit), "policy_told", "health-26").key_label.zh == "医保新政");
    CHECK(must(phones.a.phone->name_of("health-26", "policies")).zh == "医保新政");
  }

  TEST_CASE("two conflicts about two people are told apart, in the view and in the inbox") {
    TwoPhones phones("labels-conflicts");
    const std::string talk = phones.a.make(R"({"title":"路灯","participants":["张三","李四"]})");
    phones.a.sync();
    phones.b.sync();
    phones.a.edit(talk, R"({"participants":{"张三":{"unit":"村委会"},"李四":{"unit":"村委会"}}})");
    phones.b.edit(talk, R"({"participants":{"张三":{"unit":"镇医院"},"李四":{"unit":"镇医院"}}})");
    phones.a.sync();
    phones.b.sync();
    phones.a.sync();
    std::set<std::string> labels;
    for (const ConflictView& conflict : phones.a.view(talk).conflicts) labels.insert(conflict.label.zh);
    CHECK(labels == std::set<std::string>{"参加人 · 张三 · 单位", "参加人 · 李四 · 单位"});
    labels.clear();
    for (const InboxItem& item : must(phones.a.phone->inbox())) {
      labels.insert(item.label.zh);
      CHECK(item.title == "路灯");
      CHECK(item.number == phones.a.view(talk).provisional_no);
    }
    CHECK(labels.size() == 2);
  }

  TEST_CASE("a held change tells its values by their names") {
    TwoPhones phones("labels-held");
    const std::string talk = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    phones.server.set_kinds(
        kinds_with("micro_consultation", R"("name": "remarks",)", R"("name": "remarks", "writers": ["coordinator"],)"));
    phones.a.edit(talk, "{\"remarks\":\"晴\",\"topic_class\":\"livelihood\",\"moderator_id\":\"" + phones.li.text() +
                            "\",\"participants\":[\"张三\"]}");
    phones.a.sync();
    const RecordView view = phones.a.view(talk);
    REQUIRE(view.held.size() == 1);
    const HeldView& held = view.held.front();
    CHECK(held.value_labels.at("moderator_id").zh == "李红");
    CHECK_FALSE(held.value_labels.at("topic_class").zh.empty());
    CHECK(held.value_labels.at("participants/张三").zh == "加上");
    CHECK(held.labels.at("participants/张三").zh == "参加人 · 张三");
    for (const char* part : {"\"labels\"", "\"value_labels\"", "\"label\""}) {
      CHECK(view.to_json().find(part) != std::string::npos);
    }
  }

  TEST_CASE("a list says where, by whom, what is missing and what was marked") {
    TwoPhones phones("labels-list");
    REQUIRE(phones.server.desk(*RecordId::parse("6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10"), "village",
                               {{{"region_code", {}, {}}, Op::put, "990121100201", {}, {}, {}},
                                {{"name", {}, {}}, Op::put, "上柳湾村", {}, {}, {}}}));
    const std::string talk = phones.a.make(whole_consultation);
    phones.a.edit(talk, R"({"_review":"submitted"})");
    const std::string lacking = phones.b.make(R"({"title":"井盖"})");
    phones.a.sync();
    phones.b.sync();
    Write verdict{{"_review", {}, {}}, Op::step, "returned", {}, {}, {}};
    verdict.from = "submitted";
    verdict.bases = {phones.server.row(talk).cells.at("_review").heads.front().id};
    Write marks{{"_marks", {}, {}}, Op::put, Value::List{"title"}, {}, {}, {}};
    REQUIRE(phones.server.desk(*RecordId::parse(talk), "micro_consultation", {verdict, marks}, "写清楚"));
    phones.a.sync();
    const ListPageView page = must(phones.a.phone->list());
    for (const ListItem& item : page.items) {
      if (item.kind == "village") continue;
      CAPTURE(item.title);
      CHECK(item.created_by_label.zh == (item.id == talk ? "李红" : ""));
      CHECK(item.missing.empty() == (item.id == talk));
      CHECK(item.missing.size() == item.missing_labels.size());
      CHECK(item.marked == (item.id == talk ? std::vector<std::string>{"title"} : std::vector<std::string>{}));
      if (item.id == talk) {
        CHECK(item.region_label.zh == "上柳湾村");
        CHECK(item.marked_labels.front().zh == "议题");
      } else {
        CHECK(item.id == lacking);
        CHECK(std::any_of(item.missing_labels.begin(), item.missing_labels.end(),
                          [](const Label& label) { return label.zh == "形式"; }));
      }
    }
    const RecordView view = phones.a.view(talk);
    REQUIRE(view.review.marked_labels.size() == 1);
    CHECK(view.review.marked_labels.front().zh == "议题");
    CHECK(phones.b.view(lacking).missing_labels.size() == phones.b.view(lacking).missing.size());
  }
}

}  // namespace lianxin::client
