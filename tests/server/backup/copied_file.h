// A database file with a little of everything in it, and ways to damage copies of it behind the program's back.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <string>

#include "server/backup/verify.h"
#include "tests/support/filler.h"
#include "tests/support/process.h"

namespace lianxin::server_test {

using namespace server;

// Two studios, a few hundred changes, closed and checkpointed. Made once for all cases of the program.
struct FilledData {
  test::TempFolder folder;
  std::filesystem::path data = folder / "data";
  std::filesystem::path database = data / "lianxin.db";
  VerifyOptions options;  // with its keys

  static const FilledData& one();
  ServerOptions server() const;

 private:
  FilledData();
};

// A copy of that file in a folder of its own.
struct CopiedFile {
  CopiedFile();

  void sql(const std::string& statements) const;  // with neither foreign keys nor checks in the way
  Verified verify() const;

  test::TempFolder folder;
  std::filesystem::path file = folder / "lianxin.db";
};

// Everything that the tables hold, and what the search index finds where. Throws where that cannot be read.
std::string dump(const std::filesystem::path& file);

}  // namespace lianxin::server_test
