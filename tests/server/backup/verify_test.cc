#include "server/backup/verify.h"

#include <fstream>
#include <random>
#include <set>

#include "server/tables.h"
#include "tests/server/backup/copied_file.h"
#include "tests/server/test_server.h"
#include "tests/support/database_beside.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

std::string told(const Verified& verified) {
  std::string text;
  for (const Finding& finding : verified.damage.kept()) text += finding.text() + "\n";
  return text;
}

// A finding that must be among those after the damage.
struct Damage {
  const char* code;
  const char* sql;
};

constexpr Damage damages[] = {
    {"reference_wrong",
     "INSERT INTO record_index SELECT studio, randomblob(16), field, place, text, integer "
     "FROM record_index LIMIT 1"},
    {"seal_wrong table device", "UPDATE device SET name = 'another'"},
    {"seal_wrong table change_log", "UPDATE change_log SET received_ms = received_ms + 1 WHERE seq = 7"},
    {"seal_wrong table account", "DELETE FROM account"},
    {"seal_wrong table sqlite_schema", "DROP INDEX record_by_kind"},
    {"seal_missing", "DROP TABLE seal"},
    {"seal_wrong table number", "DELETE FROM seal WHERE name = 'number'"},
    {"kinds_gap", "UPDATE kinds_version SET version = 2"},
    {"kinds_unreadable", "UPDATE kinds_version SET document = '{}'"},
    {"kinds_wrong", "UPDATE kinds_version SET sensitivity_version = 9"},
    {"kinds_missing", "DELETE FROM kinds_version"},
    {"device_key_wrong", "UPDATE device SET public_key = randomblob(32) WHERE rowid = 1"},
    {"device_status_wrong", "UPDATE device SET status = 'retired' WHERE rowid = 1"},
    {"certificate_wrong", "UPDATE device SET certificate = substr(certificate, 2) WHERE rowid = 1"},
    {"device_not_as_certified", "UPDATE device SET shared = 1 WHERE rowid = 1"},
    {"grant_wrong", "UPDATE role_grant SET role = 'king' WHERE grant_id = 1"},
    {"directory_version_wrong", "DELETE FROM directory_version"},
    {"migration_gap", "DELETE FROM migration WHERE module = 'log' AND number = 1"},
    {"newer_program module log", "UPDATE migration SET number = 99 WHERE module = 'log' AND number = 2"},
    {"log_gap", "DELETE FROM change_log WHERE seq = 9"},
    {"log_hash_wrong", "UPDATE change_log SET log_hash = randomblob(32) WHERE seq = 9"},
    {"log_hash_wrong", "UPDATE change_log SET outcome = 1, code = 'kind_unknown', applied_seq = 0 WHERE seq = 1"},
    {"log_hash_wrong", "UPDATE change_log SET effective_clock = effective_clock + 1 WHERE seq = 9"},
    {"change_id_wrong", "UPDATE change_log SET change_id = randomblob(16) WHERE seq = 9"},
    {"line_unreadable", "UPDATE change_log SET line = CAST('{}' AS BLOB) WHERE seq = 1"},
    {"line_record_wrong", "UPDATE change_log SET record = randomblob(16) WHERE seq = 9"},
    {"line_member_wrong", "UPDATE change_log SET member = randomblob(16) WHERE seq = 9"},
    {"line_code_wrong", "UPDATE change_log SET code = '' WHERE outcome = 1"},
    {"took_effect_wrong", "UPDATE change_log SET applied_seq = 0 WHERE outcome = 0 AND seq = 9"},
    {"took_effect_wrong", "UPDATE change_log SET applied_seq = 0 WHERE outcome = 1 AND applied_seq > 0"},
    {"took_effect_wrong", "UPDATE change_log SET applied_seq = seq + 1 WHERE outcome = 1 AND applied_seq = 0"},
    {"chain_gap", "DELETE FROM chain WHERE n = 5"},
    {"chain_hash_wrong", "UPDATE chain SET h = randomblob(32) WHERE n = 5"},
    {"chain_line_missing", "UPDATE chain SET change_id = randomblob(16) WHERE n = 5"},
    {"line_in_no_chain", "UPDATE change_log SET device = randomblob(16) WHERE seq = 9"},
    {"signature_wrong", "UPDATE push_signature SET signature = randomblob(64) WHERE first_n = 1"},
    {"signature_missing", "DELETE FROM push_signature WHERE first_n = 1"},
    {"signature_missing",
     "DELETE FROM push_signature WHERE (studio, device, last_n) IN "
     "(SELECT studio, device, max(last_n) FROM push_signature GROUP BY studio, device)"},
    {"signature_without_chain", "UPDATE push_signature SET device = randomblob(16) WHERE first_n = 1"},
    {"head_wrong", "UPDATE studio SET seq = seq + 1"},
    {"head_wrong", "UPDATE studio SET sensitivity_version = 77"},
    {"digest_wrong", "UPDATE studio SET digest_internal = digest_personal"},
    {"row_missing", "DELETE FROM record WHERE last_seq = 3"},
    {"row_extra",
     "INSERT INTO record SELECT studio, randomblob(16), kind, last_seq + 100000, title, date, region, review, "
     "state, official_no, provisional_no, created_by, created_ms, deleted, revised, joined, conflicts, held, "
     "witnessed, encoded FROM record LIMIT 1"},
    {"column kind", "UPDATE record SET kind = 'notice'"},
    {"column last_seq", "UPDATE record SET last_seq = last_seq + 100000"},
    {"column encoded", "UPDATE record SET encoded = replace(encoded, '路灯', '路牌')"},
    {"column title", "UPDATE record SET title = 'x'"},
    {"column date", "UPDATE record SET date = '2026-01-01'"},
    {"column region", "UPDATE record SET region = '990122'"},
    {"column review", "UPDATE record SET review = 'void'"},
    {"column state", "UPDATE record SET state = 'closed'"},
    {"column official_no", "UPDATE record SET official_no = '990121-S1000-走访-2026-9999'"},
    {"column provisional_no", "UPDATE record SET provisional_no = 'A1'"},
    {"column created_by", "UPDATE record SET created_by = randomblob(16)"},
    {"column created_ms", "UPDATE record SET created_ms = created_ms - 1"},
    {"column deleted", "UPDATE record SET deleted = 1 - deleted"},
    {"column revised", "UPDATE record SET revised = 1 - revised"},
    {"column joined", "UPDATE record SET joined = 1 - joined"},
    {"column conflicts", "UPDATE record SET conflicts = conflicts + 1"},
    {"column held", "UPDATE record SET held = held + 1"},
    {"column witnessed", "UPDATE record SET witnessed = witnessed + 1"},
    {"index_wrong", "UPDATE record_index SET text = 'x' WHERE text IS NOT NULL"},
    {"index_extra",
     "DELETE FROM record WHERE last_seq = 3; INSERT INTO record_index SELECT studio, randomblob(16), field, "
     "place, text, integer FROM record_index LIMIT 1"},
    {"held_open_wrong", "DELETE FROM held_open"},
    {"held_open_extra", "INSERT INTO held_open SELECT studio, randomblob(16), change_id FROM held_open LIMIT 1"},
    {"number_wrong", "UPDATE number SET last = last - 1"},
    {"number_wrong", "DELETE FROM number"},
    {"search_wrong", "UPDATE search_content SET c1 = '桥头' WHERE id = 3"},
    {"search_extra", "UPDATE search_document SET record = randomblob(16) WHERE id = 3"},
    {"search_stray", "DELETE FROM search_document WHERE id = 3"},
    {"search_index_wrong", "UPDATE search_content SET c1 = c1 || ' 桥头' WHERE id = 3"},
    {"search_index_wrong", "UPDATE search_docsize SET sz = x'0105' WHERE id = 3"},
    {"search_progress_wrong", "UPDATE search_progress SET seq = seq + 100000"},
    {"cannot_be_read part log", "UPDATE change_log SET change_id = x'010203' WHERE seq = 9"},
    {"cannot_be_read part rows", "UPDATE record SET record = x'010203' WHERE last_seq = 3"},
};

// One alteration of one row, or a row less, or one more, in any table; false where the draw could not be done.
bool damage_a_row(const std::filesystem::path& file, std::mt19937& random, std::string& what) {
  static const char* const tables[] = {"change_log",
                                       "chain",
                                       "push_signature",
                                       "record",
                                       "record_index",
                                       "held_open",
                                       "studio",
                                       "number",
                                       "device",
                                       "enrol_code",
                                       "account",
                                       "role_grant",
                                       "reference_org",
                                       "directory_version",
                                       "kinds_version",
                                       "migration",
                                       "search_document",
                                       "search_progress",
                                       "search_content",
                                       "search_docsize",
                                       "seal",
                                       "state_counter"};
  const std::string table = tables[random() % std::size(tables)];
  SQLite::Database database = test::open_beside(file);
  database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  database.exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
  const int rows = database.execAndGet("SELECT count(*) FROM " + table).getInt();
  if (rows == 0) return false;
  std::vector<std::string> names, keys;
  SQLite::Statement columns(database, "SELECT name, pk FROM pragma_table_info('" + table + "')");
  while (columns.executeStep()) {
    names.push_back(columns.getColumn(0).getString());
    if (columns.getColumn(1).getInt() > 0) keys.push_back(names.back());
  }
  std::string list, key_list, altered_list;
  const std::size_t altered = random() % names.size();
  // A bit of a number, a character of a text, a byte of a blob.
  const std::string& name = names[altered];
  const std::string fresh = "CASE typeof(" + name + ") WHEN 'integer' THEN " + name + " + " +
                            std::to_string(1 << (random() % 12)) + " WHEN 'text' THEN substr(" + name + ", 1, " +
                            std::to_string(random() % 5) + ") || '~' || substr(" + name + ", 3) WHEN 'blob' THEN " +
                            "CAST(substr(" + name + ", 1, 7) || x'5a' || substr(" + name + ", 9) AS BLOB) ELSE 'x' END";
  for (std::size_t i = 0; i < names.size(); ++i) {
    list += (i > 0 ? ", " : "") + names[i];
    altered_list += (i > 0 ? ", " : "") + (i == altered ? fresh : names[i]);
  }
  for (const std::string& key : keys) key_list += (key_list.empty() ? "" : ", ") + key;
  const std::string chosen = "(SELECT " + key_list + " FROM " + table + " LIMIT 1 OFFSET " +
                             std::to_string(random() % static_cast<unsigned>(rows)) + ")";
  const std::string where = " WHERE (" + key_list + ") = " + chosen;
  std::string sql;
  switch (random() % 4) {
    case 0: sql = "DELETE FROM " + table + where; break;
    case 1: sql = "INSERT INTO " + table + " (" + list + ") SELECT " + altered_list + " FROM " + table + where; break;
    default: sql = "UPDATE " + table + " SET " + name + " = " + fresh + where;
  }
  what = sql;
  try {
    return database.exec(sql) == 1;
  } catch (const SQLite::Exception&) {
    return false;  // a constraint said no, as it would to a slip of the hand
  }
}

void damage_a_byte(const std::filesystem::path& file, std::mt19937& random, std::string& what) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto size = std::filesystem::file_size(file);
  const auto at = static_cast<std::streamoff>(random() % size);
  bytes.seekg(at);
  const int before = bytes.get();
  const int after = before ^ static_cast<int>(1u << (random() % 8));
  bytes.seekp(at);
  bytes.put(static_cast<char>(after));
  what = "byte " + std::to_string(at) + ": " + std::to_string(before) + " -> " + std::to_string(after);
}

bool same_content(const std::filesystem::path& file, const std::string& original) {
  try {
    return dump(file) == original;
  } catch (const SQLite::Exception&) {
    return false;
  }
}

}  // namespace

TEST_SUITE_BEGIN("server/backup/verify");

TEST_CASE("what the program wrote is clean and all of it is looked at") {
  const CopiedFile copy;
  const Verified verified = copy.verify();
  CAPTURE(told(verified));
  CHECK(verified.clean());
  CHECK(verified.notes.count() == 0);
  CHECK(verified.studios.size() == 3);  // two, and the county's reference data
  CHECK(verified.lines > 360);
  CHECK(verified.links >= verified.lines);
  CHECK(verified.rows > 100);
  CHECK(verified.signatures > 12);
  CHECK(verified.signatures_unproved == 0);
}

TEST_CASE("every check finds the damage that it is there for") {
  for (const Damage& damage : damages) {
    CAPTURE(std::string(damage.sql));
    const CopiedFile copy;
    copy.sql(damage.sql);
    const Verified verified = copy.verify();
    CAPTURE(told(verified));
    CHECK(told(verified).find(damage.code) != std::string::npos);
  }
}

TEST_CASE("a torn page and a file that is none are damage") {
  const CopiedFile copy;
  {
    std::fstream bytes(copy.file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(4096 * 20);
    bytes << std::string(4096, 'x');
  }
  CHECK(copy.verify().damage.has("pages_wrong"));
  std::ofstream(copy.file, std::ios::trunc) << "no database";
  CHECK(copy.verify().damage.has("cannot_be_read"));
}

TEST_CASE("a damaged line is told where it is and once") {
  const CopiedFile copy;
  copy.sql(
      "UPDATE change_log SET line = CAST(replace(CAST(line AS TEXT), '路灯', '路牌') AS BLOB) "
      "WHERE rowid = (SELECT rowid FROM change_log WHERE instr(line, CAST('路灯' AS BLOB)) > 0 LIMIT 1)");
  const Verified verified = copy.verify();
  CAPTURE(told(verified));
  CHECK(verified.damage.count() == 3);  // the seal, the log's hash, and the chain's
  CHECK(verified.damage.has("log_hash_wrong"));
  CHECK(verified.damage.has("chain_hash_wrong"));
  CHECK(verified.notes.has("rows_unproved"));
}

TEST_CASE("one studio can be looked at alone") {
  const FilledData& filled = FilledData::one();
  VerifyOptions options = filled.options;
  options.studio = must(studio_in(filled.database, "990121-S1001"));
  const Verified verified = must(verify_file(filled.database, options));
  CHECK(verified.clean());
  CHECK(verified.studios.size() == 1);
  CHECK(verified.studios.contains(*options.studio));
  CHECK_FALSE(studio_in(filled.database, "990121-S77"));
}

TEST_CASE("without the keys what they would prove is said to be unproved") {
  const FilledData& filled = FilledData::one();
  const Verified verified = must(verify_file(filled.database, {}));
  CHECK(verified.clean());
  CHECK(verified.signatures_unproved > 0);
  CHECK(verified.notes.has("device_key_unknown"));
}

TEST_CASE("a verification that is told to stop stops") {
  VerifyOptions options = FilledData::one().options;
  options.stop = [] { return true; };
  const auto verified = verify_file(FilledData::one().database, options);
  REQUIRE_FALSE(verified);
  CHECK(verified.error().code == Errc::unavailable);
}

TEST_CASE("every table is sealed or follows from others") {
  std::set<std::string> sealed = {"migration"};
  for (const Module& module : database_modules()) sealed.insert(module.sealed.begin(), module.sealed.end());
  const std::set<std::string> follow = {"studio", "record", "record_index", "held_open", "search_document", "seal"};
  SQLite::Database database = test::open_beside(FilledData::one().database, SQLite::OPEN_READONLY);
  SQLite::Statement tables(database,
                           "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                           "AND name <> 'search' AND name NOT LIKE 'search\\_%' ESCAPE '\\' "
                           "UNION SELECT 'search_document'");
  while (tables.executeStep()) {
    const std::string table = tables.getColumn(0).getString();
    CAPTURE(table);
    CHECK(follow.contains(table) != sealed.contains(table));
  }
}

TEST_CASE("each of a hundred random damages is found or has changed nothing") {
  const std::string original = dump(FilledData::one().database);
  int found = 0, harmless = 0;
  for (unsigned seed = 0; found + harmless < 100; ++seed) {
    std::mt19937 random(seed);
    CAPTURE(seed);
    const CopiedFile copy;
    std::string what;
    if (seed % 2 == 0) {
      damage_a_byte(copy.file, random, what);
    } else if (!damage_a_row(copy.file, random, what)) {
      continue;
    }
    CAPTURE(what);
    if (!copy.verify().clean()) {
      ++found;
      continue;
    }
    CHECK(same_content(copy.file, original));
    ++harmless;
  }
  MESSAGE("found " << found << ", without effect " << harmless);
  CHECK(found > 60);
}

TEST_SUITE_END();
