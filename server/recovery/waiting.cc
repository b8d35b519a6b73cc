#include "server/recovery/waiting.h"

#include "schema/json.h"
#include "server/recovery/queries.h"
#include "server/storage/sql.h"
#include "server/telemetry/log.h"

namespace lianxin::server {

void keep_waiting(SqlConnection& connection, const JournalEntry& entry) {
  connection.exec(recovery_sql::put_waiting, entry.place.hash, entry.place.number, to_json(Value(entry.what)));
}

void drop_waiting(SqlConnection& connection, const JournalEntry& entry) {
  connection.exec(recovery_sql::delete_waiting, entry.place.hash);
}

Result<std::vector<JournalEntry>> waiting_entries(SqlDatabase& database) {
  return database.ask([](SqlConnection& connection) {
    std::vector<JournalEntry> entries;
    SqlRun run = connection.run(recovery_sql::waiting);
    while (run.step()) {
      Result<Value> what = parse_json(run.text(2));
      if (!what || !what->object()) {  // a server must start all the same; verify tells of the row
        log_event(LogLevel::error, "waiting_entry_unread", {{"number", std::to_string(run.integer(1))}});
        continue;
      }
      entries.push_back({{run.integer(1), run.bytes<32>(0)}, std::move(*what->object())});
    }
    return entries;
  });
}

}  // namespace lianxin::server
