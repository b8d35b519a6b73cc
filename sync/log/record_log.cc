#include "sync/log/record_log.h"

#include <algorithm>

#include "sync/model/row.h"

namespace lianxin {
namespace {

// Held changes that the row names as decided.
Result<std::vector<ChangeId>> decided_in(ReadTxn& txn, const RecordId& record) {
  std::vector<ChangeId> ids;
  const std::string prefix = std::string(held_field) + "/";
  LX_TRY(const std::vector<std::optional<StoredRow>> stored, txn.records(std::span(&record, 1)));
  if (!stored.front() || stored.front()->encoded.find(prefix) == std::string::npos) return ids;
  LX_TRY(const Row row, decode_row(stored.front()->encoded));
  for (auto at = row.cells.lower_bound(prefix); at != row.cells.end() && at->first.starts_with(prefix); ++at) {
    if (const auto id = ChangeId::parse(std::string_view(at->first).substr(prefix.size()))) ids.push_back(*id);
  }
  return ids;
}

}  // namespace

Result<RecordLog> lines_of(ReadTxn& txn, const RecordId& record, const LogPart& part) {
  RecordLog log;
  std::vector<Logged>& lines = log.lines;
  LX_TRY(lines, txn.log_part_of(record, part));
  if (!lines.empty()) {
    LX_TRY(const std::vector<Logged> below, txn.log_part_of(record, {lines.front().seq, 1}));
    if (!below.empty()) log.next = lines.front().seq;
  }
  LX_TRY(std::vector<ChangeId> decided, decided_in(txn, record));
  std::erase_if(decided, [&](const ChangeId& id) {
    return std::any_of(lines.begin(), lines.end(), [&](const Logged& line) { return line.id == id; });
  });
  if (decided.empty()) return log;
  LX_TRY(std::vector<std::optional<Logged>> elsewhere, txn.logged(decided));
  for (std::optional<Logged>& line : elsewhere) {
    if (line && line->seq < part.before && line->seq >= log.next) lines.push_back(std::move(*line));
  }
  std::sort(lines.begin(), lines.end(), [](const Logged& a, const Logged& b) { return a.seq < b.seq; });
  return log;
}

}  // namespace lianxin
