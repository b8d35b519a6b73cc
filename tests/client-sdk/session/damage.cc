#include "tests/client-sdk/session/damage.h"

#include "client-sdk/core/phone_core.h"
#include "sync/log/rebuild.h"

namespace lianxin::client {
namespace {

constexpr Query all_rows{"test_all_rows", "SELECT record, row_sealed FROM row WHERE studio = $1"};
constexpr Query put_row{"test_put_row", R"sql(
  INSERT INTO row (studio, record, last_seq, acked_n, row_sealed) VALUES ($1, $2, 1, 0, $3)
  ON CONFLICT (studio, record) DO UPDATE SET row_sealed = excluded.row_sealed
)sql"};
constexpr Query set_acked{"test_set_acked", "UPDATE row SET acked_n = $3 WHERE studio = $1 AND record = $2"};
constexpr Query drop_sums{"test_drop_sums", "DELETE FROM row_sum"};
constexpr Query drop_row{"test_drop_row", "DELETE FROM row WHERE studio = $1 AND record = $2"};

RecordId id_of(const std::string& record) { return *RecordId::parse(record); }

std::vector<StoredRow> stored_rows(Store& store, const StudioId& studio) {
  std::vector<StoredRow> rows;
  const Status read = store.read(studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(rows, txn.rows_after(0, SIZE_MAX >> 1, SIZE_MAX >> 1));
    return {};
  });
  REQUIRE(read.has_value());
  return rows;
}

std::map<std::string, std::string> by_record(const std::vector<StoredRow>& rows) {
  std::map<std::string, std::string> texts;
  for (const StoredRow& row : rows) texts[row.record.text()] = row.encoded;
  return texts;
}

}  // namespace

std::map<std::string, std::string> phone_rows(TestPhone& phone, const StudioId& studio) {
  std::map<std::string, std::string> rows;
  Database& db = PhoneInternals::core(*phone.phone).db();
  const Status read = db.read([&]() -> Status {
    std::map<std::string, std::string> sealed;
    db.each(
        all_rows, [&](SQLite::Statement& row) { sealed[id_at<RecordId>(row, 0).text()] = blob_at(row, 1); }, studio);
    for (const auto& [record, blob] : sealed) {
      LX_TRY(rows[record], db.unseal(sealed_at(Column::row, studio, id_of(record)), blob));
    }
    return {};
  });
  REQUIRE(read.has_value());
  return rows;
}

void put_phone_row(TestPhone& phone, const StudioId& studio, const std::string& record, const std::string& text) {
  Database& db = PhoneInternals::core(*phone.phone).db();
  const Status written = db.write([&]() -> Status {
    const RecordId id = id_of(record);
    db.exec(put_row, studio, id, Blob{db.seal(sealed_at(Column::row, studio, id), text)});
    return {};
  });
  REQUIRE(written.has_value());
}

void set_phone_row_acked(TestPhone& phone, const StudioId& studio, const std::string& record, std::int64_t acked_n) {
  Database& db = PhoneInternals::core(*phone.phone).db();
  const Status written = db.write([&]() -> Status {
    REQUIRE(db.exec(set_acked, studio, id_of(record), acked_n) == 1);
    return {};
  });
  REQUIRE(written.has_value());
}

void forget_phone_sums(TestPhone& phone) {
  Database& db = PhoneInternals::core(*phone.phone).db();
  const Status written = db.write([&]() -> Status {
    REQUIRE(db.exec(drop_sums) > 0);
    return {};
  });
  REQUIRE(written.has_value());
}

void drop_phone_row(TestPhone& phone, const StudioId& studio, const std::string& record) {
  Database& db = PhoneInternals::core(*phone.phone).db();
  const Status written = db.write([&]() -> Status {
    db.exec(drop_row, studio, id_of(record));
    return {};
  });
  REQUIRE(written.has_value());
}

std::map<std::string, std::string> server_rows(FakeServer& server, const StudioId& studio) {
  return by_record(stored_rows(server.store(), studio));
}

void set_server_rows(FakeServer& server, const StudioId& studio, const std::map<std::string, std::string>& rows) {
  std::vector<StoredRow> stored;
  Seq last = 0;
  for (const StoredRow& row : stored_rows(server.store(), studio)) {
    const auto now = rows.find(row.record.text());
    last = std::max(last, row.last_seq);
    if (now != rows.end()) stored.push_back({row.record, row.kind, row.last_seq, now->second, {}});
  }
  const auto before = server_rows(server, studio);
  for (const auto& [record, text] : rows) {
    if (!before.contains(record)) stored.push_back({id_of(record), "micro_consultation", ++last, text, {}});
  }
  const Status written = server.store().write(studio, [&](WriteTxn& txn) -> Status {
    LX_TRY(const StudioHead head, txn.head());
    return txn.replace_rows(stored, head);
  });
  REQUIRE(written.has_value());
}

std::map<std::string, std::string> rows_of_log(FakeServer& server, const StudioId& studio) {
  StudioHead head;
  const Status read = server.store().read(studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(head, txn.head());
    return {};
  });
  REQUIRE(read.has_value());
  const std::vector<StoredRow> as_they_are = stored_rows(server.store(), studio);
  REQUIRE(rebuild(server.store(), studio, server.catalog()).has_value());
  const auto replayed = server_rows(server, studio);
  const Status put_back =
      server.store().write(studio, [&](WriteTxn& txn) -> Status { return txn.replace_rows(as_they_are, head); });
  REQUIRE(put_back.has_value());
  return replayed;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace lianxin::client
