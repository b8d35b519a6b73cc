#include "client-sdk/store/rows.h"

#include "client-sdk/store/own_changes.h"
#include "schema/json.h"
#include "schema/planted.h"

namespace lianxin {
namespace {

constexpr Query find_row{"find_row", R"sql(
  SELECT studio, acked_n, row_sealed FROM row WHERE studio = $1 AND record = $2
)sql"};
constexpr Query find_row_anywhere{"find_row_anywhere", R"sql(
  SELECT studio, acked_n, row_sealed FROM row WHERE record = $1 LIMIT 1
)sql"};
constexpr Query sealed_row{"sealed_row", "SELECT row_sealed FROM row WHERE studio = $1 AND record = $2"};
constexpr Query sealed_fresh{"sealed_fresh", "SELECT row_sealed FROM row_fresh WHERE studio = $1 AND record = $2"};
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
constexpr Query find_sum{"find_row_sum", "SELECT sum FROM row_sum WHERE studio = $1 AND fresh = $2"};
constexpr Query put_sum{"put_row_sum", R"sql(
  INSERT INTO row_sum (studio, fresh, sum) VALUES ($1, $2, $3) ON CONFLICT (studio, fresh) DO UPDATE SET sum = excluded.sum
)sql"};
constexpr Query clear_sum{"clear_row_sum", "DELETE FROM row_sum WHERE studio = $1 AND fresh = $2"};
constexpr Query move_fresh_sum{"move_fresh_sum", "UPDATE row_sum SET fresh = 0 WHERE studio = $1 AND fresh = 1"};
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

Digest hash_of_row(std::string_view text) { return digest_of(sha256(text)); }

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

Digest Rows::kept_sum(const StudioId& studio, bool fresh) {
  Digest sum;
  db_.each(find_sum, [&](SQLite::Statement& row) {
    sum = Digest::parse(row.getColumn(0).getString()).value_or(Digest{});
  }, studio, std::int64_t{fresh});
  return sum;
}

void Rows::keep_sum(const StudioId& studio, bool fresh, const Digest& sum) {
  db_.exec(put_sum, studio, std::int64_t{fresh}, sum.text());
}

// A row that went bad takes another hash out of the sum than it put in: the sum stays wrong until all is pulled anew.
void Rows::put(const StudioId& studio, std::span<const Row> rows, N acked_n, bool fresh) {
  Digest sum = kept_sum(studio, fresh);
  for (const Row& row : rows) {
    std::optional<std::string> before;
    const auto take = [&](SQLite::Statement& old) { before = blob_at(old, 0); };
    db_.each(fresh ? sealed_fresh : sealed_row, take, studio, row.record);
    if (before) {
      if (const auto plain = db_.unseal(*before)) sum -= hash_of_row(*plain);
    }
    const std::string text = encode_row(row);
    sum += hash_of_row(text);
    db_.exec(fresh ? put_fresh : put_row, studio, row.record, row.last_seq, acked_n, Blob{db_.seal(text)});
  }
  if (!rows.empty()) keep_sum(studio, fresh, sum);
}

void Rows::clear_fresh(const StudioId& studio) {
  db_.exec(clear_fresh_rows, studio);
  db_.exec(clear_sum, studio, std::int64_t{true});
}

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
  db_.exec(clear_sum, studio, std::int64_t{false});
  db_.exec(move_fresh, studio);
  db_.exec(clear_fresh_rows, studio);
  db_.exec(move_fresh_sum, studio);
  return old;
}

Result<Digest> Rows::digest(const StudioId& studio) {
  Digest sum, lying;
  LX_CHECK(each_row(studio_rows, studio, [&](const RecordId& record, const Result<std::string>& text) -> Status {
    if (!text) return tl::unexpected(text.error());
    LX_TRY(const Digest row, delivered_digest_of(*text, &record));
    sum += row;
    lying += hash_of_row(*text);
    return {};
  }));
  const bool as_put = lying == kept_sum(studio, false) || LX_PLANTED(own_sum_unseen);
  if (!as_put) return failure(Errc::corrupt, "rows that are not what was put");
  return sum;
}

std::optional<Digest> Rows::digest(const StudioId& studio, const RecordId& record) {
  std::string sealed;
  db_.each(sealed_row, [&](SQLite::Statement& row) { sealed = blob_at(row, 0); }, studio, record);
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
