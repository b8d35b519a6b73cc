// 四、协调员审核: what 程协友 decides at her desk, and what arrives too late to undo it.
#include <iostream>

#include "client-sdk/demo/clashes.h"
#include "client-sdk/demo/stage.h"
#include "client-sdk/demo/terminal.h"

namespace lianxin::demo {
namespace {

// Where the late step meets the office's decision (CN-03). Its record of the story tells no unit and no deadline: it
// was answered on the spot. It must have been handed to somebody before anybody can report that they work on it.
constexpr std::string_view late_concern = "CN-03", late_unit = "柳湾镇政府", late_deadline = "2026-05-13";

Value put(std::string_view at, Value value) { return Value::Object{{"at", at}, {"put", std::move(value)}}; }

Value::List assignment(const Stage& stage, const ConcernInStory& one) {
  const bool late = one.key == late_concern;
  const std::string_view unit = late ? late_unit : one.concern->text_at("assigned_unit");
  const std::string_view deadline = late ? late_deadline : one.concern->text_at("deadline_on");
  return {put("assigned_unit", stage.story.office_name(unit)), put("assigned_unit_id", stage.story.office_id(unit)),
          put("deadline_on", deadline)};
}

bool is_beyond(std::string_view state, std::string_view step) {
  for (const std::string& taken : steps_to(state)) {
    if (taken == step) return true;
  }
  return false;
}

// Concerns as far as "assigned"; what comes after is decided when the phones have seen that.
void assign_concerns(Stage& stage) {
  for (const ConcernInStory& one : concerns_of(stage.story)) {
    const std::string_view state = one.concern->text_at("state");
    if (!is_beyond(state, "triaged")) continue;
    stage.desk.step(one.studio, one.id, "triaged");
    if (is_beyond(state, "assigned")) stage.desk.step(one.studio, one.id, "assigned", assignment(stage, one));
  }
}

void finish_concerns(Stage& stage) {
  for (const ConcernInStory& one : concerns_of(stage.story)) {
    const std::string_view state = one.concern->text_at("state");
    if (state == "in_progress") stage.desk.step(one.studio, one.id, "in_progress");
    if (state == "resolved") {
      stage.desk.step(one.studio, one.id, "resolved",
                      {put("outcome", *one.concern->find("outcome")), put("outcome_text", "医保窗口已当场解答。")});
    }
  }
}

// The phone saw "assigned", went where there is no signal, and goes on to "in_progress"; the office resolves it at the
// same time, and the phone's step comes in last.
void late_against_resolved(Stage& stage) {
  const Entry step = late_step(stage.story);
  FieldPhone& phone = stage.phones.at(step);
  phone.sync();
  phone.save(step);
  finish_concerns(stage);
  phone.sync();
  phone.sync();
  const RecordView on_phone = phone.record(step.record);
  const FieldView* state = on_phone.field("state");
  const Value at_desk = stage.desk.record(step.studio, step.record);
  const bool stands = state && state->value == FieldValue("resolved") && on_phone.conflicts.empty() &&
                      on_phone.held.empty() && at_desk.text_at("state") == "resolved" &&
                      at_desk.list_at("conflicts").empty();
  std::cout << "  · CN-03：科室已办结，手机迟到的「办理中」只记入历程，状态仍是「已办结」\n";
  stage.checks.that(stands, "CN-03 迟到的低一级状态没有推翻「已办结」，也没有丢");
}

void give_verdicts(Stage& stage) {
  int accepted = 0;
  for (const Value& record : stage.story.records()) {
    if (record.text_at("review_state") != "accepted") continue;
    stage.desk.verdict(record.text_at("owner_studio_id"), record.text_at("id"), "accepted");
    ++accepted;
  }
  std::cout << "  · 审核通过 " << accepted << " 条\n";
  const Value& back = stage.story.record(returned_story);
  stage.desk.verdict(back.text_at("owner_studio_id"), back.text_at("id"), "returned", returned_reason,
                     {"consensus_text", "agreed_actions"});
  std::cout << "  · 退回 " << returned_story << "《" << back.text_at("title") << "》：" << returned_reason << "\n";
}

void settle_texts(Stage& stage) {
  const Entry side = clashes_of(stage.story)[0].one;
  stage.desk.resolve(side.studio, side.record, "consensus_text", settled_text, settled_reason);
  const Value seen = stage.desk.record(side.studio, side.record);
  std::cout << "  · 裁定 MC-10：「" << settled_text << "」\n";
  stage.checks.that(!conflict_at(seen, "consensus_text") && shown_at(seen, "consensus_text") == Value(settled_text),
                    "MC-10 裁定一次，冲突了结");
}

// The same household at the same time: a phone has added a tag, the desk takes another away.
void take_tag_away(Stage& stage) {
  const Entry household = tag_added_offline(stage.story);
  stage.phones.at(household).save(household);
  const Value& other = *stage.story.record("OV-09").find("household_tags_edit")->find("device_b");
  for (const Value& tag : other.list_at("remove")) {
    stage.desk.edit(household.studio, household.record,
                    {Value::Object{{"at", "household_tags/" + *tag.text()}, {"remove", true}}},
                    other.text_at("reason"));
  }
}

}  // namespace

void act_desk(Stage& stage) {
  std::cout << heading("四、协调员程协友审核");
  assign_concerns(stage);
  std::cout << "  · 诉求核实分类、交办（主办单位、期限一并写上）\n";
  late_against_resolved(stage);
  settle_texts(stage);
  take_tag_away(stage);
  give_verdicts(stage);
}

}  // namespace lianxin::demo
