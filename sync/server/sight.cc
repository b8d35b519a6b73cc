#include "sync/server/sight.h"

#include "sync/model/cursor.h"
#include "sync/model/limits.h"

namespace lianxin {
namespace {

constexpr std::size_t rows_at_a_time = 500;

// Who sees by single records is told apart by the roles he holds and by which records those are.
std::string text_of(const Access& access, const Reach& reach) {
  std::string text;
  for (std::size_t i = 0; i < access.roles.size(); ++i) {
    const Sensitivity clearance = i < access.clearances.size() ? access.clearances[i] : access.clearance;
    text += access.roles[i] + " " + name_of(clearance) + "|";
  }
  return text + (reach == Reach{} ? std::string() : reach.text());
}

}  // namespace

Result<Reach> reach_of(ReadTxn& snapshot, const Catalog& catalog, const Access& access, std::int64_t now_ms) {
  if (!asks_others(access, catalog)) return Reach{};
  ReachFinder finder(access, catalog, now_ms);
  LX_TRY(const StudioHead head, snapshot.head());
  for (Seq at = 0; at < head.seq;) {
    LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(at, rows_at_a_time, limits::page_bytes_max));
    if (rows.empty()) break;
    for (const StoredRow& stored : rows) {
      at = stored.last_seq;
      LX_TRY(const Row row, decode_row(stored.encoded));
      finder.take(row);
    }
  }
  return finder.found();
}

Result<StudioSight> sight_of(ReadTxn& snapshot, const Catalog& catalog, const Access& access, std::int64_t now_ms) {
  StudioSight sight;
  LX_TRY(sight.reach, reach_of(snapshot, catalog, access, now_ms));
  sight.level = level_of(access, catalog);
  const std::string text = sight.level ? std::string() : text_of(access, sight.reach);
  sight.hash = access_hash(access.clearance, text, catalog.sensitivity_version);
  return sight;
}

}  // namespace lianxin
