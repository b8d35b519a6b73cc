#include "client-sdk/store/rows.h"

#include "client-sdk/store/own_changes.h"
#include "schema/json.h"

namespace lianxin {
namespace {

constexpr Query find_row{"find_row", R"sql(
  SELECT studio, acked_n, row_sealed FROM row WHERE studio = $1 AND record = $2
)sql"};
constexpr Query find_row_anywhere{"find_row_anywhere", R"sql(
  SELECT studio, acked_n, row_sealed FROM row WHERE record = $1 LIMIT 1
)sql"};
constexpr Query put_row{"put_row", R"sql(
  INSERT INTO row (studio, record, last_seq, acked_n, row_sealed) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (studio, record) DO UPDATE SET last_seq = excluded.last_seq, acked_n = excluded.acked_n,
    row_sealed = excluded.row_sealed
)sql"};
constexpr Query put_fresh{"put_fresh", R"sql(
  INSERT INTO row_fresh (studio, record, last_seq, acked_n, row_sealed) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (studio, record) DO UPDATE SET last_seq = excluded.last_seq, acked_n = excluded.acked_n,
    row_sealed = excluded.row_sealed
)sql"};
constexpr Query clear_fresh_rows{"clear_fresh_rows", "DELETE FROM row_fresh WHERE studio = $1"};
constexpr Query clear_rows{"clear_rows", "DELETE FROM row WHERE studio = $1"};
constexpr Query move_fresh{"move_fresh", R"sql(
  INSERT INTO row (studio, record, last_seq, acked_n, row_sealed)
  SELECT studio, record, last_seq, acked_n, row_sealed FROM row_fresh WHERE studio = $1
)sql"};
constexpr Query row_records{"row_records", "SELECT record FROM row WHERE studio = $1 ORDER BY record"};
constexpr Query any_row{"any_row", R"sql(
  SELECT 1 FROM row WHERE studio = $1 UNION ALL SELECT 1 FROM row_fresh WHERE studio = $1 LIMIT 1
)sql"};
constexpr Query rows_between{"rows_between", R"sql(
  SELECT record FROM row WHERE studio = $1 AND last_seq > $2 AND last_seq <= $3 ORDER BY record
)sql"};
constexpr Query studio_rows{"studio_rows", R"sql(
  SELECT record, row_sealed FROM row WHERE studio = $1 ORDER BY record
)sql"};
// A pull from zero may hold what the rows that it is to replace do not have yet.
constexpr Query rows_to_offer{"rows_to_offer", R"sql(
  SELECT record, row_sealed, 0 AS fresh FROM row WHERE studio = $1
  UNION ALL SELECT record, row_sealed, 1 FROM row_fresh WHERE studio = $1 ORDER BY fresh, record
)sql"};

}  // namespace

template <class F>
Status Rows::each_row(const Query& query, const StudioId& studio, F f) {
  Status status;
  db_.each(query, [&](SQLite::Statement& statement) {
    if (status) status = f(id_at<RecordId>(statement, 0), db_.unseal(blob_at(statement, 1)));
  }, studio);
  return status;
}

Result<std::optional<DeliveredRow>> Rows::find(const StudioId& studio, const RecordId& record) {
  std::optional<DeliveredRow> found;
  std::string sealed;
  const auto take = [&](SQLite::Statement& row) {
    found.emplace();
    found->studio = id_at<StudioId>(row, 0);
    found->acked_n = row.getColumn(1).getInt64();
    sealed = blob_at(row, 2);
  };
  if (studio.is_zero()) {
    db_.each(find_row_anywhere, take, record);
  } else {
    db_.each(find_row, take, studio, record);
  }
  if (!found) return found;
  LX_TRY(const std::string plain, db_.unseal(sealed));
  LX_TRY(found->row, decode_row(plain));
  return found;
}

Result<std::optional<DeliveredRow>> Rows::find(const RecordId& record) { return find(StudioId{}, record); }

void Rows::put(const StudioId& studio, const Row& row, N acked_n, bool fresh) {
  db_.exec(fresh ? put_fresh : put_row, studio, row.record, row.last_seq, acked_n, Blob{db_.seal(encode_row(row))});
}

void Rows::clear_fresh(const StudioId& studio) { db_.exec(clear_fresh_rows, studio); }

std::vector<RecordId> Rows::records(const StudioId& studio) {
  std::vector<RecordId> ids;
  db_.each(row_records, [&](SQLite::Statement& row) { ids.push_back(id_at<RecordId>(row, 0)); }, studio);
  return ids;
}

bool Rows::any(const StudioId& studio) {
  bool found = false;
  db_.each(any_row, [&](SQLite::Statement&) { found = true; }, studio);
  return found;
}

std::vector<RecordId> Rows::records_between(const StudioId& studio, Seq after, Seq up_to) {
  std::vector<RecordId> ids;
  db_.each(rows_between, [&](SQLite::Statement& row) { ids.push_back(id_at<RecordId>(row, 0)); }, studio, after, up_to);
  return ids;
}

std::vector<RecordId> Rows::swap(const StudioId& studio) {
  std::vector<RecordId> old = records(studio);
  db_.exec(clear_rows, studio);
  db_.exec(move_fresh, studio);
  db_.exec(clear_fresh_rows, studio);
  return old;
}

Result<Digest> Rows::digest(const StudioId& studio) {
  Digest sum;
  LX_CHECK(each_row(studio_rows, studio, [&](const RecordId& record, const Result<std::string>& text) -> Status {
    if (!text) return tl::unexpected(text.error());
    LX_TRY(const Digest row, delivered_digest_of(*text, &record));
    sum += row;
    return {};
  }));
  return sum;
}

std::optional<Digest> Rows::digest(const StudioId& studio, const RecordId& record) {
  std::string sealed;
  db_.each(find_row, [&](SQLite::Statement& row) { sealed = blob_at(row, 2); }, studio, record);
  if (sealed.empty()) return std::nullopt;
  const Result<std::string> plain = db_.unseal(sealed);
  if (!plain) return std::nullopt;
  const Result<Digest> sum = delivered_digest_of(*plain, &record);
  return sum ? std::optional(*sum) : std::nullopt;
}

Result<std::vector<OfferedHead>> Rows::others_heads(const StudioId& studio, std::int64_t from, std::size_t heads_max,
                                                    std::size_t bytes_max) {
  OwnChanges own(db_);
  std::vector<OfferedHead> heads;
  std::int64_t place = 0;
  std::size_t bytes = 0;
  bool full = false;
  LX_CHECK(each_row(rows_to_offer, studio, [&](const RecordId&, const Result<std::string>& text) -> Status {
    const Result<Row> read = text && !full ? decode_row(*text) : Result<Row>(Row{});
    if (!read) return {};
    const Row& row = *read;
    for (const auto& [address, cell] : row.cells) {
      const auto at = Address::parse(address);
      if (!at || full) continue;
      // A ladder's lower steps go before those that stand on them.
      std::vector<const Head*> in_cell;
      for (const Head& head : cell.history) in_cell.push_back(&head);
      for (const Head& head : cell.heads) in_cell.push_back(&head);
      for (const Head* head : in_cell) {
        if (full) break;
        LX_TRY(const std::optional<OwnChange> mine, own.find(head->id));
        if (mine || place++ < from) continue;
        bytes += to_json(head_value(*head)).size() + 200;
        full = heads.size() >= heads_max || (bytes > bytes_max && !heads.empty());
        if (!full) heads.push_back({row.record, row.kind, *at, *head});
      }
    }
    return {};
  }));
  return heads;
}

}  // namespace lianxin
