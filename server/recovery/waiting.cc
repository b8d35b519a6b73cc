#include "server/recovery/waiting.h"

#include "schema/json.h"
#include "server/recovery/queries.h"
#include "server/storage/sql.h"
#include "server/telemetry/log.h"

namespace lianxin::server {

void keep_waiting(SqlConnection& connection, const JournalEntry& entry) {
  SqlRun run = connection.run(recovery_sql::put_waiting);
  run.bind(1, entry.place.hash).bind(2, entry.place.number).bind(3, to_json(Value(entry.what))).exec();
}

void drop_waiting(SqlConnection& connection, const JournalEntry& entry) {
  connection.run(recovery_sql::delete_waiting).bind(1, entry.place.hash).exec();
}

Result<std::vector<JournalEntry>> waiting_entries(SqlDatabase& database) {
  std::vector<JournalEntry> entries;
  LX_CHECK(database.read([&](SqlConnection& connection) -> Status {
    entries.clear();
    SqlRun run = connection.run(recovery_sql::waiting);
    while (run.step()) {
      Result<Value> what = parse_json(run.text(2));
      if (!what || !what->object()) {  // a server must start all the same; verify tells of the row
        log_event(LogLevel::error, "waiting_entry_unread", {{"number", std::to_string(run.integer(1))}});
        continue;
      }
      entries.push_back({{run.integer(1), run.bytes<32>(0)}, std::move(*what->object())});
    }
    return {};
  }));
  return entries;
}

}  // namespace lianxin::server
