#include <fstream>
#include <iterator>

#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

constexpr const char* visit = R"({"title":"彩石路口路灯","occurred_on":"2027-01-15","headcount_total":37,
  "participants":{"张三":{"name":"张三","unit":"村委会"}}})";

std::string bytes_of_file(const std::string& path) {
  std::string all;
  for (const char* end : {"", "-wal"}) {
    std::ifstream file(path + end, std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

}  // namespace

TEST_SUITE("client-sdk/phone/form") {
  TEST_CASE("what was committed is there when the file is opened again") {
    TwoPhones phones("durable");
    const std::string record = phones.a.make(visit);
    Phone again = phones.a.open_again();
    const RecordView view = must(again.record(record));
    REQUIRE(view.field("title") != nullptr);
    CHECK(view.field("title")->value == FieldValue("彩石路口路灯"));
    CHECK(view.waiting);
    CHECK(must(again.waiting()).size() == 1);
  }

  TEST_CASE("a form that one process opened is saved by another") {
    TwoPhones phones("two-processes");
    const std::string record = phones.a.make(visit);
    const std::string token = must(phones.a.phone->begin_edit(record)).token();
    Phone again = phones.a.open_again();
    Form form = must(again.form(token));
    must(form.set("title", "彩石路口红绿灯"));
    must(form.commit());
    CHECK(phones.a.shown(record, "title") == "彩石路口红绿灯");
    CHECK(must(again.drafts()).empty());
  }

  TEST_CASE("a draft that was kept is taken up again") {
    TwoPhones phones("draft");
    std::string token;
    {
      Form form = must(phones.a.phone->begin_new("micro_consultation"));
      must(form.set("title", "路灯"));
      must(form.count("headcount_total", 5));
      must(form.keep());
      token = form.token();
    }
    Form form = must(phones.a.phone->form(token));
    const std::string record = must(form.commit()).record;
    CHECK(phones.a.shown(record, "title") == "路灯");
    CHECK(phones.a.shown(record, "headcount_total") == "5");
  }

  TEST_CASE("a position is taken as instruments give it, rounded to six places") {
    TwoPhones phones("position");
    const std::tuple<const char*, const char*, const char*> given[] = {
        {"36.1000012", "112.8000034", R"({"coord_sys":"GCJ02","lat":"36.100001","lon":"112.800003"})"},
        {"\"36.10000123456789\"", "\"112.99999951\"", R"({"coord_sys":"GCJ02","lat":"36.100001","lon":"113"})"},
        {"3.61e1", "1.128e2", R"({"coord_sys":"GCJ02","lat":"36.1","lon":"112.8"})"},
        {"1e-7", "-0.0000006", R"({"coord_sys":"GCJ02","lat":"0","lon":"-0.000001"})"},
        {"36", "112.5", R"({"coord_sys":"GCJ02","lat":36,"lon":"112.5"})"}};
    for (const auto& [lat, lon, stored] : given) {
      const std::string record = phones.a.make(std::string("{\"geo_point\":{\"coord_sys\":\"GCJ02\",\"lat\":") + lat +
                                               ",\"lon\":" + lon + "}}");
      CHECK(phones.a.shown(record, "geo_point") == stored);
    }
  }

  TEST_CASE("what could not be placed is on disk with the rest before it is told") {
    TwoPhones phones("aside");
    std::string token;
    {
      Form form = must(phones.a.phone->begin_new("micro_consultation"));
      const auto filled = form.fill(R"({"title":"路灯","titel":"路灯"})");
      REQUIRE(!filled);
      CHECK(filled.problem().zh.find("还在草稿里") != std::string::npos);
      CHECK(filled.problem().draft == form.token());
      token = form.token();
    }
    Phone again = phones.a.open_again();
    const std::vector<DraftView> drafts = must(again.drafts());
    REQUIRE(drafts.size() == 1);
    CHECK(drafts.front().token == token);
    CHECK(drafts.front().entered.at("title") == FieldValue("路灯"));
    CHECK(drafts.front().entered.at("titel") == FieldValue("路灯"));
  }

  TEST_CASE("what is typed once more stands in place of what was typed, a count and entries too") {
    TwoPhones phones("again");
    Form form = must(phones.a.phone->begin_new("concern"));
    const char* whole = R"({"title":"路灯","progress_log":[{"text":"去看过"},{"text":"已报修"}]})";
    for (int i = 0; i < 3; ++i) must(form.fill(whole));
    Form visit = must(phones.a.phone->begin_new("outreach_visit"));
    for (int i = 0; i < 3; ++i) {
      must(visit.fill(R"({"notes_text":"路灯","persons_reached":3,"questionnaires":9223372036854775807})"));
    }
    must(visit.count("households_reached", 1));
    must(visit.count("households_reached", 1));  // two taps are two
    const std::string saved = must(visit.commit()).record;
    CHECK(phones.a.shown(saved, "persons_reached") == "3");
    CHECK(phones.a.shown(saved, "households_reached") == "2");
    must(form.keep());
    const std::vector<DraftView> drafts = must(phones.a.phone->drafts());
    REQUIRE(drafts.size() == 1);
    CHECK(drafts.front().entered.at("progress_log").to_json() == R"([{"text":"去看过"},{"text":"已报修"}])");
  }

  TEST_CASE("an element typed again as it is shown stands as it is shown") {
    TwoPhones phones("element-again");
    const std::string record = phones.a.make(R"({"participants":{"张三":{"name":"张三","unit":"交警队"}}})");
    const auto unit = [&] {
      return phones.a.view(record).field("participants")->elements.front().attributes.at("unit");
    };
    Form other = must(phones.a.phone->begin_edit(record));
    must(other.fill(R"({"participants":{"张三":{"unit":"供电所"}},"remarks":"雨"})"));
    must(other.fill(R"({"participants":{"张三":{"unit":"交警队"}}})"));
    must(other.commit());
    CHECK(unit() == FieldValue("交警队"));
    Form out = must(phones.a.phone->begin_edit(record));
    must(out.fill(R"({"participants":{"张三":null},"remarks":"晴"})"));
    must(out.fill(R"({"participants":{"张三":{"unit":"交警队"}}})"));
    must(out.commit());
    CHECK(unit() == FieldValue("交警队"));
    CHECK(phones.a.shown(record, "remarks") == "晴");
    Form reason = must(phones.a.phone->begin_edit(record));
    must(reason.fill(R"({"remarks":"阴","reason":"记错了"})"));
    must(reason.fill(R"({"reason":null})"));
    must(reason.keep());
    CHECK(must(phones.a.phone->drafts()).front().reason.empty());
  }

  TEST_CASE("a draft that can no longer be saved is not called right") {
    TwoPhones phones("unjudged");
    Form form = must(phones.a.phone->begin_new("comment"));
    static_cast<void>(
        form.fill(R"({"target_id":"26866b18-0865-421c-9318-8d0cfd515c9b","text":"看过了","visibility":"nosuch"})"));
    REQUIRE_FALSE(form.commit());
    must(form.leave_out("visibility"));
    must(form.keep());
    REQUIRE(must(phones.a.phone->inbox()).size() == 1);
    CHECK(must(phones.a.phone->inbox()).front().sentence.zh == "草稿已改好，可以保存。");
    phones.server.set_kinds(kinds_with("comment", R"("kind": "comment")", R"("kind": "remark")", 2));
    static_cast<void>(phones.a.try_sync());
    const auto saved = form.commit();
    REQUIRE_FALSE(saved);
    const std::vector<InboxItem> inbox = must(phones.a.phone->inbox());
    REQUIRE(inbox.size() == 1);
    CHECK(inbox.front().kind == InboxKind::draft);
    CHECK(inbox.front().code == saved.problem().code);
    CHECK(inbox.front().sentence.zh != "草稿已改好，可以保存。");
    CHECK(must(phones.a.phone->drafts()).front().entered.at("text") == FieldValue("看过了"));
  }

  TEST_CASE("text in another encoding is told as that, and leaves the form as it was") {
    TwoPhones phones("encoding");
    Form form = must(phones.a.phone->begin_new("outreach_visit"));
    must(form.set("notes_text", "路灯"));
    for (const char* text :
         {"{\"notes_text\":\"\xC2\xB7\xB5\xC6\"}", "{\"notes_text\":\"\xED\xA0\xBD\xED\xB8\x80\"}", "\xFF\xFE{\0"}) {
      const auto filled = form.fill(text);
      REQUIRE_FALSE(filled);
      CHECK(filled.problem().code == "text_malformed");
      CHECK(filled.problem().draft.empty());
      CHECK(filled.problem().zh.find("草稿") == std::string::npos);
    }
    CHECK(phones.a.shown(must(form.commit()).record, "notes_text") == "路灯");
  }

  TEST_CASE("a form commits once") {
    TwoPhones phones("once");
    Form form = must(phones.a.phone->begin_new("micro_consultation"));
    must(form.count("headcount_total", 5));
    must(form.commit());
    const auto second = form.commit();
    REQUIRE(!second);
    CHECK(second.problem().code == "form_unknown");
    CHECK(phones.a.status().here == 1);
  }

  TEST_CASE("what the rules refuse is not saved and the form stays open") {
    TwoPhones phones("refused");
    Form form = must(phones.a.phone->begin_new("micro_consultation"));
    must(form.set("title", FieldValue(std::int64_t{7})));
    const auto saved = form.commit();
    REQUIRE(!saved);
    CHECK(saved.problem().kind == ProblemKind::refused);
    CHECK(saved.problem().field == "title");
    CHECK(!saved.problem().zh.empty());
    CHECK(!saved.problem().en.empty());
    CHECK(phones.a.status().here == 0);
    must(form.set("title", "路灯"));
    must(form.commit());
    CHECK(phones.a.status().here == 1);
  }

  TEST_CASE("fields that no kind has are refused by name") {
    TwoPhones phones("unknown-field");
    Form form = must(phones.a.phone->begin_new("micro_consultation"));
    const auto filled = form.fill(R"({"title":"路灯","colour":"red"})");
    REQUIRE(!filled);
    CHECK(filled.problem().code == "field_unknown");
    CHECK(filled.problem().field == "colour");
    const auto saved = form.commit();
    REQUIRE(!saved);
    CHECK(saved.problem().code == "field_unknown");
    CHECK(phones.a.status().here == 0);
    // All of it is still there, and is left out by null.
    const std::vector<DraftView> drafts = must(phones.a.phone->drafts());
    REQUIRE(drafts.size() == 1);
    CHECK(drafts[0].token == saved.problem().draft);
    CHECK(drafts[0].entered.at("title") == FieldValue("路灯"));
    CHECK(drafts[0].entered.at("colour") == FieldValue("red"));
    must(form.fill(R"({"colour":null})"));
    CHECK(phones.a.shown(must(form.commit()).record, "title") == "路灯");
    CHECK(must(phones.a.phone->drafts()).empty());
  }

  TEST_CASE("a record of a numbered kind gets a provisional number at once") {
    TwoPhones phones("numbered");
    const std::string first = phones.a.make(visit);
    const std::string second = phones.a.make(visit);
    const std::string number = phones.a.view(first).provisional_no;
    CHECK(number.starts_with("临-"));
    CHECK(number.ends_with("-0001"));
    CHECK(phones.a.view(second).provisional_no.ends_with("-0002"));
  }

  TEST_CASE("a code that its open list does not have is saved with a warning, until an office has added it") {
    TwoPhones phones("codes");
    const auto warnings = [&](const char* json) {
      Form form = must(phones.a.phone->begin_new("outreach_visit"));
      must(form.fill(json));
      std::vector<std::string> codes;
      for (const Advice& advice : must(form.commit()).warnings) codes.push_back(advice.code + " " + advice.field);
      return codes;
    };
    const char* two = R"({"policy_told":{"医保新政":{},"养老新政":{}}})";
    CHECK(warnings(two) ==
          std::vector<std::string>{"code_unknown policy_told/养老新政", "code_unknown policy_told/医保新政"});
    REQUIRE(phones.server.desk(*RecordId::parse("6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10"), "code_list",
                               {{{"list", {}, {}}, Op::put, "policies", {}, {}, {}},
                                {{"code", {}, {}}, Op::put, "医保新政", {}, {}, {}},
                                {{"label_zh", {}, {}}, Op::put, "医保新政", {}, {}, {}}}));
    phones.a.sync();
    CHECK(warnings(two) == std::vector<std::string>{"code_unknown policy_told/养老新政"});
  }

  TEST_CASE("an id inside an object is what somebody entered, and not the record's") {
    TwoPhones phones("inner-id");
    const std::string record = phones.a.make(
        R"({"interviewee":{"id":"6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10","name":"张大爷"}})", "outreach_visit");
    CHECK(record != "6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10");
    CHECK(phones.a.shown(record, "interviewee").find("6d5a2f6e") != std::string::npos);
  }

  TEST_CASE("a save warns once of a large sum, and of a household that is there already") {
    TwoPhones phones("warned");
    const auto warnings = [&](const char* kind, const char* json) {
      Form form = must(phones.a.phone->begin_new(kind));
      must(form.fill(json));
      std::vector<std::string> codes;
      for (const Advice& advice : must(form.commit()).warnings) codes.push_back(advice.code);
      return codes;
    };
    CHECK(warnings("outreach_visit", R"({"benefit_fen":100000001})") == std::vector<std::string>{"money_large"});
    const char* household = R"({"region_code":"990121100201","group_no":"3","head_name":"张三"})";
    CHECK(warnings("household", household).empty());
    CHECK(warnings("household", household) == std::vector<std::string>{"household_twice"});
  }

  TEST_CASE("several entries of an append are several changes of one save") {
    TwoPhones phones("append");
    const std::string record = phones.a.make(R"({"title":"路灯不亮"})", "concern");
    const auto kinds = must(phones.a.phone->kinds());
    std::string append;
    for (const KindInfo& kind : kinds) {
      if (kind.name != "concern") continue;
      for (const FieldInfo& field : kind.fields) {
        if (field.merge == "append" && append.empty()) append = field.name;
      }
    }
    REQUIRE(!append.empty());
    const Saved saved = phones.a.edit(record, "{\"" + append + "\":[{\"text\":\"去看过\"},{\"text\":\"已报修\"}]}");
    CHECK(saved.changes.size() == 2);
    phones.a.sync();
    CHECK(phones.a.view(record).held.empty());
  }

  TEST_CASE("nothing that was recorded and is searched lies in clear in the file") {
    TwoPhones phones("sealed");
    phones.a.make(
        R"({"title":"路灯","remarks":"雨后路滑","participants":{"赵小六":{"name":"赵小六","unit":"县交警大队"}}})");
    phones.a.make(R"({"address_text":"彩石村三组","notes_text":"两小时的记录"})", "outreach_visit");
    phones.a.sync();
    const std::string stored = bytes_of_file(phones.a.path);
    for (const char* text : {"赵小六", "交警", "雨后路滑", "彩石村三组", "三组", "两小时的记录"}) {
      CAPTURE(text);
      CHECK(stored.find(text) == std::string::npos);
      CHECK(must(phones.a.phone->find(text)).size() == 1);
    }
  }

  TEST_CASE("a phone that is not enrolled opens no form") {
    FakeServer server;
    TestPhone phone(server, "not-enrolled");
    const auto form = phone.phone->begin_new("micro_consultation");
    REQUIRE(!form);
    CHECK(form.problem().code == "not_enrolled");
    const auto enrolled = phone.phone->enrol("https://lianxin.example", "WRONG", "手机");
    REQUIRE(!enrolled);
    CHECK(enrolled.problem().code == "code_unknown");
  }
}

}  // namespace lianxin::client
