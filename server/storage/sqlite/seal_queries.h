// The statements behind seal.h. Which tables are sealed is said here, whichever room they are of; a test knows those
// that need not be, and fails for a table that is in neither list.
#pragma once

#include <string_view>

#include "server/storage/query.h"

namespace lianxin::server {

struct SealedTable {
  std::string_view name;
  Query rows;     // every column, in the order in which the table has them
  Query rewrite;  // of every row. A row that is older than a column lacks it, and the hook does not hear its default
};

namespace queries {

inline constexpr SealedTable sealed[] = {
    {"migration",
     {"rows_of_migration", "SELECT * FROM migration"},
     {"rewrite_migration", "UPDATE migration SET module = module"}},
    {"sqlite_schema", {"rows_of_schema", "SELECT type, name, tbl_name, sql FROM sqlite_schema"}, {nullptr, nullptr}},
    {"change_log",
     {"rows_of_change_log", "SELECT * FROM change_log"},
     {"rewrite_change_log", "UPDATE change_log SET seq = seq"}},
    {"chain",
     {"rows_of_chain", "SELECT * FROM chain"},
     {"rewrite_chain", "UPDATE chain SET n = n"}},
    {"push_signature",
     {"rows_of_push_signature", "SELECT * FROM push_signature"},
     {"rewrite_push_signature", "UPDATE push_signature SET last_n = last_n"}},
    {"number",
     {"rows_of_number", "SELECT * FROM number"},
     {"rewrite_number", "UPDATE number SET key = key"}},
    {"search_progress",
     {"rows_of_search_progress", "SELECT * FROM search_progress"},
     {"rewrite_search_progress", "UPDATE search_progress SET seq = seq"}},
    {"device",
     {"rows_of_device", "SELECT * FROM device"},
     {"rewrite_device", "UPDATE device SET name = name"}},
    {"enrol_code",
     {"rows_of_enrol_code", "SELECT * FROM enrol_code"},
     {"rewrite_enrol_code", "UPDATE enrol_code SET studio = studio"}},
    {"account",
     {"rows_of_account", "SELECT * FROM account"},
     {"rewrite_account", "UPDATE account SET member = member"}},
    {"session",
     {"rows_of_session", "SELECT * FROM session"},
     {"rewrite_session", "UPDATE session SET account = account"}},
    {"role_grant",
     {"rows_of_role_grant", "SELECT * FROM role_grant"},
     {"rewrite_role_grant", "UPDATE role_grant SET member = member"}},
    {"reference_org",
     {"rows_of_reference_org", "SELECT * FROM reference_org"},
     {"rewrite_reference_org", "UPDATE reference_org SET org_code = org_code"}},
    {"directory_version",
     {"rows_of_directory_version", "SELECT * FROM directory_version"},
     {"rewrite_directory_version", "UPDATE directory_version SET version = version"}},
    {"kinds_version",
     {"rows_of_kinds_version", "SELECT * FROM kinds_version"},
     {"rewrite_kinds_version", "UPDATE kinds_version SET document = document"}},
    {"state_counter",
     {"rows_of_state_counter", "SELECT * FROM state_counter"},
     {"rewrite_state_counter", "UPDATE state_counter SET last = last"}},
    {"journal_place",
     {"rows_of_journal_place", "SELECT * FROM journal_place"},
     {"rewrite_journal_place", "UPDATE journal_place SET number = number"}},
    {"journal_mark",
     {"rows_of_journal_mark", "SELECT * FROM journal_mark"},
     {"rewrite_journal_mark", "UPDATE journal_mark SET seq = seq"}},
    {"journal_waiting",
     {"rows_of_journal_waiting", "SELECT * FROM journal_waiting"},
     {"rewrite_journal_waiting", "UPDATE journal_waiting SET number = number"}},
    {"restoration",
     {"rows_of_restoration", "SELECT * FROM restoration"},
     {"rewrite_restoration", "UPDATE restoration SET at_ms = at_ms"}},
    {"restored_studio",
     {"rows_of_restored_studio", "SELECT * FROM restored_studio"},
     {"rewrite_restored_studio", "UPDATE restored_studio SET seq_found = seq_found"}},
    {"restored_device",
     {"rows_of_restored_device", "SELECT * FROM restored_device"},
     {"rewrite_restored_device", "UPDATE restored_device SET lines = lines"}},
};

inline constexpr Query create_seal{"create_seal", R"sql(
  CREATE TABLE seal (
    name TEXT NOT NULL PRIMARY KEY,
    rows INTEGER NOT NULL,
    digest TEXT NOT NULL
  ) STRICT, WITHOUT ROWID
)sql"};

inline constexpr Query table_there{"table_there", R"sql(
  SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1
)sql"};

inline constexpr Query table_definitions{"table_definitions", R"sql(
  SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL
)sql"};

inline constexpr Query seal_of{"seal_of", "SELECT rows, digest FROM seal WHERE name = $1"};

inline constexpr Query put_seal{"put_seal", R"sql(
  INSERT INTO seal (name, rows, digest) VALUES ($1, $2, $3)
  ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, digest = excluded.digest
)sql"};

}  // namespace queries
}  // namespace lianxin::server
