// sync/log/store.h over a database that has log_tables(). Durable: a write has returned only when the database says so.
#pragma once

#include "server/storage/sql.h"
#include "sync/log/store.h"

namespace lianxin::server {

class SqlStore final : public Store {
 public:
  explicit SqlStore(SqlDatabase& database) : database_(database) {}  // must outlive this

  using Hear = std::function<Status(SqlConnection&, const Addition&)>;

  Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) override {  // `f` on another thread
    return write(studio, f, [](SqlConnection&, const Addition&) { return Status{}; });
  }
  // The same; `hear` is told of what was added, within the transaction, and its error is that of the adding.
  Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f, const Hear& hear);
  Status read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) override;
  Result<std::vector<StudioId>> studios() override;  // in order of their ids

 private:
  SqlDatabase& database_;
};

}  // namespace lianxin::server
