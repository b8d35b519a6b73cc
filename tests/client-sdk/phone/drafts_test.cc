// Drafts: those that cannot be read any more, numbers where an id is asked, and what is told of what was entered.
#include "client-sdk/core/phone_core.h"
#include "client-sdk/store/forms.h"
#include "sync/model/limits.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

DraftView only_draft(TestPhone& phone) {
  const std::vector<DraftView> drafts = must(phone.phone->drafts());
  REQUIRE(drafts.size() == 1);
  return drafts.front();
}

std::string refused_code(const Expected<void>& done) { return done.ok() ? "" : done.problem().code; }

std::string id_in(TestPhone& phone, const std::string& record, const std::string& set) {
  const RecordView view = phone.view(record);
  REQUIRE(view.field(set) != nullptr);
  REQUIRE(view.field(set)->elements.size() == 1);
  return view.field(set)->elements.front().key;
}

}  // namespace

TEST_SUITE("client-sdk/phone/drafts") {
  TEST_CASE("text that is no JSON is kept up to a whole character, whatever its length") {
    TwoPhones phones("draft-cut");
    for (std::size_t more = 0; more < 4; ++more) {
      std::string typed(limits::change_bytes_max - 2 + more, 'x');
      for (int i = 0; i < 3; ++i) typed += "𠮷";
      Form form = must(phones.a.phone->begin_new("micro_consultation"));
      CHECK(refused_code(form.fill(typed)) == "fields_not_json");
      const DraftView draft = only_draft(phones.a);
      CHECK_FALSE(draft.damaged);
      CHECK(draft.entered.at("").to_text() == typed.substr(0, draft.entered.at("").to_text().size()));
      CHECK(draft.entered.at("").to_text().size() > limits::change_bytes_max - 4);
      must(form.discard());
    }
  }

  TEST_CASE("what is nested deeper than a form is read back is kept as its text") {
    TwoPhones phones("draft-deep");
    std::string deep = "1";
    for (int i = 0; i < 30; ++i) deep = "{\"a\":" + deep + "}";
    for (const char* field : {"title", "participants", "nosuch"}) {
      CAPTURE(field);
      Form form = must(phones.a.phone->begin_new("micro_consultation"));
      CHECK_FALSE(form.fill("{\"" + std::string(field) + "\":" + deep + ",\"remarks\":\"晴\"}").ok());
      const DraftView draft = only_draft(phones.a);
      CHECK_FALSE(draft.damaged);
      CHECK(draft.entered.at("remarks").to_text() == "晴");
      CHECK(draft.entered.at(field).to_text() == deep);
      must(form.discard());
    }
  }

  TEST_CASE("words that are no text are kept in no draft") {
    TwoPhones phones("draft-text");
    Form form = must(phones.a.phone->begin_new("micro_consultation"));
    must(form.set("title", "\xff"));
    CHECK(refused_code(form.keep()) == "text_malformed");
    must(form.set("title", "路灯"));
    must(form.keep());
    CHECK(only_draft(phones.a).entered.at("title").to_text() == "路灯");
  }

  TEST_CASE("a draft that cannot be read is told, hides nothing else, and is thrown away by its token") {
    TwoPhones phones("draft-damaged");
    Form lost = must(phones.a.phone->begin_new("micro_consultation"));
    phones.a.clock.now_ms += 1000;
    Form form = must(phones.a.phone->begin_new("micro_consultation"));
    CHECK_FALSE(form.fill(R"({"title":"路灯","nosuch":1})").ok());
    CHECK_FALSE(form.commit().ok());
    Database& db = PhoneInternals::core(*phones.a.phone).db();
    constexpr Query harm{"test_harm", "UPDATE form SET form_sealed = x'00' WHERE token = $1"};
    REQUIRE(db.write([&]() -> Status {
      db.exec(harm, lost.token());
      return {};
    }));
    const std::vector<DraftView> drafts = must(phones.a.phone->drafts());
    REQUIRE(drafts.size() == 2);
    CHECK(drafts.front().token == lost.token());
    CHECK(drafts.front().damaged);
    CHECK(drafts.back().entered.at("title").to_text() == "路灯");
    CHECK(phones.a.status().drafts == 2);
    const std::vector<InboxItem> inbox = must(phones.a.phone->inbox());
    REQUIRE(inbox.size() == 2);
    CHECK(inbox.front().draft == lost.token());
    CHECK(inbox.front().sentence.zh.find("损坏") != std::string::npos);
    must(phones.a.phone->discard(lost.token()));
    CHECK(only_draft(phones.a).token == form.token());
    CHECK(must(phones.a.phone->inbox()).size() == 1);
    CHECK(refused_code(phones.a.phone->discard(lost.token())) == "form_unknown");
  }

  TEST_CASE("the only thing in a draft that is left out stays out") {
    TwoPhones phones("draft-emptied");
    Form form = must(phones.a.phone->begin_new("micro_consultation"));
    CHECK_FALSE(form.fill(R"({"nosuch":1})").ok());
    const std::string token = form.token();
    CHECK_FALSE(form.commit().ok());
    CHECK(must(phones.a.phone->inbox()).size() == 1);
    Form again = must(phones.a.phone->form(token));
    must(again.leave_out("nosuch"));
    const auto saved = again.commit();
    REQUIRE(!saved);
    CHECK(saved.problem().code == "nothing_written");
    CHECK(only_draft(phones.a).entered.empty());
    CHECK(must(phones.a.phone->inbox()).empty());
    CHECK(phones.a.status().drafts == 0);
  }

  TEST_CASE("a record's number does where an id is asked, in a value, in a key and in a part") {
    TwoPhones phones("draft-numbers");
    const std::string concern = phones.a.make("{}", "concern");
    const std::string number = phones.a.view(concern).provisional_no;
    const std::string by_number = "{\"" + number + "\":{}}";
    const std::string talk = phones.a.make("{\"title\":\"路灯\",\"concerns\":" + by_number + "}");
    CHECK(id_in(phones.a, talk, "concerns") == concern);
    const std::string listed = phones.a.make("{\"title\":\"路灯\",\"concerns\":[\"" + number + "\"]}");
    CHECK(id_in(phones.a, listed, "concerns") == concern);
    Form keyed = must(phones.a.phone->begin_edit(listed));
    must(keyed.remove("concerns", number));
    must(keyed.commit());
    CHECK(phones.a.view(listed).field("concerns") == nullptr);
    const std::string comment = phones.a.make("{\"target_id\":\"" + number + "\",\"text\":\"看过了\"}", "comment");
    CHECK(phones.a.shown(comment, "target_id") == concern);
    const std::string action = "6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10";
    const std::string acted =
        phones.a.make("{\"agreed_actions\":{\"" + action + "\":{\"text\":\"修\",\"concern_id\":\"" + number + "\"}}}");
    CHECK(phones.a.view(acted).field("agreed_actions")->elements.front().attributes.at("concern_id").to_text() ==
          concern);
    phones.a.edit(talk, "{\"concerns\":{\"" + number + "\":null}}");
    CHECK(phones.a.view(talk).field("concerns") == nullptr);
    // A name stays a name, but for one that is a number whole.
    const std::string names = phones.a.make("{\"participants\":[\"张三\",\"" + number + "\"]}");
    std::set<std::string> keys;
    const RecordView named = phones.a.view(names);
    for (const ElementView& each : named.field("participants")->elements) keys.insert(each.key);
    CHECK(keys == std::set<std::string>{"张三", concern});
    phones.a.sync();
    CHECK(phones.a.view(talk).held.empty());
    CHECK(phones.a.view(comment).held.empty());
  }

  TEST_CASE("a number that no record has, or several, is kept in the draft as that field's problem") {
    TwoPhones phones("draft-unclear");
    phones.a.make(R"({"title":"路灯","_provisional_no":"临-纸-7"})");
    const std::string other = phones.a.make(R"({"title":"井盖","_provisional_no":"临-纸-7"})");
    for (const auto& [number, code] :
         {std::pair("临-纸-8", "record_unknown"), std::pair("临-纸-7", "record_unclear")}) {
      CAPTURE(code);
      Form form = must(phones.a.phone->begin_new("comment"));
      CHECK(refused_code(form.set("target_id", number)) == code);
      CHECK_FALSE(form.fill("{\"target_id\":\"" + std::string(number) + "\",\"text\":\"看过了\"}").ok());
      const auto saved = form.commit();
      REQUIRE(!saved);
      const DraftView draft = only_draft(phones.a);
      CHECK(draft.entered.at("text").to_text() == "看过了");
      CHECK(draft.entered.at("target_id").to_text() == number);
      REQUIRE(draft.wrong.size() == 1);
      CHECK(draft.wrong.front().code == code);
      CHECK(draft.wrong.front().field == "target_id");
      CHECK(draft.wrong.front().sentence.zh.find("还在草稿里") != std::string::npos);
      Form again = must(phones.a.phone->form(draft.token));
      must(again.set("target_id", other));
      must(again.leave_out("target_id"));
      must(again.fill("{\"target_id\":\"" + other + "\"}"));
      CHECK(phones.a.shown(must(again.commit()).record, "target_id") == other);
    }
  }

  TEST_CASE("a draft says whom was added and taken out, and which item was counted") {
    TwoPhones phones("draft-told");
    const std::string talk = phones.a.make(R"({"title":"路灯","participants":["王五"]})");
    Form form = must(phones.a.phone->begin_edit(talk));
    const std::string action = "6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10";
    must(form.fill(
        "{\"participants\":{\"张三\":{\"unit\":\"村委会\"},\"李四\":{},\"王五\":null},\"agreed_actions\":{\"" + action +
        "\":{\"text\":\"修路灯\"}}}"));
    must(form.keep());
    const DraftView draft = only_draft(phones.a);
    CHECK(draft.labels.at("participants/张三").zh == "参加人 · 张三");
    CHECK(draft.labels.at("participants/张三/unit").zh == "参加人 · 张三 · 单位");
    CHECK(draft.value_labels.at("participants/李四").zh == "加上");
    CHECK(draft.value_labels.at("participants/王五").zh == "去掉");
    CHECK(draft.labels.at("agreed_actions/" + action + "/text").zh == "议定事项 · 修路灯 · 事项");
    CHECK(draft.to_json().find("\"value_labels\"") != std::string::npos);
    must(form.discard());

    const auto& item = KindSet::shipped().catalog.code_list("check_items")->codes.front();
    Form clinic = must(phones.a.phone->begin_new("clinic_visit"));
    must(clinic.count("checks_count/" + item.code, 5));
    must(clinic.keep());
    CHECK(only_draft(phones.a).labels.at("checks_count/" + item.code).zh == "检查项目人次 · " + item.label_zh);
  }
}

}  // namespace lianxin::client
