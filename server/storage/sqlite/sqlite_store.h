// sync/log/store.h over one SQLite database file. Durable: a write has returned only after the disk was synced.
#pragma once

#include "server/storage/sql.h"
#include "sync/log/store.h"

namespace lianxin::server {

class SqliteStore final : public Store {
 public:
  // Brings the tables up to date first. `database` must outlive the store. Errors: those of SqlDatabase::migrate.
  static Result<std::unique_ptr<SqliteStore>> open(SqlDatabase& database);

  Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) override;  // `f` on another thread
  Status read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) override;
  Result<std::vector<StudioId>> studios() override;  // in order of their ids

 private:
  explicit SqliteStore(SqlDatabase& database) : database_(database) {}

  SqlDatabase& database_;
};

}  // namespace lianxin::server
