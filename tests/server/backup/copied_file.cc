#include "tests/server/backup/copied_file.h"

#include "server/upkeep/search_indexing.h"
#include "tests/server/test_server.h"
#include "tests/support/database_beside.h"

namespace lianxin::server_test {

using namespace server;

namespace {

void append_rows(std::string& out, SQLite::Database& database, const std::string& select) {
  SQLite::Statement statement(database, select);
  while (statement.executeStep()) {
    for (int i = 0; i < statement.getColumnCount(); ++i) {
      const SQLite::Column column = statement.getColumn(i);
      out +=
          std::to_string(column.getType()) + ":" + std::to_string(column.getBytes()) + ":" + column.getString() + "|";
    }
    out += "\n";
  }
}

std::vector<std::string> tables_of(SQLite::Database& database) {
  std::vector<std::string> tables;
  SQLite::Statement statement(database,
                              "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                              "AND name NOT IN ('search_data', 'search_idx', 'search_content', 'search_config') "
                              "ORDER BY name");
  while (statement.executeStep()) tables.push_back(statement.getColumn(0).getString());
  return tables;
}

}  // namespace

FilledData::FilledData() {
  must(Parts::create(server()));
  const auto opened = must(Parts::open(server(), Parts::Purpose::serve));
  test::FillOptions fill;
  fill.studios = 2;
  fill.changes = 360;
  fill.push_changes = 30;
  const test::Filled filled = must(test::fill(*opened, fill));
  REQUIRE(filled.held > 10);
  REQUIRE(filled.acts > 5);
  while (must(index_some(*opened->lists, *opened->kinds->catalog()))) {
  }
  options.keys = must(keys_in(data / "keys"));
}

const FilledData& FilledData::one() {
  static const FilledData data;
  return data;
}

ServerOptions FilledData::server() const { return {data, LIANXIN_KINDS_DIR, {}}; }

CopiedFile::CopiedFile() { std::filesystem::copy_file(FilledData::one().database, file); }

void CopiedFile::sql(const std::string& statements) const {
  SQLite::Database database = test::open_beside(file);
  database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  database.exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
  database.exec(statements);
}

Verified CopiedFile::verify() const { return must(verify_file(file, FilledData::one().options)); }

std::string dump(const std::filesystem::path& file) {
  SQLite::Database database = test::open_beside(file, SQLite::OPEN_READONLY);
  std::string out;
  append_rows(out, database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
  for (const std::string& table : tables_of(database)) {
    std::string rows;
    const int columns = database.execAndGet("SELECT count(*) FROM pragma_table_info('" + table + "')").getInt();
    append_rows(rows, database, "SELECT * FROM \"" + table + "\" ORDER BY " + (columns > 1 ? "1, 2" : "1"));
    out += table + "\n" + rows;
  }
  database.exec("CREATE VIRTUAL TABLE temp.place USING fts5vocab('main', 'search', 'instance')");
  append_rows(out, database, "SELECT rowid, * FROM search ORDER BY rowid");
  append_rows(out, database, "SELECT term, doc, col, offset FROM temp.place ORDER BY 1, 2, 3, 4");
  return out;
}

}  // namespace lianxin::server_test
