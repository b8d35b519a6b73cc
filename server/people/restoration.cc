#include "server/people/restoration.h"

#include "server/people/queries.h"
#include "server/people/restoration_queries.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

std::vector<RestoredStudio> studios_of(SqlConnection& connection, std::int64_t restoration) {
  std::vector<RestoredStudio> studios;
  SqlRun run = connection.run(restoration_sql::restored_studios);
  run.bind(1, restoration);
  while (run.step()) studios.push_back({run.id<StudioId>(0), run.integer(1), run.integer(2)});
  return studios;
}

std::vector<RestoredDevice> devices_of(SqlConnection& connection, std::int64_t restoration) {
  std::vector<RestoredDevice> devices;
  SqlRun run = connection.run(restoration_sql::restored_devices);
  run.bind(1, restoration);
  while (run.step()) {
    devices.push_back({run.id<DeviceId>(0), run.integer(1), run.integer(2), run.integer(3), run.integer(4) != 0,
                       run.integer(5), run.integer(6)});
  }
  return devices;
}

}  // namespace

Result<std::optional<Restoration>> last_restoration(SqlDatabase& database) {
  std::optional<Restoration> found;
  LX_CHECK(database.read([&](SqlConnection& connection) -> Status {
    std::int64_t restoration = 0;
    {
      SqlRun run = connection.run(restoration_sql::last_restoration);
      if (!run.step()) return {};
      restoration = run.integer(0);
      found.emplace().at_ms = run.integer(1);
    }
    found->studios = studios_of(connection, restoration);
    found->devices = devices_of(connection, restoration);
    return {};
  }));
  return found;
}

void note_restoration(SqlConnection& connection, std::int64_t at_ms, const JournalPlace& end,
                      const std::vector<RestoredStudio>& studios) {
  connection.run(restoration_sql::free_journal_number).bind(1, end.number).bind(2, end.hash).exec();
  std::int64_t restoration = 0;
  {
    SqlRun run = connection.run(restoration_sql::insert_restoration);
    if (!run.bind(1, at_ms).bind(2, end.number).bind(3, end.hash).step()) return;
    restoration = run.integer(0);
  }
  for (const RestoredStudio& studio : studios) {
    SqlRun run = connection.run(restoration_sql::insert_restored_studio);
    run.bind(1, restoration).bind(2, studio.studio).bind(3, studio.seq_before).bind(4, studio.seq_found).exec();
  }
  connection.run(people_sql::end_all_sessions).exec();
}

JournalPlace noted_place(SqlConnection& connection) {
  SqlRun run = connection.run(restoration_sql::noted_place);
  return run.step() ? JournalPlace{run.integer(0), run.bytes<32>(1)} : JournalPlace{};
}

void await_devices(SqlConnection& connection, const std::map<DeviceId, ToldSync>& told) {
  std::int64_t restoration = 0;
  {
    SqlRun run = connection.run(restoration_sql::last_restoration);
    if (!run.step()) return;
    restoration = run.integer(0);
  }
  connection.run(restoration_sql::insert_awaited).bind(1, restoration).exec();
  for (const auto& [device, sync] : told) {
    SqlRun run = connection.run(restoration_sql::note_sync_before);
    run.bind(1, restoration).bind(2, device).bind(3, sync.at_ms).bind(4, sync.backlog).exec();
  }
}

void note_readmitted(SqlConnection& connection, const DeviceId& device, std::int64_t enrolled_ms, std::int64_t now_ms) {
  std::optional<std::int64_t> found;
  {
    SqlRun run = connection.run(restoration_sql::insert_restoration_found);
    if (run.bind(1, now_ms).bind(2, enrolled_ms).step()) found = run.integer(0);
  }
  if (found) connection.run(restoration_sql::insert_awaited).bind(1, *found).exec();
  connection.run(restoration_sql::await_readmitted).bind(1, device).exec();
}

Result<std::vector<std::string>> accounts_without_password(SqlDatabase& database) {
  std::vector<std::string> logins;
  LX_CHECK(database.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(restoration_sql::accounts_without_password);
    while (run.step()) logins.push_back(run.text(0));
    return {};
  }));
  return logins;
}

}  // namespace lianxin::server
