// What the documents say of the tree: each path that they name is there.
#include <doctest/doctest.h>

#include <filesystem>
#include <regex>

#include "tests/house/sources.h"

using namespace lianxin::house;

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> documents = {"README.md",           "schema/KINDS.md",    "sync/PROTOCOL.md",
                                            "server/HTTP.md",      "server/SECURITY.md", "tests/README.md",
                                            "tests/wire/README.md"};

// The paths in a text, each from a room of the tree on: "sync/rules/merge.h", "server/http", "tests/fuzz/run.sh".
std::vector<std::string> paths_in(const std::string& text) {
  static const std::regex form(R"((^|[^A-Za-z0-9_./-])((schema|sync|server|client-sdk|tests)/[A-Za-z0-9_./-]*))");
  std::vector<std::string> paths;
  for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at) {
    std::string path = (*at)[2];
    path.erase(path.find_last_not_of("./-") + 1);
    paths.push_back(std::move(path));
  }
  return paths;
}

// A path may stand for its header and source, as in a sentence: "sync/rules/merge decides".
bool is_there(const fs::path& folder, const std::string& path) {
  for (const char* ending : {"", ".h", ".cc"}) {
    if (fs::exists(folder / (path + ending))) return true;
  }
  return false;
}

}  // namespace

TEST_SUITE_BEGIN("house/documents");

TEST_CASE("each path that a document names is there") {
  for (const std::string& document : documents) {
    const std::vector<std::string> paths = paths_in(text_of(document));
    CHECK_FALSE(paths.empty());
    for (const std::string& path : paths) {
      const bool there = is_there(root, path) || is_there(root / folder_of(document), path);
      CHECK_MESSAGE(there, document << " names " << path);
    }
  }
}

TEST_CASE("paths are found in sentences, tables and drawings, and nothing else is taken for one") {
  using Paths = std::vector<std::string>;
  CHECK(paths_in("see `sync/rules/merge.h`, sync/log/ and server/a.cc.") ==
        Paths{"sync/rules/merge.h", "sync/log", "server/a.cc"});
  CHECK(paths_in("| sync | POST /v1/sync/x | build/release/bin/tests/a |").empty());
  CHECK(is_there(root, "sync/rules/merge"));
  CHECK_FALSE(is_there(root, "sync/merge"));
}

TEST_SUITE_END();
