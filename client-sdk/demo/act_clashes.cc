// 三、又都离线，改同一条: the conflicts, made by real phones that know nothing of each other.
#include <algorithm>
#include <iostream>

#include "client-sdk/demo/clashes.h"
#include "client-sdk/demo/stage.h"
#include "client-sdk/demo/terminal.h"

namespace lianxin::demo {
namespace {

void play(Stage& stage, const Clash& clash) {
  // Both are on the screen before either is saved.
  Form other = stage.phones.at(clash.other).open(clash.other);
  stage.phones.at(clash.one).save(clash.one);
  stage.phones.at(clash.other).commit(other);
  std::cout << "  · " << clash.what << "（" << clash.one.phone << " 与 " << clash.other.phone << "）\n";
}

std::int64_t shown_number(const RecordView& record, std::string_view field) {
  const FieldView* view = record.field(field);
  return view && view->value.integer() ? *view->value.integer() : 0;
}

// Every clinic's count, on the phones that counted and at the desk.
void check_tables(Stage& stage) {
  Table table({"义诊", "日期", "各台手机", "合计人次", "应为"});
  int right = 0, clinics = 0;
  for (const Value& record : stage.story.records()) {
    if (record.text_at("entity_type") != "clinic_visit") continue;
    ++clinics;
    std::string parts;
    bool alike = true;
    const std::int64_t expected = record.integer_at("persons_served");
    for (const auto& [phone, count] : record.object_at("device_counts")) {
      parts += (parts.empty() ? "" : " + ") + std::to_string(*count.integer());
      alike = alike && shown_number(stage.phones.at(phone).record(record.text_at("id")), "persons_served") == expected;
    }
    const Value seen = stage.desk.record(record.text_at("owner_studio_id"), record.text_at("id"));
    const Value& total = shown_at(seen, "persons_served");
    const std::int64_t at_desk = total.integer() ? *total.integer() : 0;
    right += alike && at_desk == expected ? 1 : 0;
    table.add({std::string(record.text_at("key")), std::string(record.text_at("occurred_on")), parts, grouped(at_desk),
               grouped(expected)});
  }
  std::cout << "\n" << table.text();
  stage.checks.equal(right, clinics, "同一场义诊几张桌子各记各的，手机和协调员看到的都是相加之和");
  const Value& walk = stage.story.record("OV-10");
  const Value seen = stage.desk.record(walk.text_at("owner_studio_id"), walk.text_at("id"));
  stage.checks.that(shown_at(seen, "households_reached") == *walk.find("households_reached") &&
                        shown_at(seen, "persons_reached") == *walk.find("persons_reached") &&
                        shown_at(seen, "questionnaires") == *walk.find("questionnaires"),
                    "两组分头走访：540 户次、812 人次、600 份问卷");
}

void check_two_texts(Stage& stage, const Clash& clash) {
  bool everywhere = true;
  for (const Entry* side : {&clash.one, &clash.other}) {
    const RecordView view = stage.phones.at(*side).record(side->record);
    everywhere = everywhere && view.conflicts.size() == 1 && view.conflicts[0].address == "consensus_text" &&
                 view.conflicts[0].sides.size() == 2;
  }
  const Value seen = stage.desk.record(clash.one.studio, clash.one.record);
  const Value* conflict = conflict_at(seen, "consensus_text");
  everywhere = everywhere && conflict && conflict->list_at("heads").size() == 2;
  if (conflict) {
    std::cout << "\n  MC-10 协商结果，两稿并存，等人裁定：\n";
    for (const Value& head : conflict->list_at("heads")) {
      std::cout << "    「" << head.text_at("value") << "」—— " << head.text_at("member_name") << "\n";
    }
  }
  stage.checks.that(everywhere, "MC-10 的两稿都在：两部手机和协调员各看到一处冲突、两个说法");
}

void check_people(Stage& stage, const Clash& clash) {
  std::vector<std::string> expected;
  for (const Value& person : stage.story.record(clash.one.story).list_at("participants")) {
    const std::string_view id = person.text_at("person_id");
    expected.push_back(id.empty() ? "name:" + std::string(person.text_at("name")) : std::string(id));
  }
  std::sort(expected.begin(), expected.end());
  const RecordView on_phone = stage.phones.at(clash.one).record(clash.one.record);
  const FieldView* people = on_phone.field("participants");
  std::string names;
  std::vector<std::string> keys;
  for (const ElementView& element : people ? people->elements : std::vector<ElementView>{}) {
    keys.push_back(element.key);
    const auto name = element.attributes.find("name");
    names += (names.empty() ? "" : "、") + (name == element.attributes.end() ? element.key : name->second.to_text());
  }
  std::sort(keys.begin(), keys.end());
  std::cout << "  MC-01 参加人：" << names << "（没见过的签到，划不掉）\n";
  stage.checks.that(keys == expected && on_phone.conflicts.empty(), "MC-01 两机增减参加人：六人俱在，不成冲突");
}

void check_deleted(Stage& stage, const Clash& clash) {
  bool rescued = true;
  for (const Entry* side : {&clash.one, &clash.other}) {
    const RecordView view = stage.phones.at(*side).record(side->record);
    const FieldView* notes = view.field("notes_text");
    rescued = rescued && !view.conflicts.empty() && notes && notes->value.text() &&
              *notes->value.text() == *clash.other.fields.at("notes_text").text();
  }
  const Value seen = stage.desk.record(clash.one.studio, clash.one.record);
  rescued = rescued && conflict_at(seen, "_deleted") && !seen.boolean_at("deleted");
  std::cout << "  OV-05 作废与修改相遇：记录仍在、改动仍在，标为待定。\n";
  stage.checks.that(rescued, "OV-05 一边作废一边修改：记录没有消失，修改没有丢，两边都标为待定");
}

}  // namespace

void act_clashes(Stage& stage) {
  std::cout << heading("三、又都离线：几部手机改同一条");
  for (const Entry& entry : stage.plan.together) stage.phones.at(entry).save(entry);
  std::cout << "  · 义诊各张桌子、走访各组，在各自手机上计数（" << stage.plan.together.size() << " 次）\n";
  const std::vector<Clash> clashes = clashes_of(stage.story);
  for (const Clash& clash : clashes) play(stage, clash);
  sync_until_all_have_all(stage);
  check_tables(stage);
  check_two_texts(stage, clashes[0]);
  check_people(stage, clashes[1]);
  check_deleted(stage, clashes[2]);
}

}  // namespace lianxin::demo
