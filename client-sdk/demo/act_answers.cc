// 五、再次同步，各人所见: what came back to the phones, and what each side sees in the end.
#include <algorithm>
#include <iostream>

#include "client-sdk/demo/clashes.h"
#include "client-sdk/demo/stage.h"
#include "client-sdk/demo/terminal.h"
#include "schema/json.h"

namespace lianxin::demo {
namespace {

constexpr std::size_t title_columns = 34;

void correct_what_came_back(Stage& stage) {
  const Entry fixed = corrected(stage.story);
  FieldPhone& phone = stage.phones.at(fixed);
  const std::vector<InboxItem> inbox = phone.inbox();
  const auto item = std::find_if(inbox.begin(), inbox.end(), [&](const InboxItem& one) {
    return one.kind == InboxKind::returned && one.record == fixed.record;
  });
  const bool told = item != inbox.end() && item->reason == returned_reason && item->marked.size() == 2;
  if (item != inbox.end()) {
    std::cout << "  手机 " << fixed.phone << " 收件箱：《" << item->title << "》退回，" << item->reason << "\n";
  }
  stage.checks.that(told, "退回的 MC-08 连同理由和标出的栏目到了作者的手机");
  phone.save(fixed);
  std::cout << "  作者改好再提交：「" << corrected_text << "」\n\n";
}

// The phone on which a record of the story was made, and what it shows.
RecordView at_its_phone(Stage& stage, const Value& record) {
  return stage.phones.at(stage.story.phone_with_id(record.text_at("created_by_device"))).record(record.text_at("id"));
}

struct Agreement {
  int review = 0, alike = 0, numbered = 0;
};

void compare(Stage& stage, const Value& record, Table& table, Agreement& agreement) {
  const RecordView phone = at_its_phone(stage, record);
  const Value desk = stage.desk.record(record.text_at("owner_studio_id"), record.text_at("id"));
  const std::string_view promised = record.text_at("review_state");
  const bool as_promised = desk.text_at("review") == promised && phone.review.state == promised;
  const bool alike = phone.review.state == desk.text_at("review") && phone.official_no == desk.text_at("official_no") &&
                     phone.conflicts.size() == desk.list_at("conflicts").size() && !phone.waiting;
  agreement.review += as_promised ? 1 : 0;
  agreement.alike += alike ? 1 : 0;
  agreement.numbered += promised != "accepted" || !phone.official_no.empty() ? 1 : 0;
  table.add({std::string(record.text_at("key")), cut_to_width(phone.title, title_columns), phone.review.label.zh,
             std::string(desk.text_at("review_label")),
             phone.official_no.empty() ? phone.provisional_no : phone.official_no,
             phone.conflicts.empty() ? "" : std::to_string(phone.conflicts.size())});
}

void check_concerns(Stage& stage) {
  Table table({"诉求", "标题", "状态", "主办单位", "期限"});
  int as_told = 0, all = 0;
  for (const ConcernInStory& one : concerns_of(stage.story)) {
    const Value seen = stage.desk.record(one.studio, one.id);
    const RecordView phone =
        stage.phones.at(stage.story.phone_with_id(one.record->text_at("created_by_device"))).record(one.id);
    const FieldView* state = phone.field("state");
    const std::string_view promised = one.concern->text_at("state");
    const std::string on_phone = state ? state->value.to_text() : "collected";
    ++all;
    as_told += seen.text_at("state") == promised && on_phone == promised ? 1 : 0;
    const Value& unit = shown_at(seen, "assigned_unit");
    const Value& deadline = shown_at(seen, "deadline_on");
    table.add({one.key, cut_to_width(one.concern->text_at("title"), title_columns),
               state ? state->value_label.zh : "已收集", unit.text() ? *unit.text() : "",
               deadline.text() ? *deadline.text() : ""});
  }
  std::cout << "\n" << table.text();
  stage.checks.equal(as_told, all, "十二件诉求的状态，手机和协调员所见都与故事一致");
}

void check_tags(Stage& stage) {
  const Entry household = tag_added_offline(stage.story);
  const Value seen = stage.desk.record(household.studio, household.record);
  const std::vector<std::string> tags = elements_of(seen, "household_tags");
  stage.checks.that(tags == std::vector<std::string>{"留守儿童"},
                    "住户标签：一边添「留守儿童」，一边去「低保户」，两样都算数");
}

// Who may not see patients has none on the phone, not even sealed.
void check_health(Stage& stage) {
  ListOptions encounters;
  encounters.kind = "clinic_encounter";
  const auto count = [&](std::string_view phone) {
    return need(stage.phones.at(phone).sdk().list(encounters), "手机 " + std::string(phone)).items.size();
  };
  const auto told = static_cast<std::size_t>(count_by_kind(stage.plan.offline)[encounters.kind] +
                                             count_by_kind(stage.plan.together)[encounters.kind]);
  const auto entered_on = [&](std::string_view phone) {
    std::size_t entered = 0;
    for (const auto* entries : {&stage.plan.offline, &stage.plan.together}) {
      entered += static_cast<std::size_t>(std::count_if(entries->begin(), entries->end(), [&](const Entry& entry) {
        return entry.kind == encounters.kind && entry.phone == phone && entry.is_new;
      }));
    }
    return entered;
  };
  bool has_own = true;
  for (const std::string_view phone : {"B2E1", "B2E2", "B2E3"}) {
    has_own = has_own && entered_on(phone) > 0 && count(phone) >= entered_on(phone) && count(phone) < told;
  }
  stage.checks.that(has_own && count("3FA9") == 0,
                    "就诊记录只在看这个病人的医生手机上：自己登记的都在，别人的义诊和别处一条也没有");
}

// Of all that several phones did to the same records, one matter is left to a person, and nothing lies aside.
void check_what_is_left(Stage& stage) {
  const Value open = stage.desk.get("/v1/conflicts?limit=100");
  const Value held = stage.desk.get("/v1/held?limit=100");
  const Value::List& records = open.list_at("records");
  stage.checks.that(records.size() == 1 && records[0].text_at("record") == stage.story.record("OV-05").text_at("id"),
                    "协调员待办里只剩一处冲突：OV-05 的作废");
  stage.checks.equal(static_cast<std::int64_t>(held.list_at("held").size()), 0, "没有一次修改被搁置");
  for (const Value& one : held.list_at("held")) std::cout << "  搁置：" << to_json(one) << "\n";
}

}  // namespace

void act_answers(Stage& stage) {
  std::cout << heading("五、再次同步，各人所见");
  sync_until_all_have_all(stage);
  correct_what_came_back(stage);
  sync_until_all_have_all(stage);

  Table table({"记录", "标题", "手机上", "协调员", "编号", "冲突"});
  Agreement agreement;
  for (const Value& record : stage.story.records()) compare(stage, record, table, agreement);
  std::cout << table.text();
  const int all = static_cast<int>(stage.story.records().size());
  stage.checks.equal(agreement.review, all, "三十条记录的审核状态与故事一致");
  stage.checks.equal(agreement.alike, all, "手机和协调员看到的状态、编号、冲突处处相同");
  stage.checks.equal(agreement.numbered, all, "审核通过的记录都有了正式编号，也到了手机上");
  check_concerns(stage);
  check_tags(stage);
  check_what_is_left(stage);
  check_health(stage);

  std::int64_t waiting = 0, troubled = 0;
  for (const auto& phone : stage.phones.all()) {
    const StatusView status = phone->status();
    waiting += status.waiting;
    for (const StudioStatus& studio : status.studios) troubled += studio.trouble ? 1 : 0;
  }
  stage.checks.equal(waiting, 0, "最后没有一部手机还有待上传的");
  stage.checks.equal(troubled, 0, "每部手机与服务器的校验和相同");
}

}  // namespace lianxin::demo
