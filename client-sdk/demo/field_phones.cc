#include "client-sdk/demo/field_phones.h"

#include <algorithm>
#include <random>

#include "schema/json.h"

namespace lianxin::demo {
namespace {

// The demo's only; on a real duty phone each member chooses one.
constexpr std::string_view demo_pin = "2468";

}  // namespace

FieldPhone::FieldPhone(const PhoneInStory& who, const std::string& folder)
    : who_(who), clock_(std::make_unique<StoryClock>(who.name)), phone_(open_file(who, folder, *clock_)) {}

Phone FieldPhone::open_file(const PhoneInStory& who, const std::string& folder, StoryClock& clock) {
  PhoneOptions options;
  options.path = folder + "/phone-" + who.name + ".db";
  options.clock = &clock;
  return need(Phone::open(options), "打开手机 " + who.name);
}

void FieldPhone::enrol(const std::string& server, const std::string& code) {
  need(phone_.enrol(server, code, who_.name), "登记手机 " + who_.name);
  held_by_ = who_.member;
}

void FieldPhone::pick_up() {
  const std::string act = "手机 " + who_.name + " 解锁";
  if (who_.shared && need(phone_.member_locked(), act)) need(phone_.unlock_member(demo_pin), act);
}

void FieldPhone::hand_to(const std::string& member) {
  pick_up();
  if (!who_.shared || held_by_ == member) return;
  for (const MemberInfo& one : need(phone_.members(), "手机 " + who_.name)) {
    if (one.id == member && !one.has_pin) need(phone_.set_pin(member, demo_pin), "手机 " + who_.name + " 设PIN");
  }
  need(phone_.switch_member(member, demo_pin), "手机 " + who_.name + " 换人");
  held_by_ = member;
}

Form FieldPhone::open(const Entry& entry) {
  hand_to(entry.member);
  if (entry.at_ms > 0) {
    clock_->go_to(entry.at_ms);
  } else {
    clock_->go_to_now();
  }
  pick_up();
  const std::string act = "手机 " + who_.name + " 填 " + entry.story + " (" + entry.kind + ")";
  Form form = entry.is_new ? need(phone_.begin_new(entry.kind, entry.studio, entry.record), act)
                           : need(phone_.begin_edit(entry.record), act);
  need(form.fill(to_json(Value(entry.fields))), act);
  return form;
}

Saved FieldPhone::commit(Form& form) { return need(form.commit(), "手机 " + who_.name + " 保存 " + form.record()); }

Saved FieldPhone::save(const Entry& entry) {
  if (entry.remove) {
    hand_to(entry.member);
    clock_->go_to(entry.at_ms);
    pick_up();
    return need(
        phone_.remove_record(entry.record, entry.fields.at("reason").text() ? *entry.fields.at("reason").text() : ""),
        "手机 " + who_.name + " 删除 " + entry.story);
  }
  return need(open(entry).commit(), "手机 " + who_.name + " 保存 " + entry.story + " (" + entry.kind + ")");
}

SyncReport FieldPhone::sync() {
  clock_->go_to_now();
  SyncOptions options;
  // A lost reply makes the phone wait before it asks again; in the story that moment passes at once.
  options.wait = [](std::int64_t) {};
  return need(phone_.sync(options), "手机 " + who_.name + " 同步");
}

RecordView FieldPhone::record(std::string_view id) {
  pick_up();
  return need(phone_.record(id), "手机 " + who_.name + " 查看");
}
StatusView FieldPhone::status() { return need(phone_.status(), "手机 " + who_.name); }
std::vector<InboxItem> FieldPhone::inbox() {
  pick_up();
  return need(phone_.inbox(), "手机 " + who_.name + " 收件箱");
}

FieldPhones::FieldPhones(const Story& story, const std::string& folder) {
  for (const PhoneInStory& who : story.phones()) phones_.push_back(std::make_unique<FieldPhone>(who, folder));
}

FieldPhone& FieldPhones::at(std::string_view name) {
  for (const auto& phone : phones_) {
    if (phone->who().name == name) return *phone;
  }
  throw StoryStopped{"没有手机 " + std::string(name)};
}

std::vector<FieldPhone*> FieldPhones::in_order(unsigned seed) {
  std::vector<FieldPhone*> order;
  for (const auto& phone : phones_) order.push_back(phone.get());
  std::mt19937 random(seed);
  if (seed != 0) std::shuffle(order.begin(), order.end(), random);
  return order;
}

}  // namespace lianxin::demo
