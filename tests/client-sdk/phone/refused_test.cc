// What is refused at save: nothing of it is saved, all of it is still there, and one more entry puts it right.
#include <algorithm>
#include <set>

#include "schema/json.h"
#include "schema/refusals.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

constexpr const char* member_id = "26866b18-0865-421c-9318-8d0cfd515c9b";

bool says(const Label& sentence, const char* zh, const char* en) {
  return sentence.zh.find(zh) != std::string::npos && sentence.en.find(en) != std::string::npos;
}

const DraftView* draft_of(const std::vector<DraftView>& drafts, const std::string& token) {
  const auto at = std::find_if(drafts.begin(), drafts.end(), [&](const DraftView& one) { return one.token == token; });
  return at == drafts.end() ? nullptr : &*at;
}

// Every text, number and yes or no that was typed, wherever it stood.
void collect_typed(const Value& value, std::vector<std::string>& typed) {
  if (const Value::Object* parts = value.object()) {
    for (const auto& [name, part] : *parts) collect_typed(part, typed);
  } else if (const Value::List* list = value.list()) {
    for (const Value& item : *list) collect_typed(item, typed);
  } else if (!value.is_null()) {
    typed.push_back(value.text() ? *value.text() : to_json(value));
  }
}

void check_all_is_in(const DraftView& draft, const std::string& typed) {
  const Result<Value> parsed = parse_json(typed);
  if (!parsed) {
    CHECK(draft.entered.at("") == FieldValue(typed));
    return;
  }
  for (const auto& [name, value] : *parsed->object()) {
    CAPTURE(name);
    if (name == "reason") {
      CHECK(draft.reason == *value.text());
      continue;
    }
    std::string entered;
    for (const auto& [address, part] : draft.entered) {
      if (address == name || address.starts_with(name + "/")) entered += address + " " + part.to_json() + "\n";
    }
    CHECK_FALSE(entered.empty());
    std::vector<std::string> parts;
    collect_typed(value, parts);
    for (const std::string& part : parts) CHECK(entered.find(part) != std::string::npos);
  }
}

bool tells_a_value(const std::string& code) {
  const std::set<std::string> about{"value_type", "value_range", "value_too_long", "code_unknown", "element_key"};
  return about.contains(code);
}

// The save is refused by that code; nothing of it is saved, and all of it is kept.
Problem check_refused(TestPhone& phone, Form& form, const std::string& code, const std::string& typed) {
  const std::int64_t here = phone.status().here;
  const std::string before = form.is_new() ? std::string() : phone.view(form.record()).to_json();
  const auto saved = form.commit();
  REQUIRE(!saved);
  const Problem& problem = saved.problem();
  CHECK(problem.code == code);
  CHECK(says({problem.zh, problem.en}, "没有保存", "Nothing was saved"));
  CHECK(problem.zh.find("内容已保存") == std::string::npos);
  CHECK(problem.draft == form.token());
  CHECK(phone.status().here == here);
  if (form.is_new()) {
    CHECK(!phone.phone->record(form.record()));
  } else {
    CHECK(phone.view(form.record()).to_json() == before);
  }
  Phone again = phone.open_again();
  const std::vector<DraftView> drafts = must(again.drafts());
  const DraftView* draft = draft_of(drafts, problem.draft);
  REQUIRE(draft != nullptr);
  CHECK(draft->refused);
  check_all_is_in(*draft, typed);
  REQUIRE_FALSE(draft->wrong.empty());
  CHECK(draft->wrong.front().code == code);
  for (const WrongField& each : problem.wrong) {
    CHECK(says(each.sentence, "没有保存", "Nothing was saved"));
    CHECK(each.sentence.zh.find("内容已保存") == std::string::npos);
    if (!tells_a_value(each.code)) continue;
    CHECK_FALSE(each.label.zh.empty());
    CHECK_FALSE(each.given.empty());
    CHECK_FALSE(each.allowed.zh.empty());
    CHECK(problem.zh.find(each.label.zh) != std::string::npos);
    CHECK(problem.zh.find(each.given) != std::string::npos);
  }
  return problem;
}

// One more entry, by whoever takes the draft up again, and it is saved.
std::string put_right(TestPhone& phone, const std::string& draft, const std::string& right) {
  Form form = must(phone.phone->form(draft));
  must(form.fill(right));
  const std::string record = must(form.commit()).record;
  CHECK(draft_of(must(phone.phone->drafts()), draft) == nullptr);
  return record;
}

struct Attempt {
  std::string code, field, kind;
  std::string typed, right;  // the second is one more entry, of what was wrong only
  std::string first;         // what the record already holds; empty: it is new
};

std::string many_long_texts() {
  std::string actions;
  for (int i = 0; i < 5; ++i) {
    actions += std::string(i ? "," : "") + "\"6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e1" + std::to_string(i) +
               "\":{\"text\":\"" + std::string(60'000, 'x') + "\"}";
  }
  return R"({"title":"路灯","agreed_actions":{)" + actions + "}}";
}

std::string whole_and(const std::string& more) {
  return std::string(whole_consultation, std::string_view(whole_consultation).size() - 1) + "," + more + "}";
}

const char* whole_comment() { return R"({"target_id":"26866b18-0865-421c-9318-8d0cfd515c9b","text":"看过了"})"; }

std::vector<Attempt> attempts() {
  const std::string concern =
      R"("title":"路灯不亮","description":"坏了半个月","source_kind":"outreach","appeal_type":"help",)"
      R"("category_code":"市政/路灯","region_code":"990121100201","urgency":"normal")";
  return {
      {"value_type", "occurred_on", "outreach_visit", R"({"occurred_on":"5月12日","notes_text":"两小时的记录"})",
       R"({"occurred_on":"2027-01-12"})", ""},
      {"value_range", "gifts/6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10/qty", "outreach_visit",
       R"({"notes_text":"送米","gifts":{"6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10":{"name":"大米","qty":-2}}})",
       R"({"gifts":{"6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10":{"qty":2}}})", ""},
      {"value_too_long", "title", "micro_consultation",
       "{\"place_text\":\"村口\",\"title\":\"" + std::string(51, 'x') + "\"}", R"({"title":"路灯"})", ""},
      {"code_unknown", "topic_class", "micro_consultation", R"({"title":"路灯","topic_class":"民生"})",
       R"({"topic_class":"livelihood"})", ""},
      {"element_key", "co_hosts/镇医院", "micro_consultation", R"({"title":"路灯","co_hosts":["镇医院"]})",
       R"({"co_hosts":{"镇医院":null}})", ""},
      {"record_unknown", "concerns", "micro_consultation", R"({"title":"路灯","concerns":["临-3F2A-0099"]})",
       R"({"concerns":null})", ""},
      {"change_too_large", "", "micro_consultation", many_long_texts(), R"({"agreed_actions":null})", ""},
      {"field_unknown", "colour", "micro_consultation", R"({"title":"路灯","colour":"红"})", R"({"colour":null})", ""},
      {"field_use_wrong", "participants", "micro_consultation", R"({"title":"路灯","participants":37})",
       R"({"participants":["张三"]})", ""},
      {"fields_not_json", "", "micro_consultation", R"({"title":"路灯)", R"({"title":"路灯"})", ""},
      {"record_id_wrong", "id", "micro_consultation", R"({"title":"路灯","id":"第7号"})", R"({"id":null})", ""},
      {"not_allowed", "deadline_on", "concern", "{" + concern + R"(,"deadline_on":"2027-03-01"})",
       R"({"deadline_on":null})", ""},
      {"step_unknown", "_review", "micro_consultation", whole_and(R"("_review":"fertig")"),
       R"({"_review":"submitted"})", ""},
      {"step_not_allowed", "state", "concern", "{" + concern + R"(,"state":"triaged"})", R"({"state":null})", ""},
      {"step_value", "solved_on_spot", "concern",
       "{" + concern + R"(,"outcome":"solved","outcome_text":"换了灯泡","state":"resolved_pending_confirm"})",
       R"({"solved_on_spot":true})", ""},
      {"incomplete", "session_kind", "micro_consultation", R"({"title":"路灯","_review":"submitted"})",
       whole_consultation, ""},
      {"money_unexplained", "benefit_fen", "micro_consultation",
       whole_and(R"("benefit_fen":250000000,"_review":"submitted")"), R"({"reason":"国债项目，已核对"})", ""},
      {"reason_missing", "headcount_total", "micro_consultation", R"({"title":"路灯和井盖","headcount_total":-1})",
       R"({"reason":"多算了一人"})", R"({"title":"路灯","headcount_total":5})"},
  };
}

// A convener's phone and a coordinator's, of one studio.
struct Desk {
  FakeServer server;
  TestPhone a, c;
  MemberId li, cheng;

  explicit Desk(const std::string& name)
      : a(server, name + "-a"),
        c(server, name + "-c"),
        li(server.add_member("李红", "convener")),
        cheng(server.add_member("程敏", "coordinator")) {
    a.enrol(server.code_for(li));
    c.enrol(server.code_for(cheng));
    a.sync();
    c.sync();
  }

  void bring() {
    a.sync();
    c.sync();
    a.sync();
  }

  // The coordinator types that; it is refused so; one more entry and it is saved.
  Problem refuse_coordinator(const std::string& record, const std::string& code, const std::string& typed) {
    Form form = must(c.phone->begin_edit(record));
    must(form.fill(typed));
    return check_refused(c, form, code, typed);
  }
};

// Reached below by a story of their own.
const std::set<std::string>& told_in_stories() {
  static const std::set<std::string> codes{"once",        "record_exists", "record_unclear", "kind_mismatch",
                                           "not_granted", "conflict_open", "change_waits",   "step_leads_back",
                                           "step_joined", "step_too_late", "feedback_owed",  "nothing_corrected",
                                           "heads_full",  "record_full"};
  return codes;
}

// No form of a phone gives these.
const std::map<std::string, std::string>& out_of_reach() {
  static const std::map<std::string, std::string> codes{
      {"cell_twice", "a form holds one value a cell; further entries of an append are changes of their own"},
      {"held_unknown", "held changes are decided at the desk; no form has a field for it"},
      {"kind_unknown", "no form is opened for such a kind, and no version of the kinds takes one away"},
      {"cannot_see_all", "a phone keeps no cell that its member may not see"},
      {"base_missing", "a form stands on the row of this phone, and saves over that row"},
      {"step_from_mismatch", "a form's step starts from the state that its own bases show"},
      {"belongs_elsewhere", "only the server knows what belongs to whom: it is held there, or refused at a desk"},
      {"withheld", "needs a consent that was withdrawn: session/withheld_test.cc"},
      {"erased_since", "a phone's line is held; only a desk that says what it saw is refused"},
      {"step_too_early", "binds the server's own steps only"}};
  return codes;
}

}  // namespace

TEST_SUITE("client-sdk/phone/refused") {
  TEST_CASE("what is refused at save is not saved, is all kept, and one more entry puts it right") {
    for (const Attempt& attempt : attempts()) {
      CAPTURE(attempt.code);
      TwoPhones phones("refused-" + attempt.code);
      const std::string record = attempt.first.empty() ? "" : phones.a.make(attempt.first, attempt.kind);
      Form form = must(record.empty() ? phones.a.phone->begin_new(attempt.kind) : phones.a.phone->begin_edit(record));
      static_cast<void>(form.fill(attempt.typed));
      const Problem problem = check_refused(phones.a, form, attempt.code, attempt.typed);
      CHECK(problem.field == attempt.field);
      const std::string saved = put_right(phones.a, problem.draft, attempt.right);
      if (attempt.code != "fields_not_json") CHECK(phones.a.view(saved).fields.size() > 1);
      phones.a.sync();
      CHECK(phones.a.view(saved).held.empty());
    }
  }

  TEST_CASE("a field that is written once is left out of the draft again") {
    TwoPhones phones("refused-once");
    const std::string record = phones.a.make(whole_comment(), "comment");
    const std::string typed = R"({"text":"没看过","visibility":"studio"})";
    Form form = must(phones.a.phone->begin_edit(record));
    must(form.fill(typed));
    const Problem problem = check_refused(phones.a, form, "once", typed);
    CHECK(problem.field == "text");
    Form again = must(phones.a.phone->form(problem.draft));
    must(again.leave_out("text"));
    must(again.commit());
    CHECK(phones.a.shown(record, "text") == "看过了");
    CHECK(phones.a.shown(record, "visibility") == "studio");
  }

  TEST_CASE("an id that a record has already, or has of another kind, is changed in the draft") {
    TwoPhones phones("refused-id");
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    const std::string typed = R"({"title":"井盖","id":")" + record + "\"}";
    Form same = must(phones.a.phone->begin_new("micro_consultation"));
    static_cast<void>(same.fill(typed));
    const std::string draft = must(phones.a.phone->drafts()).front().token;
    CHECK(phones.a.status().here == 1);
    const auto saved = same.commit();
    REQUIRE(!saved);
    CHECK(saved.problem().code == "record_exists");
    CHECK(saved.problem().draft == draft);
    CHECK(phones.a.status().here == 1);
    CHECK(phones.a.shown(record, "title") == "路灯");
    CHECK(phones.a.shown(put_right(phones.a, draft, R"({"id":null})"), "title") == "井盖");

    // The other phone began it before it heard of it.
    Form other = must(phones.b.phone->begin_new("outreach_visit", "", record));
    must(other.fill(R"({"notes_text":"两小时的记录"})"));
    phones.b.sync();
    const auto mismatch = other.commit();
    REQUIRE(!mismatch);
    CHECK(mismatch.problem().code == "kind_mismatch");
    CHECK(says({mismatch.problem().zh, mismatch.problem().en}, "没有保存", "Nothing was saved"));
    CHECK(phones.b.shown(record, "title") == "路灯");
    const std::string apart =
        put_right(phones.b, mismatch.problem().draft, std::string("{\"id\":\"") + member_id + "\"}");
    CHECK(apart == member_id);
    CHECK(phones.b.shown(apart, "notes_text") == "两小时的记录");
  }

  TEST_CASE("without a grant nothing is saved, and with one the draft is") {
    FakeServer server;
    const MemberId li = server.add_member("李红", "convener"), wang = server.add_member("王青", "convener");
    TestPhone duty(server, "refused-grant");
    duty.enrol(server.code_for(wang, true));
    duty.sync();
    must(duty.phone->set_pin("李红", "135790"));
    must(duty.phone->switch_member("李红", "135790"));
    const std::string typed = R"({"title":"路灯","place_text":"村口"})";
    Form form = must(duty.phone->begin_new("micro_consultation"));
    must(form.fill(typed));
    server.now_ms = duty.clock.now_ms;
    server.end_grants(li, server.studio);
    duty.sync();
    const Problem problem = check_refused(duty, form, "not_granted", typed);
    server.grant(li, server.studio, "convener", Sensitivity::personal);
    duty.sync();
    Form again = must(duty.phone->form(problem.draft));
    CHECK(duty.shown(must(again.commit()).record, "title") == "路灯");
  }

  TEST_CASE("a verdict over an open conflict or a change that waits is refused") {
    Desk desk("refused-sound");
    const std::string record = desk.a.make(whole_consultation);
    desk.a.edit(record, R"({"_review":"submitted"})");
    desk.bring();
    Form mine = must(desk.a.phone->begin_edit(record));
    desk.c.edit(record, R"({"consensus_text":"年底前修好"})");
    must(mine.fill(R"({"consensus_text":"三月前修好"})"));
    must(mine.commit());
    desk.bring();
    desk.c.sync();
    const Problem problem =
        desk.refuse_coordinator(record, "conflict_open", R"({"_review":"accepted","remarks":"晴"})");
    CHECK(problem.field == "consensus_text");
    must(desk.c.phone->resolve(record, "consensus_text", "三月前修好"));
    Form again = must(desk.c.phone->form(problem.draft));
    must(again.commit());
    CHECK(desk.c.shown(record, "_review") == "accepted");
    CHECK(desk.c.shown(record, "remarks") == "晴");
  }

  TEST_CASE("a verdict waits for a change that is held") {
    Desk desk("refused-waits");
    const std::string record = desk.a.make(whole_consultation);
    desk.a.edit(record, R"({"_review":"submitted"})");
    desk.bring();
    desk.server.now_ms = desk.a.clock.now_ms;
    desk.server.end_grants(desk.li, desk.server.studio);
    const Saved late = desk.a.edit(record, R"({"remarks":"阴"})");
    static_cast<void>(desk.a.try_sync());
    desk.c.sync();
    const std::string typed = R"({"_review":"accepted","place_text":"村口"})";
    const Problem problem = desk.refuse_coordinator(record, "change_waits", typed);
    REQUIRE(desk.server.desk(*RecordId::parse(record), "micro_consultation",
                             {{{"_held", late.changes.front(), {}}, Op::put, "dismiss", {}, {}, {}}}));
    desk.c.sync();
    Form again = must(desk.c.phone->form(problem.draft));
    must(again.commit());
    CHECK(desk.c.shown(record, "_review") == "accepted");
    CHECK(desk.c.shown(record, "place_text") == "村口");
  }

  TEST_CASE("a step back goes only where the record came from, and only for thirty days") {
    Desk desk("refused-back");
    const std::string record = desk.a.make(whole_consultation);
    desk.a.edit(record, R"({"_review":"submitted"})");
    desk.bring();
    desk.c.edit(record, R"({"_review":"accepted"})");
    desk.bring();
    const Problem back =
        desk.refuse_coordinator(record, "step_leads_back", R"({"_review":"township_checked","remarks":"晴"})");
    desk.c.clock.now_ms += 40 * 24 * 3600 * 1000LL;
    desk.refuse_coordinator(record, "step_too_late", R"({"_review":"submitted","remarks":"阴"})");
    put_right(desk.c, back.draft, R"({"_review":null})");
    CHECK(desk.c.shown(record, "remarks") == "晴");
  }

  TEST_CASE("a concern goes on when its reporters were told and what was marked is corrected") {
    Desk desk("refused-concern");
    const std::string record = desk.a.make(R"({"reporters":{"张三":{"callback_wanted":true}}})", "concern");
    desk.bring();
    desk.c.edit(record, R"({"state":"triaged"})");
    desk.c.edit(record, R"({"state":"returned","_marks":["title"],"reason":"写清楚哪一盏"})");
    desk.bring();
    const std::string sent_on = R"({"state":"collected","place_text":"村口"})";
    Form form = must(desk.a.phone->begin_edit(record));
    must(form.fill(sent_on));
    const Problem marked = check_refused(desk.a, form, "nothing_corrected", sent_on);
    CHECK(marked.field == "title");
    put_right(desk.a, marked.draft, R"({"title":"村口第三盏路灯不亮"})");
    desk.bring();
    desk.c.edit(record, R"({"state":"triaged"})");
    desk.c.edit(record, R"({"state":"assigned","assigned_unit":"电力所","deadline_on":"2027-03-01"})");
    desk.c.edit(record, R"({"state":"resolved","outcome":"solved","outcome_text":"换了灯泡"})");
    const Problem owed =
        desk.refuse_coordinator(record, "feedback_owed", R"({"state":"fed_back","grade":"satisfied"})");
    CHECK(owed.field == "reporters/张三/fed_back_on");
    put_right(desk.c, owed.draft, R"({"reporters":{"张三":{"fed_back_on":"2027-01-15"}}})");
    CHECK(desk.c.shown(record, "state") == "fed_back");
  }

  TEST_CASE("of joined concerns the one that stands for all goes on, when those who asked in any of them were told") {
    Desk desk("refused-joined");
    const std::string one = desk.a.make(R"({"title":"路灯"})", "concern");
    const std::string other = desk.a.make(R"({"title":"灯","reporters":{"张三":{"callback_wanted":true}}})", "concern");
    desk.bring();
    const std::string smaller = std::min(one, other), larger = std::max(one, other);
    const auto at_desk = [&](const std::string& record, std::vector<Write> writes) {
      REQUIRE(desk.server.desk(*RecordId::parse(record), "concern", std::move(writes)).has_value());
      desk.bring();
    };
    at_desk(smaller, {{{"_alias", larger, {}}, Op::add, {}, {}, {}, {}},
                      {{"_alias", larger, "primary"}, Op::put, one, {}, {}, {}}});
    at_desk(other, {{{"state", {}, {}}, Op::step, "merged", "collected", {}, {}}});
    const std::string typed = R"({"state":"collected","place_text":"村口"})";
    const Problem joined = desk.refuse_coordinator(other, "step_joined", typed);
    put_right(desk.c, joined.draft, R"({"state":null})");
    desk.c.edit(one, R"({"state":"triaged"})");
    desk.c.edit(one, R"({"state":"assigned","assigned_unit":"电力所","deadline_on":"2027-03-01"})");
    desk.c.edit(one, R"({"state":"resolved","outcome":"solved","outcome_text":"换了灯泡"})");
    const Problem owed = desk.refuse_coordinator(one, "feedback_owed", R"({"state":"fed_back","grade":"satisfied"})");
    CHECK(owed.field == "reporters/张三/fed_back_on");
    desk.c.edit(other, R"({"reporters":{"张三":{"fed_back_on":"2027-01-15"}}})");
    Form again = must(desk.c.phone->form(owed.draft));
    must(again.commit());
    CHECK(desk.c.shown(one, "state") == "fed_back");
  }

  TEST_CASE("where a field has as many values as it may, one more is not saved") {
    TwoPhones phones("refused-heads");
    const std::string record = phones.a.make(R"({"place_text":"村口"})");
    phones.a.sync();
    const std::string typed = R"({"title":"路灯","remarks":"晴"})";
    Form form = must(phones.a.phone->begin_edit(record));
    must(form.fill(typed));
    for (int i = 0; i < 32; ++i) {
      REQUIRE(phones.server.desk(*RecordId::parse(record), "micro_consultation",
                                 {{{"title", {}, {}}, Op::put, "第" + std::to_string(i) + "种", {}, {}, {}}}));
    }
    phones.a.sync();
    const Problem problem = check_refused(phones.a, form, "heads_full", typed);
    put_right(phones.a, problem.draft, R"({"title":null})");
    CHECK(phones.a.shown(record, "remarks") == "晴");
  }

  TEST_CASE("into a record that is full no more is saved, and what was typed stays a draft") {
    TwoPhones phones("refused-full");
    const std::string record = phones.a.make(R"({"place_text":"村口"})");
    phones.a.sync();
    phones.server.fill_record(record);
    phones.a.sync();
    const std::string typed = R"({"title":"路灯"})";
    Form form = must(phones.a.phone->begin_edit(record));
    must(form.fill(typed));
    check_refused(phones.a, form, "record_full", typed);
  }

  TEST_CASE("every code that refuses is provoked here, or told why it cannot be") {
    std::set<std::string> known = told_in_stories();
    for (const Attempt& attempt : attempts()) known.insert(attempt.code);
    for (const auto& [code, why] : out_of_reach()) known.insert(code);
    for (const Sentence& sentence : all_sentences()) {
      if (!sentence.if_refused.zh.empty()) CHECK_MESSAGE(known.contains(std::string(sentence.code)), sentence.code);
    }
  }
}

}  // namespace lianxin::client
