#include "server/recovery/journalled_store.h"

#include "server/people/states.h"
#include "server/telemetry/log.h"

namespace lianxin::server {

Status JournalledStore::write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) {
  std::vector<Value::Object> noted;
  const auto afresh = [&](WriteTxn& txn) {
    noted.clear();  // what a run that did not last had added
    return f(txn);
  };
  Status written = within_.write(studio, afresh, [&](SqlConnection& connection, const Addition& addition) -> Status {
    LX_TRY(std::optional<Value::Object> lines, own_lines_entry(own_, studio, addition));
    StateNotes notes(connection);
    for (const Belonging& belonging : addition.belongings) notes.belonging(belonging.name);
    noted = notes.take();
    if (lines) noted.push_back(std::move(*lines));
    return {};
  });
  if (!written || noted.empty()) return written;
  if (const Status told = journal_.append(std::move(noted)); !told) {
    log_event(LogLevel::error, "journal_behind", {{"studio", studio.text()}, {"reason", told.error().message}});
  }
  return {};
}

}  // namespace lianxin::server
