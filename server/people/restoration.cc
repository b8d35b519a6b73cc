#include "server/people/restoration.h"

#include "server/people/queries.h"
#include "server/people/restoration_queries.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

RestoredStudio read_studio(const SqlRun& run) { return {run.id<StudioId>(0), run.integer(1), run.integer(2)}; }

RestoredDevice read_restored(const SqlRun& run) {
  RestoredDevice device;
  run.read(device.device, device.last_sync_ms, device.backlog, device.returned_ms, device.settled, device.lines,
           device.heads);
  return device;
}

struct Last {
  std::int64_t restoration, at_ms;
};

Last read_last(const SqlRun& run) { return {run.integer(0), run.integer(1)}; }

JournalPlace read_place(const SqlRun& run) { return {run.integer(0), run.bytes<32>(1)}; }

}  // namespace

Result<std::optional<Restoration>> last_restoration(SqlDatabase& database) {
  return database.ask([](SqlConnection& connection) -> std::optional<Restoration> {
    const auto last = connection.first(restoration_sql::last_restoration, read_last);
    if (!last) return std::nullopt;
    return Restoration{last->at_ms, connection.all(restoration_sql::restored_studios, read_studio, last->restoration),
                       connection.all(restoration_sql::restored_devices, read_restored, last->restoration)};
  });
}

void note_restoration(SqlConnection& connection, std::int64_t at_ms, const JournalPlace& end,
                      const std::vector<RestoredStudio>& studios) {
  connection.exec(restoration_sql::free_journal_number, end.number, end.hash);
  const auto restoration =
      connection.first(restoration_sql::insert_restoration, column<std::int64_t>, at_ms, end.number, end.hash);
  if (!restoration) return;
  for (const RestoredStudio& studio : studios) {
    connection.exec(restoration_sql::insert_restored_studio, *restoration, studio.studio, studio.seq_before,
                    studio.seq_found);
  }
  connection.exec(people_sql::end_all_sessions);
}

JournalPlace noted_place(SqlConnection& connection) {
  return connection.first(restoration_sql::noted_place, read_place).value_or(JournalPlace{});
}

void await_devices(SqlConnection& connection, const std::map<DeviceId, ToldSync>& told) {
  const auto last = connection.first(restoration_sql::last_restoration, read_last);
  if (!last) return;
  connection.exec(restoration_sql::insert_awaited, last->restoration);
  for (const auto& [device, sync] : told) {
    connection.exec(restoration_sql::note_sync_before, last->restoration, device, sync.at_ms, sync.backlog);
  }
}

void note_readmitted(SqlConnection& connection, const DeviceId& device, std::int64_t enrolled_ms, std::int64_t now_ms) {
  const auto found =
      connection.first(restoration_sql::insert_restoration_found, column<std::int64_t>, now_ms, enrolled_ms);
  if (found) connection.exec(restoration_sql::insert_awaited, *found);
  connection.exec(restoration_sql::await_readmitted, device);
}

}  // namespace lianxin::server
