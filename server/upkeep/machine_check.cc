#include "server/upkeep/machine_check.h"

#include <algorithm>

#include "server/backup/times.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"
#include "server/upkeep/queries.h"

namespace lianxin::server {

namespace fs = std::filesystem;

namespace {

constexpr const char* writes_failed =
    "刚才有写入失败，磁盘可能已满；请腾出空间。 Writes have just failed, the disk may be full: make room.";

}  // namespace

void MachineCheck::look(std::int64_t now_ms) {
  Wrong wrong{disk_wrong(now_ms), clock_wrong(now_ms)};
  const std::lock_guard lock(mutex_);
  const auto tell = [](const char* what, const std::string& before, const std::string& now) {
    if (before.empty() && !now.empty()) log_event(LogLevel::error, "machine_wrong", {{"what", what}, {"reason", now}});
    if (!before.empty() && now.empty()) log_event("machine_well", {{"what", what}});
  };
  tell("disk", wrong_.disk, wrong.disk);
  tell("clock", wrong_.clock, wrong.clock);
  wrong_ = std::move(wrong);
}

MachineCheck::Wrong MachineCheck::wrong() const {
  const std::uint64_t failures = database_.counts().unavailable;
  const std::lock_guard lock(mutex_);
  Wrong wrong = wrong_;
  if (wrong.disk.empty() && failures != failures_) wrong.disk = writes_failed;
  return wrong;
}

std::string MachineCheck::disk_wrong(std::int64_t now_ms) {
  const Status written = database_.write([](SqlConnection& connection) -> Status {
    connection.exec(upkeep_sql::try_writing);
    connection.exec(upkeep_sql::undo_trying);
    return {};
  });
  {
    const std::uint64_t failures = database_.counts().unavailable;
    const std::lock_guard lock(mutex_);
    if (failures != failures_) failed_ms_ = now_ms;
    failures_ = failures;
  }
  if (!written && written.error().code != Errc::busy) {
    return "写不进数据文件夹所在的磁盘，手机的记录暂时收不进来；请腾出空间或检查磁盘。 Nothing can be written to the "
           "disk "
           "of the data folder, so phones keep what they have: make room, or look at the disk. (" +
           written.error().message + ")";
  }
  // A small write may find room where a large one did not.
  if (failed_ms_ <= now_ms && now_ms < failed_ms_ + failures_told_ms) {
    return writes_failed;
  }
  std::error_code error;
  const fs::space_info space = fs::space(data_, error);
  if (!error && space.available < free_bytes_) {
    const std::string left = std::to_string(space.available >> 20) + " MB";
    return "数据文件夹所在的磁盘只剩 " + left + "；请腾出空间。 Only " + left +
           " are free on the disk of the data folder: make room.";
  }
  return {};
}

std::string MachineCheck::clock_wrong(std::int64_t now_ms) const {
  const std::string now = utc_text(now_ms);
  if (now_ms < no_server_before_ms) {
    return "本机时钟是 " + now + "，早于本程序问世；请校时。 This machine's clock says " + now +
           ", before there was such a program: set it.";
  }
  const auto doubt = [&](const char* zh, const char* en, std::int64_t dated_ms) {
    const std::string dated = utc_text(dated_ms);
    return std::string(zh) + "的时间是 " + dated + "，而本机时钟是 " + now + "：当时或现在的时钟不对；请校时。 " + en +
           " is dated " + dated + ", and this machine's clock says " + now +
           ": it was wrong then or is wrong now; set it.";
  };
  const std::int64_t backup_ms = metrics_.last_backup_ms();
  if (backup_ms > now_ms + ahead_ms_max) return doubt("最新备份", "The newest backup", backup_ms);
  const auto received = database_.all(upkeep_sql::last_lines_received, column<std::int64_t>);
  if (!received) return {};
  // More than half: a log that has had no line since a clock was wrong says nothing of today's.
  const auto ahead =
      std::count_if(received->begin(), received->end(), [&](std::int64_t ms) { return ms > now_ms + ahead_ms_max; });
  if (2 * static_cast<std::size_t>(ahead) <= received->size()) return {};
  return doubt("最新记录", "The newest line", *std::max_element(received->begin(), received->end()));
}

}  // namespace lianxin::server
