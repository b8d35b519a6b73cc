// What a phone saved and the server holds: it is kept, it is found again with the record, and its sentence says so.
#include <algorithm>
#include <set>

#include "schema/refusals.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

// The one held change of that record, as the phone that made it shows it.
void check_held(TestPhone& phone, const std::string& record, const std::string& code, const std::string& typed) {
  const RecordView view = phone.view(record);
  REQUIRE_FALSE(view.held.empty());
  const HeldView& held = view.held.front();
  CHECK(held.code == code);
  CHECK(held.mine);
  CHECK(held.sentence.zh.find("内容已保存，暂未生效") != std::string::npos);
  CHECK(held.sentence.zh.find("没有保存") == std::string::npos);
  CHECK(held.sentence.en.find("It is kept whole") != std::string::npos);
  bool found = false;
  for (const auto& [address, value] : held.values) {
    found |= (address + " " + value.to_json()).find(typed) != std::string::npos;
  }
  CHECK(found);
  const auto inbox = must(phone.phone->inbox());
  bool listed = false;
  for (const InboxItem& item : inbox) listed |= item.change == held.change && item.sentence.zh == held.sentence.zh;
  CHECK(listed);
  // By the number on her paper it is found, whether the change that gave it was applied or not.
  std::string number = view.provisional_no;
  const auto given = held.values.find("_provisional_no");
  if (given != held.values.end()) number = given->second.to_text();
  if (number.empty()) return;
  CHECK(must(phone.phone->record(number)).id == record);
  CHECK(must(phone.phone->find(number)).size() == 1);
}

bool finds(TestPhone& phone, const std::string& words, const std::string& record) {
  const auto found = must(phone.phone->find(words));
  return std::any_of(found.begin(), found.end(), [&](const ListItem& item) { return item.id == record; });
}

// What the server says otherwise than the phone's kinds, and what is typed on the phone.
struct Stricter {
  std::string code, file, text, instead;
  std::string first, typed, found;
  std::string kind = "micro_consultation";
};

std::vector<Stricter> stricter() {
  const std::string whole = whole_consultation;
  const std::string submitted =
      R"("to": "submitted", "roles": ["convener", "member", "informant", "clinic_doctor", "township_liaison", )"
      R"("coordinator"])";
  return {
      {"value_too_long", "micro_consultation", R"("length_max": 50)", R"("length_max": 5)", R"({"remarks":"晴"})",
       R"({"title":"彩石路口的路灯"})", "彩石路口的路灯"},
      {"value_range", "outreach_visit", R"("max": 1000000)", R"("max": 5)", R"({"notes_text":"送米"})",
       R"({"gifts":{"6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10":{"name":"大米","qty":7}}})", "大米", "outreach_visit"},
      {"value_type", "micro_consultation", R"("name": "start_at", "type": "time")",
       R"("name": "start_at", "type": "date")", R"({"title":"路灯"})", R"({"start_at":"18:05"})", "18:05"},
      {"code_unknown", "micro_consultation", R"("code_list": "topic_classes")", R"("code_list": "topic_sources")",
       R"({"title":"路灯"})", R"({"topic_class":"livelihood"})", "livelihood"},
      {"element_key", "micro_consultation", R"("name": "participants", "merge": "set", "element_kind": "name_or_id")",
       R"("name": "participants", "merge": "set", "element_kind": "id")", R"({"title":"路灯"})",
       R"({"participants":["张三"]})", "张三"},
      {"field_unknown", "micro_consultation", R"("name": "remarks")", R"("name": "weather")", R"({"title":"路灯"})",
       R"({"remarks":"晴"})", "晴"},
      {"kind_unknown", "comment", R"("kind": "comment")", R"("kind": "remark")", "",
       R"({"target_id":"26866b18-0865-421c-9318-8d0cfd515c9b","text":"看过了"})", "看过了", "comment"},
      {"not_allowed", "micro_consultation", R"("name": "remarks",)",
       R"("name": "remarks", "writers": ["coordinator"],)", R"({"title":"路灯"})", R"({"remarks":"晴"})", "晴"},
      {"step_not_allowed", "ladders", submitted, R"("to": "submitted", "roles": ["coordinator"])", whole,
       R"({"_review":"submitted"})", "submitted"},
      {"reason_missing", "ladders", submitted, submitted + R"(, "needs_reason": true)", whole,
       R"({"_review":"submitted"})", "submitted"},
      {"once", "micro_consultation", R"("name": "remarks",)", R"("name": "remarks", "once": true,)",
       R"({"remarks":"晴"})", R"({"remarks":"阴"})", "阴"},
  };
}

const std::set<std::string>& told_in_stories() {
  static const std::set<std::string> codes{"kinds_newer", "not_granted",   "device_revoked", "base_missing",
                                           "heads_full",  "kind_mismatch", "cannot_see_all", "record_full"};
  return codes;
}

const std::map<std::string, std::string>& out_of_reach() {
  static const std::map<std::string, std::string> codes{
      {"unreadable", "a line damaged on the phone's disk (session/damaged_lines_test.cc)"},
      {"id_reused", "two ids of sixteen random bytes that are the same"},
      {"wrong_studio", "a phone writes the studio of its own form into the change"},
      {"change_too_large", "the phone refuses it at save, by the same limit"},
      {"erased_since", "an office erased what stood there (session/erased_test.cc)"},
      {"cell_twice", "a form holds one value a cell"},
      {"held_unknown", "held changes are decided at the desk"},
      {"awaits_grant", "a server set back to before the grant (session/restore_test.cc)"},
      {"belongs_elsewhere", "reference data of another org unit (server/people/belongings_test.cc)"},
      {"studio_not_approved", "a state of the studio's (server/people/approval_test.cc)"},
      {"studio_suspended", "the same"},
      {"witnessed_unproved", "no phone's change, but the server's own (sync/server/offered_head_test.cc)"},
      {"record_missing", "a server set back to before the record (session/restore_test.cc)"},
      {"member_not_on_device", "only a phone that does not keep to this SDK writes for somebody else"},
      {"step_unknown", "no version of the kinds takes a step away; a newer phone's is kinds_newer"},
      {"step_from_mismatch", "a form's step starts from the state that its own bases show"}};
  return codes;
}

// The phone asks again in the same sync, and ends it without an answer where it gets no other.
bool tried_again_at_once(std::string_view code) { return code == refusals::busy || code == refusals::too_many_studios; }

}  // namespace

TEST_SUITE("client-sdk/phone/held") {
  TEST_CASE("what a stricter server holds is found with its record, and told as kept") {
    for (const Stricter& each : stricter()) {
      CAPTURE(each.code);
      TwoPhones phones("held-" + each.code);
      std::string record;
      if (!each.first.empty()) {
        record = phones.a.make(each.first, each.kind);
        phones.a.sync();
      }
      if (record.empty()) {
        record = phones.a.make(each.typed, each.kind);
      } else {
        phones.a.edit(record, each.typed);
      }
      phones.server.set_kinds(kinds_with(each.file, each.text, each.instead));
      phones.a.sync();
      check_held(phones.a, record, each.code, each.found);
    }
  }

  TEST_CASE("what newer forms wrote is held by a server whose forms are older, and told as kept") {
    TwoPhones phones("held-newer");
    phones.server.set_kinds(kinds_with("comment", "Comment", "A comment", 2));
    phones.a.sync();
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.server.set_kinds(KindSet::shipped());
    static_cast<void>(phones.a.try_sync());
    check_held(phones.a, record, "kinds_newer", "路灯");
    CHECK(finds(phones.a, "路灯", record));
    CHECK(finds(phones.a, phones.a.view(record).held.front().values.at("_provisional_no").to_text(), record));
  }

  TEST_CASE("what was saved without a grant, or on a phone that was reported lost, is told as kept") {
    TwoPhones phones("held-grant");
    const std::string record = phones.a.make(R"({"title":"路灯"})");
    phones.a.sync();
    phones.server.grant(phones.li, phones.server.second_studio, "convener", Sensitivity::personal);
    phones.server.now_ms = phones.a.clock.now_ms;
    phones.server.end_grants(phones.li, phones.server.studio);
    phones.a.edit(record, R"({"remarks":"晴"})");
    static_cast<void>(phones.a.try_sync());
    REQUIRE(phones.server.row(record).held.size() == 1);
    CHECK(phones.server.row(record).held.front().code == "not_granted");
    phones.a.clock.now_ms += 1000;
    phones.server.now_ms = phones.a.clock.now_ms;
    phones.server.grant(phones.li, phones.server.studio, "convener", Sensitivity::personal);
    phones.a.sync();
    CHECK(phones.a.view(record).held.front().sentence.zh.find("内容已保存，暂未生效") != std::string::npos);

    const std::string other = phones.b.make(R"({"title":"井盖"})");
    phones.b.sync();
    phones.server.revoke_devices(phones.wang);
    phones.b.edit(other, R"({"remarks":"阴"})");
    static_cast<void>(phones.b.try_sync());
    REQUIRE(phones.server.row(other).held.size() == 1);  // the phone itself is emptied
    CHECK(phones.server.row(other).held.front().code == "device_revoked");
  }

  TEST_CASE("what builds on a held change is held after it, and told as kept") {
    TwoPhones phones("held-base");
    const std::string record = phones.a.make(R"({"remarks":"晴"})");
    phones.a.sync();
    phones.server.set_kinds(
        kinds_with("ladders", R"("to": "submitted", "roles": ["convener", )", R"("to": "submitted", "roles": [)"));
    phones.a.edit(record, whole_consultation);
    phones.a.edit(record, R"({"_review":"submitted"})");
    phones.a.edit(record, R"({"_review":"draft"})");
    phones.a.sync();
    const RecordView view = phones.a.view(record);
    REQUIRE(view.held.size() == 2);
    std::set<std::string> codes;
    for (const HeldView& held : view.held) {
      codes.insert(held.code);
      CHECK(held.sentence.zh.find("内容已保存，暂未生效") != std::string::npos);
    }
    CHECK(codes == std::set<std::string>{"step_not_allowed", "base_missing"});
  }

  TEST_CASE("what finds too many values, another kind, or more than its author may see is told as kept") {
    TwoPhones phones("held-late");
    const std::string record = phones.a.make(R"({"remarks":"晴","participants":["张三"]})");
    phones.a.sync();
    phones.b.sync();
    phones.a.edit(record, R"({"title":"路灯"})");
    for (int i = 0; i < 32; ++i) {
      REQUIRE(phones.server.desk(*RecordId::parse(record), "micro_consultation",
                                 {{{"title", {}, {}}, Op::put, "第" + std::to_string(i) + "种", {}, {}, {}}}));
    }
    phones.a.sync();
    check_held(phones.a, record, "heads_full", "路灯");
    CHECK(finds(phones.a, "路灯", record));

    const std::string full = phones.a.make(R"({"remarks":"阴"})");
    phones.a.sync();
    phones.a.edit(full, R"({"title":"水沟"})");
    phones.server.fill_record(full);
    phones.a.sync();
    check_held(phones.a, full, "record_full", "水沟");

    Form visit = must(phones.a.phone->begin_new("micro_consultation"));
    must(visit.set("title", "井盖"));
    const std::string id = visit.record();
    must(visit.commit());
    Form same = must(phones.b.phone->begin_new("outreach_visit", "", id));
    must(same.set("notes_text", "两小时的记录"));
    must(same.commit());
    phones.a.sync();
    phones.b.sync();
    check_held(phones.b, id, "kind_mismatch", "两小时的记录");
    CHECK(finds(phones.b, "两小时", id));

    const std::string listed = phones.a.make(R"({"title":"水渠","participants":["张三"]})");
    phones.a.sync();
    phones.server.set_clearance(phones.wang, phones.server.studio, Sensitivity::internal);
    phones.b.sync();
    must(phones.b.phone->remove_record(listed, "重复"));
    phones.b.sync();
    check_held(phones.b, listed, "cannot_see_all", "_deleted");
  }

  TEST_CASE("what the server does not take stays on the phone, is told so, and arrives with the next sync") {
    for (const Sentence& sentence : all_sentences()) {
      if (sentence.if_untaken.zh.empty() || tried_again_at_once(sentence.code)) continue;
      CAPTURE(sentence.code);
      TwoPhones phones("untaken-" + std::string(sentence.code));
      phones.a.sync();
      const std::string record = phones.a.make(R"({"title":"路灯"})");
      phones.server.on_request = [](SyncRequest& request) {
        for (StudioRequest& part : request.studios) part.push = {};
      };
      phones.server.on_reply = [&](SyncReply& reply) {
        for (StudioReply& part : reply.studios) part.problem = sentence.code;
      };
      const Expected<SyncReport> untaken = phones.a.try_sync();
      REQUIRE(untaken);
      CHECK(untaken->problem == sentence.code);
      CHECK(untaken->waiting == 1);
      CHECK(untaken->problem_sentence.zh.find("还没有交上去的内容都在手机里") != std::string::npos);
      CHECK(untaken->problem_sentence.en.find("still on the phone") != std::string::npos);
      CHECK(phones.a.shown(record, "title") == "路灯");
      const StatusView status = must(phones.a.phone->status());
      CHECK(status.studios.front().problem_sentence.zh == untaken->problem_sentence.zh);
      phones.server.on_request = {};
      phones.server.on_reply = {};
      phones.a.sync();
      CHECK(phones.server.row(record).record.text() == record);
      CHECK(must(phones.a.phone->status()).studios.front().problem_sentence.zh.empty());
    }
  }

  TEST_CASE("every code that holds is provoked here, or told why it cannot be") {
    std::set<std::string> known = told_in_stories();
    for (const Stricter& each : stricter()) known.insert(each.code);
    for (const auto& [code, why] : out_of_reach()) known.insert(code);
    for (const Sentence& sentence : all_sentences()) {
      if (!sentence.if_held.zh.empty()) CHECK_MESSAGE(known.contains(std::string(sentence.code)), sentence.code);
    }
  }
}

}  // namespace lianxin::client
