// One empty store of each engine, made the same way, for cases that hold of all.
#pragma once

#include <stdlib.h>

#include <filesystem>

#include "schema/assert.h"
#include "server/storage/memory/memory_store.h"
#include "server/storage/sqlite/sqlite_store.h"

namespace lianxin::storage_test {

// A folder that goes with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "lianxin-storage-XXXXXX").string();
    LX_ASSERT(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::filesystem::path file() const { return path_ / "lianxin.db"; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
  const TemporaryFolder& folder() const { return folder_; }
  void reopen() {
    store_.reset();
    database_.reset();
    open();
  }

 private:
  void open() {
    auto database = SqliteDatabase::open(folder_.file(), options_);
    LX_ASSERT(database);
    database_ = std::move(*database);
    auto store = SqliteStore::open(*database_);
    LX_ASSERT(store);
    store_ = std::move(*store);
  }

  TemporaryFolder folder_;
  SqliteOptions options_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace lianxin::storage_test

#define ALL_ENGINES lianxin::storage_test::MemoryEngine, lianxin::storage_test::SqliteEngine
