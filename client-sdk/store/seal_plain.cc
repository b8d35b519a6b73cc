#include "client-sdk/store/seal_plain.h"

#include "client-sdk/store/file_tasks.h"
#include "client-sdk/store/shown_entry.h"

namespace lianxin::client {
namespace {

constexpr std::int64_t rows_at_once = 200;  // some hundredths of a second on a slow phone

// One value as it lies there, and where.
struct Plain {
  std::int64_t row = 0;
  std::string text;
  SealedAt at;
};

constexpr Query plain_lines{"plain_lines", R"sql(
  SELECT rowid, line_sealed, studio, change_id FROM own_change WHERE rowid > $1 ORDER BY rowid LIMIT $2
)sql"};
constexpr Query seal_line{"seal_line", "UPDATE own_change SET line_sealed = $2 WHERE rowid = $1"};
constexpr Query plain_rows{"plain_rows", R"sql(
  SELECT rowid, row_sealed, studio, record FROM row WHERE rowid > $1 ORDER BY rowid LIMIT $2
)sql"};
constexpr Query seal_row{"seal_row", "UPDATE row SET row_sealed = $2 WHERE rowid = $1"};
constexpr Query plain_fresh{"plain_fresh", R"sql(
  SELECT rowid, row_sealed, studio, record FROM row_fresh WHERE rowid > $1 ORDER BY rowid LIMIT $2
)sql"};
constexpr Query seal_fresh{"seal_fresh", "UPDATE row_fresh SET row_sealed = $2 WHERE rowid = $1"};

constexpr Query plain_meta{"plain_meta", "SELECT name, sealed FROM meta"};
constexpr Query seal_meta{"seal_meta", "UPDATE meta SET sealed = $2 WHERE name = $1"};
constexpr Query plain_grants{"plain_grants", "SELECT studio, grant_sealed FROM studio"};
constexpr Query seal_grant{"seal_grant", "UPDATE studio SET grant_sealed = $2 WHERE studio = $1"};
constexpr Query plain_forms{"plain_forms", "SELECT token, form_sealed FROM form"};
constexpr Query seal_form{"seal_form", "UPDATE form SET form_sealed = $2 WHERE token = $1"};
constexpr Query plain_told{"plain_acknowledgements", R"sql(
  SELECT entry, studio, device, text_sealed FROM acknowledgement
)sql"};
constexpr Query seal_told{"seal_acknowledgement", "UPDATE acknowledgement SET text_sealed = $2 WHERE entry = $1"};
constexpr Query plain_pins{"plain_pins", "SELECT member, hash FROM pin"};
constexpr Query seal_pin{"seal_pin", "UPDATE pin SET hash = $2 WHERE member = $1"};
constexpr Query plain_sums{"plain_sums", "SELECT studio, fresh, sum FROM row_sum_plain"};
constexpr Query seal_sum{"seal_sum", "INSERT INTO row_sum (studio, fresh, sum_sealed) VALUES ($1, $2, $3)"};
constexpr Query drop_plain_sums{"drop_plain_sums", "DROP TABLE row_sum_plain"};

constexpr Query plain_entries{"plain_entries", R"sql(
  SELECT entry, studio, record, kind, title, date, region, state, review, provisional_no, official_no, created_by,
         title_sealed, waiting, deleted, revised, conflicts, held, missing, marked, search_sealed
  FROM list_entry_plain ORDER BY entry LIMIT $1
)sql"};
constexpr Query move_entry{"move_entry", R"sql(
  INSERT INTO list_entry (entry, studio, record, kind, date, place, review, waiting, deleted, revised, conflicts, held,
                          shown_sealed, search_sealed)
  SELECT entry, studio, record, kind, date, CASE WHEN kind IN ('village', 'org_unit') THEN region ELSE '' END, review,
         waiting, deleted, revised, conflicts, held, $2, $3 FROM list_entry_plain WHERE entry = $1
)sql"};
constexpr Query drop_plain_entry{"drop_plain_entry", "DELETE FROM list_entry_plain WHERE entry = $1"};
constexpr Query drop_plain_entries{"drop_plain_entries", "DROP TABLE list_entry_plain"};

constexpr Query plain_numbers{"plain_numbers", "SELECT studio, record, number FROM record_number_plain LIMIT $1"};
constexpr Query key_number{"key_number", "INSERT INTO record_number (studio, record, number) VALUES ($1, $2, $3)"};
constexpr Query drop_plain_number{"drop_plain_number", R"sql(
  DELETE FROM record_number_plain WHERE studio = $1 AND record = $2 AND number = $3
)sql"};
constexpr Query drop_plain_numbers{"drop_plain_numbers", "DROP TABLE record_number_plain"};

// False: there was nothing left to do.
using Some = Result<bool>;

Some seal_some(Database& db, FileTask task, const Query& page, const Query& seal, Column column) {
  const std::int64_t from = FileTasks(db).done_to(task).value_or(0);
  const auto read = [&](SQLite::Statement& row) {
    return Plain{row.getColumn(0).getInt64(), blob_at(row, 1),
                 sealed_at(column, bytes_at<16>(row, 2), bytes_at<16>(row, 3))};
  };
  const std::vector<Plain> some = db.all(page, read, from, rows_at_once);
  for (const Plain& one : some) {
    if (!one.text.empty()) db.exec(seal, one.row, Blob{db.seal(one.at, one.text)});  // empty: a line that was erased
  }
  if (!some.empty()) FileTasks(db).advance(task, some.back().row);
  return !some.empty();
}

template <class Key, class Take>
void seal_all(Database& db, const Query& read, const Query& seal, Column column, Take key_of) {
  const auto both = [&](SQLite::Statement& row) { return std::pair<Key, std::string>(key_of(row), blob_at(row, 1)); };
  for (const auto& [key, text] : db.all(read, both)) db.exec(seal, key, Blob{db.seal(sealed_at(column, key), text)});
}

struct Told {
  std::int64_t entry;
  StudioId studio;
  DeviceId device;
  std::string text;
};
struct Sum {
  StudioId studio;
  std::int64_t fresh;
  std::string text;
};

Some seal_few(Database& db) {
  seal_all<std::string>(db, plain_meta, seal_meta, Column::meta, first_text);
  seal_all<StudioId>(db, plain_grants, seal_grant, Column::grant, first_id<StudioId>);
  seal_all<std::string>(db, plain_forms, seal_form, Column::form, first_text);
  seal_all<MemberId>(db, plain_pins, seal_pin, Column::pin, first_id<MemberId>);
  const auto told_of = [](SQLite::Statement& row) {
    return Told{row.getColumn(0).getInt64(), id_at<StudioId>(row, 1), id_at<DeviceId>(row, 2), blob_at(row, 3)};
  };
  for (const Told& told : db.all(plain_told, told_of)) {
    db.exec(seal_told, told.entry,
            Blob{db.seal(sealed_at(Column::acknowledgement, told.studio, told.device), told.text)});
  }
  const auto sum_of = [](SQLite::Statement& row) {
    return Sum{id_at<StudioId>(row, 0), row.getColumn(1).getInt64(), row.getColumn(2).getString()};
  };
  for (const Sum& sum : db.all(plain_sums, sum_of)) {
    db.exec(seal_sum, sum.studio, sum.fresh, Blob{db.seal(sealed_at(Column::row_sum, sum.studio), sum.text)});
  }
  db.exec(drop_plain_sums);
  return false;
}

struct PlainEntry {
  std::int64_t entry;
  StudioId studio;
  RecordId record;
  ShownEntry shown;
  std::optional<std::string> search;
};

PlainEntry read_plain_entry(SQLite::Statement& row) {
  PlainEntry entry{row.getColumn(0).getInt64(), id_at<StudioId>(row, 1), id_at<RecordId>(row, 2), {}, {}};
  const auto text = [&](int column) { return row.getColumn(column).getString(); };
  entry.shown = {row.isColumnNull(12) ? text(4) : blob_at(row, 12),
                 text(6),
                 text(7),
                 text(9),
                 text(10),
                 id_at<MemberId>(row, 11).text(),
                 text(18),
                 text(19)};
  if (!row.isColumnNull(20)) entry.search = blob_at(row, 20);
  return entry;
}

Some seal_entries(Database& db) {
  const auto some = db.all(plain_entries, read_plain_entry, rows_at_once);
  for (const PlainEntry& entry : some) {
    std::optional<Blob> search;
    if (entry.search) search = Blob{db.seal(sealed_at(Column::search, entry.studio, entry.record), *entry.search)};
    db.exec(move_entry, entry.entry,
            Blob{db.seal(sealed_at(Column::shown, entry.studio, entry.record), entry.shown.text())}, search);
    db.exec(drop_plain_entry, entry.entry);
  }
  if (some.empty()) db.exec(drop_plain_entries);
  return !some.empty();
}

struct PlainNumber {
  StudioId studio;
  RecordId record;
  Hash number;
};

Some seal_numbers(Database& db) {
  const auto read = [](SQLite::Statement& row) {
    return PlainNumber{id_at<StudioId>(row, 0), id_at<RecordId>(row, 1), bytes_at<32>(row, 2)};
  };
  const auto some = db.all(plain_numbers, read, rows_at_once);
  for (const PlainNumber& one : some) {
    db.exec(key_number, one.studio, one.record, db.keyed_hash(view(one.number)));
    db.exec(drop_plain_number, one.studio, one.record, one.number);
  }
  if (some.empty()) db.exec(drop_plain_numbers);
  return !some.empty();
}

Some do_some(Database& db, FileTask task) {
  switch (task) {
    case FileTask::seal_few: return seal_few(db);
    case FileTask::seal_lines: return seal_some(db, task, plain_lines, seal_line, Column::line);
    case FileTask::seal_rows: return seal_some(db, task, plain_rows, seal_row, Column::row);
    case FileTask::seal_fresh: return seal_some(db, task, plain_fresh, seal_fresh, Column::row);
    case FileTask::seal_entries: return seal_entries(db);
    case FileTask::seal_numbers: return seal_numbers(db);
    case FileTask::make_key:
    case FileTask::rewrite: break;
  }
  return false;
}

}  // namespace

void begin_sealed(Database& db) {
  for (const Query* drop : {&drop_plain_sums, &drop_plain_entries, &drop_plain_numbers}) db.exec(*drop);
  for (const FileTask task : {FileTask::seal_few, FileTask::seal_lines, FileTask::seal_rows, FileTask::seal_fresh,
                              FileTask::seal_entries, FileTask::seal_numbers, FileTask::rewrite}) {
    FileTasks(db).end(task);
  }
}

Status seal_plain(Database& db) {
  LX_TRY(const std::vector<FileTask> due, db.read([&]() -> Result<std::vector<FileTask>> {
    std::vector<FileTask> tasks;
    for (const FileTask task : {FileTask::seal_few, FileTask::seal_lines, FileTask::seal_rows, FileTask::seal_fresh,
                                FileTask::seal_entries, FileTask::seal_numbers}) {
      if (FileTasks(db).is_due(task)) tasks.push_back(task);
    }
    return tasks;
  }));
  for (const FileTask task : due) {
    for (bool left = true; left;) {
      LX_TRY(left, db.write([&]() -> Result<bool> {
        if (!FileTasks(db).is_due(task)) return false;  // another process has ended it
        LX_TRY(const bool more, do_some(db, task));
        if (!more) FileTasks(db).end(task);
        return more;
      }));
    }
  }
  return {};
}

}  // namespace lianxin::client
