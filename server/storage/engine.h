// The engine that the program is linked with: who opens a database says here which tables it is to have, and meets it
// through sql.h and list_store.h from then on.
#pragma once

#include <filesystem>
#include <memory>

#include "server/storage/data_keys.h"
#include "server/storage/list_store.h"
#include "server/storage/sql.h"

namespace lianxin::server {

// Opens the database, or creates it readable by its owner only, and brings the tables of `modules` to their last step,
// each step in a transaction of its own. Every module that keeps tables in it must be named: what is sealed is known by
// them alone. corrupt: the file is no database, or another program's. invalid_argument: it is from a newer program; a
// step that it lacks is not made then, and nothing else is changed. One that is created is encrypted under `key`, where
// one is given: it must be held (data_keys.h). not_allowed: the file is encrypted under a key that is not.
Result<std::unique_ptr<SqlDatabase>> open_database(const std::filesystem::path& file, std::span<const Module> modules,
                                                   const std::optional<DataKeyId>& key = {});

// Over the tables of log_tables(). `database` must outlive it.
std::unique_ptr<ListStore> open_lists(SqlDatabase& database);

// The tables behind sync/log/store.h (sql/sql_store.h) and list_store.h.
Module log_tables();

}  // namespace lianxin::server
