#include "server/storage/engine.h"

#include "server/storage/sqlite/database.h"
#include "server/storage/sqlite/migrations_log.h"
#include "server/storage/sqlite/sqlite_list_store.h"

namespace lianxin::server {
namespace {

constexpr const char* log_sealed[] = {"change_log",      "chain",     "push_signature",   "number",
                                      "search_progress", "belonging", "belongings_found", "search_remains"};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> open_database(const std::filesystem::path& file, std::span<const Module> modules,
                                                   const std::optional<DataKeyId>& key) {
  LX_TRY(auto database, SqliteDatabase::open(file, modules, {}, key));
  return database;
}

std::unique_ptr<ListStore> open_lists(SqlDatabase& database) { return std::make_unique<SqliteListStore>(database); }

Module log_tables() { return {"log", log_migrations, log_sealed}; }

}  // namespace lianxin::server
