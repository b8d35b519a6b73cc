// Writes what sync/log/store.h adds to one studio, on the writer's connection, within its transaction. Throws
// SqlFailure, after which the transaction must be rolled back.
#pragma once

#include "server/storage/sql.h"
#include "sync/log/store.h"

namespace lianxin::server {

class LogWriter {
 public:
  LogWriter(SqlConnection& connection, const StudioId& studio) : connection_(connection), studio_(studio) {}

  void add(const Addition& addition);
  void replace_rows(std::span<const StoredRow> rows, const StudioHead& head);

 private:
  void put_head(const StudioHead& head);
  void append_chain(const DeviceId& device, std::span<const ChainEntry> entries);
  void put_signature(const DeviceId& device, const PushSignature& signature);
  void append_log(std::span<const Logged> lines, Seq head);
  void put_rows(std::span<const StoredRow> rows);
  void put_indexed(const StoredRow& row);
  void put_held_open(const StoredRow& row);

  SqlConnection& connection_;
  const StudioId studio_;
};

}  // namespace lianxin::server
