#include "tests/client-sdk/plain_file.h"

#include <SQLiteCpp/Transaction.h>

#include <functional>
#include <stdexcept>

#include "client-sdk/store/file_header.h"
#include "client-sdk/store/migrations.h"
#include "client-sdk/store/shown_entry.h"
#include "schema/text.h"

namespace lianxin::client {
namespace {

constexpr std::size_t last_plain = 8;

// The tables whose columns are what they were, in their order; in `sealed` values that are sealed now.
struct Table {
  Query all;
  int sealed;  // none: -1
  std::function<SealedAt(SQLite::Statement&)> at;
};

template <class... Columns>
std::function<SealedAt(SQLite::Statement&)> by_ids(Column column, Columns... columns_of_key) {
  return [=](SQLite::Statement& row) { return sealed_at(column, bytes_at<16>(row, columns_of_key)...); };
}
std::function<SealedAt(SQLite::Statement&)> by_text(Column column) {
  return [=](SQLite::Statement& row) { return sealed_at(column, row.getColumn(0).getString()); };
}

const Table tables[] = {
    {{"meta", "SELECT * FROM meta"}, 1, by_text(Column::meta)},
    {{"studio", "SELECT * FROM studio"}, 2, by_ids(Column::grant, 0)},
    {{"own_change", "SELECT * FROM own_change ORDER BY rowid"}, 7, by_ids(Column::line, 0, 3)},
    {{"row", "SELECT * FROM row ORDER BY rowid"}, 4, by_ids(Column::row, 0, 1)},
    {{"row_fresh", "SELECT * FROM row_fresh ORDER BY rowid"}, 4, by_ids(Column::row, 0, 1)},
    {{"form", "SELECT * FROM form"}, 2, by_text(Column::form)},
    {{"pin", "SELECT * FROM pin"}, 2, by_ids(Column::pin, 0)},
    {{"acknowledgement", "SELECT * FROM acknowledgement"}, 4, by_ids(Column::acknowledgement, 1, 2)},
    {{"noticed", "SELECT * FROM noticed"}, -1, {}},
    {{"differing", "SELECT * FROM differing"}, -1, {}},
    {{"harmed", "SELECT * FROM harmed"}, -1, {}},
    {{"join_edge", "SELECT * FROM join_edge"}, -1, {}},
};

std::string opened(Database& db, const SealedAt& at, const std::string& sealed) {
  if (sealed.empty()) return {};  // a line that was erased
  Result<std::string> plain = db.unseal(at, sealed);
  if (!plain) throw std::runtime_error("not to be opened: " + plain.error().message);
  return std::move(*plain);
}

void bind_blob(SQLite::Statement& insert, int at, const std::string& bytes) {
  insert.bind(at, bytes.data(), static_cast<int>(bytes.size()));
}

void copy(Database& db, const Table& table, SQLite::Database& to) {
  db.each(table.all, [&](SQLite::Statement& row) {
    std::string places;
    for (int i = 0; i < row.getColumnCount(); ++i) places += i == 0 ? "?" : ", ?";
    SQLite::Statement insert(to, std::string("INSERT INTO ") + table.all.name + " VALUES (" + places + ")");
    for (int i = 0; i < row.getColumnCount(); ++i) {
      const SQLite::Column value = row.getColumn(i);
      if (i == table.sealed) {
        bind_blob(insert, i + 1, opened(db, table.at(row), blob_at(row, i)));
      } else if (value.isInteger()) {
        insert.bind(i + 1, value.getInt64());
      } else if (value.isBlob()) {
        bind_blob(insert, i + 1, blob_at(row, i));
      } else if (!value.isNull()) {
        insert.bind(i + 1, value.getString());
      }
    }
    insert.exec();
  });
}

void copy_sums(Database& db, SQLite::Database& to) {
  constexpr Query sums{"test_sums", "SELECT studio, fresh, sum_sealed FROM row_sum"};
  db.each(sums, [&](SQLite::Statement& row) {
    SQLite::Statement insert(to, "INSERT INTO row_sum VALUES (?, ?, ?)");
    bind_blob(insert, 1, blob_at(row, 0));
    insert.bind(2, row.getColumn(1).getInt64());
    insert.bind(3, opened(db, sealed_at(Column::row_sum, bytes_at<16>(row, 0)), blob_at(row, 2)));
    insert.exec();
  });
}

void copy_numbers(const ShownEntry& shown, SQLite::Statement& row, SQLite::Database& to) {
  for (const std::string& number : {shown.provisional_no, shown.official_no}) {
    if (number.empty()) continue;
    SQLite::Statement insert(to, "INSERT INTO record_number VALUES (?, ?, ?)");
    bind_blob(insert, 1, blob_at(row, 1));
    bind_blob(insert, 2, blob_at(row, 2));
    bind_blob(insert, 3, std::string(view(sha256(folded_number(number)))));
    insert.exec();
  }
}

void copy_entries(Database& db, SQLite::Database& to) {
  constexpr Query entries{"test_entries", R"sql(
    SELECT entry, studio, record, kind, date, review, waiting, deleted, revised, conflicts, held, shown_sealed,
           search_sealed FROM list_entry
  )sql"};
  db.each(entries, [&](SQLite::Statement& row) {
    const auto key = [&](Column column) { return sealed_at(column, bytes_at<16>(row, 1), bytes_at<16>(row, 2)); };
    const ShownEntry shown = ShownEntry::parse(opened(db, key(Column::shown), blob_at(row, 11))).value();
    SQLite::Statement insert(to, R"sql(
      INSERT INTO list_entry (entry, studio, record, kind, date, review, waiting, deleted, revised, conflicts, held,
                              title, region, state, provisional_no, official_no, created_by, missing, marked,
                              search_sealed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    insert.bind(1, row.getColumn(0).getInt64());
    for (int i = 1; i < 3; ++i) bind_blob(insert, i + 1, blob_at(row, i));
    for (int i = 3; i < 6; ++i) insert.bind(i + 1, row.getColumn(i).getString());
    for (int i = 6; i < 11; ++i) insert.bind(i + 1, row.getColumn(i).getInt64());
    int place = 12;
    for (const std::string* text :
         {&shown.title, &shown.region, &shown.state, &shown.provisional_no, &shown.official_no}) {
      insert.bind(place++, *text);
    }
    const auto member = MemberId::parse(shown.created_by).value_or(MemberId{});
    bind_blob(insert, place++, std::string(view(member.bytes)));
    insert.bind(place++, shown.missing);
    insert.bind(place++, shown.marked);
    if (!row.isColumnNull(12)) bind_blob(insert, place, opened(db, key(Column::search), blob_at(row, 12)));
    insert.exec();
    copy_numbers(shown, row, to);
  });
}

}  // namespace

void write_plain_file(Database& db, const std::string& to) {
  SQLite::Database plain(to, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  plain.exec("PRAGMA journal_mode = WAL");
  SQLite::Transaction transaction(plain);
  for (std::size_t i = 0; i < last_plain; ++i) plain.exec(std::string(phone_migrations()[i].sql));
  const Status copied = db.read([&]() -> Status {
    for (const Table& table : tables) copy(db, table, plain);
    copy_sums(db, plain);
    copy_entries(db, plain);
    return {};
  });
  if (!copied) throw std::runtime_error(copied.error().message);
  plain.exec("PRAGMA application_id = " + std::to_string(application_id));
  plain.exec("PRAGMA user_version = " + std::to_string(last_plain));
  transaction.commit();
}

}  // namespace lianxin::client
