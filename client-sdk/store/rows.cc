#include "client-sdk/store/rows.h"

#include "client-sdk/store/own_changes.h"
#include "schema/json.h"

namespace lianxin::client {
namespace {

constexpr Query one_row{"one_row", R"sql(
  SELECT record, row_sealed, last_seq, acked_n FROM row WHERE studio = $1 AND record = $2
)sql"};
constexpr Query one_fresh{"one_fresh", R"sql(
  SELECT record, row_sealed, last_seq, acked_n FROM row_fresh WHERE studio = $1 AND record = $2
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
constexpr Query find_sum{"find_row_sum", "SELECT sum_sealed FROM row_sum WHERE studio = $1 AND fresh = $2"};
constexpr Query put_sum{"put_row_sum", R"sql(
  INSERT INTO row_sum (studio, fresh, sum_sealed) VALUES ($1, $2, $3)
  ON CONFLICT (studio, fresh) DO UPDATE SET sum_sealed = excluded.sum_sealed
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
  SELECT record, row_sealed, last_seq, acked_n FROM row WHERE studio = $1 ORDER BY record
)sql"};
constexpr Query studio_fresh{"studio_fresh", R"sql(
  SELECT record, row_sealed, last_seq, acked_n FROM row_fresh WHERE studio = $1 ORDER BY record
)sql"};
// A pull from zero may hold what the rows that it is to replace do not have yet.
constexpr Query rows_to_offer{"rows_to_offer", R"sql(
  SELECT record, row_sealed, last_seq, acked_n, 0 AS fresh FROM row WHERE studio = $1
  UNION ALL SELECT record, row_sealed, last_seq, acked_n, 1 FROM row_fresh WHERE studio = $1 ORDER BY fresh, record
)sql"};

Digest hash_of_row(std::string_view text, Seq last_seq, N acked_n) {
  return digest_of(sha256_of_parts({text, std::to_string(last_seq), std::to_string(acked_n)}));
}

}  // namespace

// A row as it lies in the file.
struct Rows::StoredRow {
  RecordId record;
  Result<std::string> text;  // or why it cannot be read
  Seq last_seq = 0;
  N acked_n = 0;

  // What it adds to the sum. One that cannot be read adds nothing: what it once added stays in the sum that was kept.
  Digest hash() const { return text ? hash_of_row(*text, last_seq, acked_n) : Digest{}; }
};

template <class F, class... Which>
Status Rows::each_row(F f, const Query& query, const StudioId& studio, const Which&... which) {
  Status status;
  db_.each(
      query,
      [&](SQLite::Statement& row) {
        if (!status) return;
        const auto record = id_at<RecordId>(row, 0);
        status = f(StoredRow{record, db_.unseal(sealed_at(Column::row, studio, record), blob_at(row, 1)),
                             row.getColumn(2).getInt64(), row.getColumn(3).getInt64()});
      },
      studio, which...);
  return status;
}

Result<std::optional<DeliveredRow>> Rows::find(const StudioId& studio, const RecordId& record) {
  std::optional<DeliveredRow> found;
  LX_CHECK(each_row(
      [&](const StoredRow& stored) -> Status {
        if (!stored.text) return tl::unexpected(stored.text.error());
        LX_TRY(Row row, decode_row(*stored.text));
        found = DeliveredRow{stored.acked_n, std::move(row)};
        return {};
      },
      one_row, studio, record));
  return found;
}

Digest Rows::sum_of(const Query& query, const StudioId& studio) {
  Digest sum;
  (void)each_row(
      [&](const StoredRow& row) -> Status {
        sum += row.hash();
        return {};
      },
      query, studio);
  return sum;
}

// None: nothing was put yet, or by a version that kept no sum; or what is beside the text was moved on purpose.
std::optional<Digest> Rows::kept_sum(const StudioId& studio, bool fresh) {
  const auto sum = db_.unsealed(find_sum, sealed_at(Column::row_sum, studio), studio, std::int64_t{fresh});
  if (!sum) return Digest{};
  return *sum ? std::optional(Digest::parse(**sum).value_or(Digest{})) : std::nullopt;
}

// A row that went bad takes another hash out of the sum than it put in: the sum stays wrong until all is pulled anew.
void Rows::put(const StudioId& studio, std::span<const Row> rows, N acked_n, bool fresh) {
  const std::optional<Digest> kept = kept_sum(studio, fresh);
  Digest sum = kept ? *kept : sum_of(fresh ? studio_fresh : studio_rows, studio);
  for (const Row& row : rows) {
    (void)each_row(
        [&](const StoredRow& before) -> Status {
          sum -= before.hash();
          return {};
        },
        fresh ? one_fresh : one_row, studio, row.record);
    const std::string text = encode_row(row);
    sum += hash_of_row(text, row.last_seq, acked_n);
    db_.exec(fresh ? put_fresh : put_row, studio, row.record, row.last_seq, acked_n,
             Blob{db_.seal(sealed_at(Column::row, studio, row.record), text)});
  }
  if (sum == kept) return;
  db_.exec(put_sum, studio, std::int64_t{fresh}, Blob{db_.seal(sealed_at(Column::row_sum, studio), sum.text())});
}

void Rows::clear_fresh(const StudioId& studio) {
  db_.exec(clear_fresh_rows, studio);
  db_.exec(clear_sum, studio, std::int64_t{true});
}

std::vector<RecordId> Rows::records(const StudioId& studio) { return db_.all(row_records, first_id<RecordId>, studio); }

bool Rows::any(const StudioId& studio) { return db_.any(any_row, studio); }

std::vector<RecordId> Rows::records_between(const StudioId& studio, Seq after, Seq up_to) {
  return db_.all(rows_between, first_id<RecordId>, studio, after, up_to);
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

Result<Digest> Rows::sum_up(const StudioId& studio, bool cells) {
  Digest sum, stored;
  LX_CHECK(each_row(
      [&](const StoredRow& row) -> Status {
        if (!row.text) return tl::unexpected(row.text.error());
        stored += row.hash();
        if (!cells) return {};
        LX_TRY(const Digest one, delivered_digest_of(*row.text, &row.record));
        sum += one;
        return {};
      },
      studio_rows, studio));
  const bool as_put = stored == kept_sum(studio, false).value_or(stored);
  if (!as_put) return failure(Errc::corrupt, "rows that are not what was put");
  return sum;
}

Status Rows::check(const StudioId& studio) {
  LX_CHECK(sum_up(studio, false));
  return {};
}

Result<Digest> Rows::digest(const StudioId& studio) { return sum_up(studio, true); }

std::optional<Digest> Rows::digest(const StudioId& studio, const RecordId& record) {
  std::optional<Digest> sum;
  (void)each_row(
      [&](const StoredRow& row) -> Status {
        if (!row.text) return {};
        if (const Result<Digest> read = delivered_digest_of(*row.text, &record)) sum = *read;
        return {};
      },
      one_row, studio, record);
  return sum;
}

Result<std::vector<OfferedHead>> Rows::others_heads(const StudioId& studio, std::int64_t from, std::size_t heads_max,
                                                    std::size_t bytes_max) {
  OwnChanges own(db_);
  std::vector<OfferedHead> heads;
  std::int64_t place = 0;
  std::size_t bytes = 0;
  bool full = false;
  LX_CHECK(each_row(
      [&](const StoredRow& stored) -> Status {
        const Result<Row> read = stored.text && !full ? decode_row(*stored.text) : Result<Row>(Row{});
        if (!read) return {};
        const Row& row = *read;
        for (const auto& [address, cell] : row.cells) {
          const auto at = Address::parse(address);
          if (!at || full) continue;
          // A ladder's lower steps go before those that stand on them.
          for (const std::vector<Head>* in_cell : {&cell.history, &cell.heads}) {
            for (const Head& head : *in_cell) {
              if (full) break;
              LX_TRY(const std::optional<OwnChange> mine, own.find(head.id));
              if (mine || place++ < from) continue;
              bytes += to_json(head_value(head)).size() + 200;
              full = heads.size() >= heads_max || (bytes > bytes_max && !heads.empty());
              if (!full) heads.push_back({row.record, row.kind, *at, head});
            }
          }
        }
        return {};
      },
      rows_to_offer, studio));
  return heads;
}

}  // namespace lianxin::client
