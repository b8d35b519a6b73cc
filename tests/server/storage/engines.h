// One empty store of each engine, made the same way, for cases that hold of all.
#pragma once

#include "schema/assert.h"
#include "server/storage/engine.h"
#include "server/storage/memory/memory_store.h"
#include "server/storage/sql/sql_store.h"
#include "server/storage/sqlite/database.h"
#include "tests/support/temp_folder.h"

namespace lianxin::storage_test {

using namespace server;

class MemoryEngine {
 public:
  Store& store() { return store_; }

 private:
  MemoryStore store_;
};

class SqliteEngine {
 public:
  explicit SqliteEngine(SqliteOptions options = {}) : options_(options) { open(); }

  Store& store() { return *store_; }
  SqliteDatabase& database() { return *database_; }
  const test::TempFolder& folder() const { return folder_; }
  void reopen() {
    store_.reset();
    database_.reset();
    open();
  }

 private:
  void open() {
    const Module modules[] = {log_tables()};
    auto database = SqliteDatabase::open(folder_ / "lianxin.db", modules, options_);
    LX_ASSERT(database);
    database_ = std::move(*database);
    store_ = std::make_unique<SqlStore>(*database_);
  }

  test::TempFolder folder_;
  SqliteOptions options_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<SqlStore> store_;
};

}  // namespace lianxin::storage_test

#define ALL_ENGINES lianxin::storage_test::MemoryEngine, lianxin::storage_test::SqliteEngine
