#include "server/recovery/journalled_store.h"

#include "server/telemetry/log.h"

namespace lianxin::server {

Status JournalledStore::write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) {
  std::optional<Value::Object> noted;
  const auto afresh = [&](WriteTxn& txn) {
    noted.reset();  // what a run that did not last had added
    return f(txn);
  };
  Status written = within_.write(studio, afresh, [&](const Addition& addition) -> Status {
    LX_TRY(noted, own_lines_entry(own_, studio, addition));
    return {};
  });
  if (!written || !noted) return written;
  if (const Status told = journal_.append({std::move(*noted)}); !told) {
    log_event(LogLevel::error, "journal_behind", {{"studio", studio.text()}, {"reason", told.error().message}});
  }
  return {};
}

}  // namespace lianxin::server
