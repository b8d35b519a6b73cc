// 一、离线登记: each phone alone.
#include <iostream>

#include "client-sdk/demo/stage.h"
#include "client-sdk/demo/terminal.h"

namespace lianxin::demo {
namespace {

constexpr std::string_view events[] = {"micro_consultation", "clinic_visit", "outreach_visit"};

// What one phone was given to do, as a line of the table.
std::vector<std::string> line_of(const Stage& stage, FieldPhone& phone, const std::vector<Entry>& entries) {
  std::vector<Entry> own;
  for (const Entry& entry : entries) {
    if (entry.phone == phone.who().name) own.push_back(entry);
  }
  const auto counts = count_by_kind(own);
  const auto of = [&](std::string_view kind) {
    const auto found = counts.find(std::string(kind));
    return found == counts.end() ? 0 : found->second;
  };
  int others = 0;
  for (const auto& [kind, count] : counts) others += count;
  for (const std::string_view kind : events) others -= of(kind);
  others -= of("concern");
  const StatusView status = phone.status();
  return {phone.who().name,
          stage.story.member_name(phone.who().member) + (phone.who().shared ? "等(共用)" : ""),
          phone.who().studio,
          std::to_string(of(events[0])),
          std::to_string(of(events[1])),
          std::to_string(of(events[2])),
          std::to_string(of("concern")),
          std::to_string(others),
          std::to_string(status.here),
          std::to_string(status.on_server)};
}

}  // namespace

void act_offline(Stage& stage) {
  std::cout << heading("一、离线登记：十一部手机，没有信号");
  int warned_of_day = 0;
  for (const Entry& entry : stage.plan.offline) {
    FieldPhone& phone = stage.phones.at(entry);
    if (entry.phone == stage.plan.slow_phone && entry.at_ms >= stage.plan.slow_from_ms) {
      phone.clock().be_slow(stage.plan.slow_ms);
    }
    for (const Advice& advice : phone.save(entry).warnings) {
      if (advice.field == "occurred_on") ++warned_of_day;
    }
  }

  Table table({"手机", "持有人", "工作室", "微协商", "义诊", "走访", "诉求", "其他", "手机里", "服务器上"});
  std::int64_t here = 0, on_server = 0;
  for (const auto& phone : stage.phones.all()) {
    table.add(line_of(stage, *phone, stage.plan.offline));
    here += phone->status().here;
    on_server += phone->status().on_server;
  }
  std::cout << table.text() << "\n  共 " << here << " 次修改，都已存在手机里；还没有一次到过服务器。\n"
            << "  「其他」是另立的记录：照片、住户、群众、同意书、就诊、药品收发和发药。\n";

  const auto counts = count_by_kind(stage.plan.offline);
  int entered = 0;
  for (const std::string_view kind : events) entered += counts.at(std::string(kind));
  stage.checks.equal(entered, 30, "三十条记录都在登记它的手机上离线录入");
  stage.checks.equal(on_server, 0, "同步之前服务器上一条也没有，手机也这样说");
  stage.checks.that(warned_of_day > 0, "慢三天的手机登记未到日子的义诊时得到提醒，但照样存下");
}

}  // namespace lianxin::demo
