#include "tests/sim/scenarios/server_reference.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "schema/assert.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/sqlite/seal.h"

namespace lianxin::sim {
namespace {

// `look`: also what lies in the database. That opens a reader of its own, so the calls are counted without.
void tell(Untroubled& found, bool look) {
  wipe_story_disk(1);
  const std::int64_t before = story_disk().calls(call_write | call_sync);
  the_story().begin_again();
  StoryServer server(story_file());
  LX_ASSERT(server.open().has_value());
  if (look) found.tables.push_back(*table_hashes(server.database()));
  for (const ServerStory::Step& step : the_story().steps()) {
    const Result<std::string> told = step.run(server);
    LX_ASSERT(told.has_value());
    if (!look) continue;
    found.told.push_back(*told);
    found.tables.push_back(*table_hashes(server.database()));
  }
  server.close();
  if (!look) found.calls = story_disk().calls(call_write | call_sync) - before;
}

}  // namespace

void wipe_story_disk(std::uint64_t seed) {
  FaultFiles& files = FaultFiles::install();
  files.wipe(story_folder());
  files.seed(seed);
  story_disk().checkpoint_every(24);
}

FaultDisk& story_disk() { return FaultFiles::install().disk(story_folder()); }

ServerStory& the_story() {
  static ServerStory story;
  return story;
}

const Untroubled& untroubled() {
  static const Untroubled found = [] {
    Untroubled telling;
    tell(telling, false);
    tell(telling, true);
    return telling;
  }();
  return found;
}

Standing standing_at(SqlDatabase& database, std::size_t step) {
  const Result<TableHashes> now = table_hashes(database);
  if (!now) return {false, false, now.error().message};
  const std::vector<TableHashes>& tables = untroubled().tables;
  Standing standing;
  standing.before = *now == tables[step];
  standing.after = step + 1 < tables.size() && *now == tables[step + 1];
  if (!standing.before && !standing.after) standing.why_neither = differing(*now, tables[step]);
  return standing;
}

Result<TableHashes> table_hashes(SqlDatabase& database) {
  TableHashes hashes;
  LX_CHECK(database.read([&](SqlConnection& seam) -> Status {
    SqliteConnection& connection = SqliteConnection::of(seam);
    const Module modules[] = {log_tables()};
    if (!broken_seals(connection, sealed_tables(modules)).empty()) return failure(Errc::corrupt, "a seal is broken");
    std::vector<std::string> names;
    SQLite::Statement tables(
        connection.database(),
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('migration', 'seal') ORDER BY name");
    while (tables.executeStep()) names.push_back(tables.getColumn(0).getString());
    for (const std::string& name : names) {
      std::string columns = "1";
      const int count = SQLite::Statement(connection.database(), "SELECT * FROM " + name).getColumnCount();
      for (int i = 2; i <= count; ++i) columns += ", " + std::to_string(i);
      SQLite::Statement rows(connection.database(), "SELECT * FROM " + name + " ORDER BY " + columns);
      std::string text;
      while (rows.executeStep()) {
        for (int i = 0; i < count; ++i)
          text += std::to_string(rows.getColumn(i).size()) + ":" + rows.getColumn(i).getString();
        text += '\n';
      }
      hashes[name] = sha256(text);
    }
    return {};
  }));
  return hashes;
}

std::string differing(const TableHashes& one, const TableHashes& other) {
  std::string names;
  for (const auto& [name, hash] : one) {
    const auto at = other.find(name);
    if (at == other.end() || at->second != hash) names += " " + name;
  }
  for (const auto& [name, hash] : other) {
    if (!one.contains(name)) names += " " + name;
  }
  return names;
}

}  // namespace lianxin::sim
