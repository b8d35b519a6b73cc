// 二、回到有信号的地方: the first sync, over a line that loses replies.
#include <cstdlib>
#include <iostream>

#include "client-sdk/demo/stage.h"
#include "client-sdk/demo/terminal.h"

namespace lianxin::demo {
namespace {

// Whose replies get lost, and how many of them. By name, so that every order of syncing loses the same ones.
const std::map<std::string, int, std::less<>> unlucky = {{"3FA9", 1}, {"B2E1", 2}, {"C511", 1}, {"D7F0", 1}};
constexpr std::int64_t ten_minutes_ms = 10 * 60 * 1000;

// What the slow phone wrote bears the time at which it was truly made.
void check_slow_phone(Stage& stage) {
  const Value& visit = stage.story.record("CV-06");
  const std::int64_t truly = visit.integer_at("created_at_device_ms") + stage.plan.slow_ms;
  const Value seen = stage.desk.record(visit.text_at("owner_studio_id"), visit.text_at("id"));
  stage.checks.that(std::llabs(seen.integer_at("created_ms") - truly) < ten_minutes_ms,
                    "慢三天的手机：服务器把它的记录放回真正的时间 2026-06-12");
  std::int64_t measured = 0;
  const Value devices = stage.desk.get("/v1/devices");
  for (const Value& device : devices.list_at("devices")) {
    if (device.text_at("name") == stage.plan.slow_phone) measured = device.integer_at("skew_ms");
  }
  stage.checks.that(std::llabs(measured + stage.plan.slow_ms) < ten_minutes_ms, "设备表里看得到哪部手机的钟慢三天");
  std::cout << "\n  手机 " << stage.plan.slow_phone
            << " 的钟慢三天：服务器按开机以来的毫秒数还原了它每一条的真实时间；已提示校时。\n";
  stage.phones.at(stage.plan.slow_phone).clock().be_slow(0);
}

}  // namespace

void act_homecoming(Stage& stage) {
  std::cout << heading("二、回到有信号的地方：第一次同步，有的回复在路上丢了");
  const int lost_before = stage.line.lost();
  std::map<std::string, SyncReport> first;
  for (const Synced& one : sync_all(stage, unlucky)) first.emplace(one.phone, one.report);
  const int lost = stage.line.lost() - lost_before;

  Table table({"手机", "上传", "收到记录", "往返", "重试", "待上传"});
  std::int64_t here = 0, on_server = 0, waiting = 0;
  for (const auto& phone : stage.phones.all()) {
    const SyncReport& report = first.at(phone->who().name);
    const StatusView status = phone->status();
    table.add({phone->who().name, std::to_string(report.pushed), std::to_string(report.rows),
               std::to_string(report.round_trips), std::to_string(report.retries), std::to_string(status.waiting)});
    here += status.here;
    on_server += status.on_server;
    waiting += status.waiting;
  }
  std::cout << table.text() << "\n  丢了 " << lost
            << " 个回复：服务器已经记下，手机不知道，于是原样再送一次；没有一条记两遍。\n";

  int promised = 0;
  for (const auto& [phone, replies] : unlucky) promised += replies;
  stage.checks.equal(lost, promised, "在服务器答复之后丢掉了约定数目的回复");
  stage.checks.equal(waiting, 0, "回复丢失后重送，每部手机都没有待上传的");
  stage.checks.equal(on_server, here, "手机里有多少次修改，服务器上就有多少次");
  check_slow_phone(stage);
  sync_until_all_have_all(stage);
}

}  // namespace lianxin::demo
