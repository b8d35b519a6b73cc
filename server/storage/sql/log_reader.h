// Reads what sync/log/store.h asks of one studio, on one connection, within the caller's transaction. Throws
// SqlFailure; the store guards.
#pragma once

#include "server/storage/sql.h"
#include "sync/log/store.h"

namespace lianxin::server {

// A line of the log from the columns that `queries::change_by_id` and its like give.
Logged read_logged(const SqlRun& run);

class LogReader {
 public:
  LogReader(SqlConnection& connection, const StudioId& studio) : connection_(connection), studio_(studio) {}

  StudioHead head();
  ChainHead chain(const DeviceId& device);
  std::optional<ChainEntry> chain_entry(const DeviceId& device, N n);
  std::vector<ChangeId> in_chain(const DeviceId& device, std::span<const ChangeId> ids);
  std::vector<std::optional<StoredRow>> records(std::span<const RecordId> ids);
  std::vector<std::optional<Logged>> logged(std::span<const ChangeId> ids);
  std::optional<Hash> log_hash(Seq seq);
  std::vector<Logged> log_after(Seq seq, std::size_t lines_max);
  std::vector<Logged> log_part_of(const RecordId& record, const LogPart& part);
  std::vector<StoredRow> rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max);
  std::vector<RecordId> showing(const std::string& field, const std::string& text, std::size_t records_max);
  std::int64_t number(const std::string& key);
  std::vector<std::string> owners(std::span<const ReferenceName> names);

 private:
  SqlConnection& connection_;
  const StudioId studio_;
};

}  // namespace lianxin::server
