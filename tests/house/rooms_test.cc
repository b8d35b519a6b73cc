// Which room may include what (design 1), read off the sources. The checker is itself checked on sources that are wrong.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace lianxin {
namespace {

struct Include {
  std::string path;
  bool quoted = false;
};

std::vector<Include> includes_of(const std::string& source) {
  std::vector<Include> found;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') continue;
    const std::size_t word = line.find("include", hash);
    if (word == std::string::npos) continue;
    const std::size_t open = line.find_first_of("<\"", word);
    if (open == std::string::npos) continue;
    const bool quoted = line[open] == '"';
    const std::size_t close = line.find(quoted ? '"' : '>', open + 1);
    if (close != std::string::npos) found.push_back({line.substr(open + 1, close - open - 1), quoted});
  }
  return found;
}

std::string room_of(const std::string& path) { return path.substr(0, path.find('/')); }

const std::set<std::string> rooms = {"schema", "sync", "server", "client-sdk", "tests"};

// What may not be included in sync/: what has a clock, chance, thread, file, socket or database of its own.
const std::set<std::string> not_in_sync = {"chrono",     "random",       "thread",     "mutex",    "shared_mutex",
                                           "fstream",    "filesystem",   "iostream",   "cstdio",   "ctime",
                                           "future",     "atomic",       "sqlite3.h",  "httplib.h", "sys/socket.h",
                                           "libpq-fe.h", "condition_variable", "unistd.h", "time.h"};

// Nothing, or what is wrong with one file.
std::string wrong_in(const std::string& path, const std::string& source) {
  static const std::map<std::string, std::set<std::string>> may = {
      {"schema", {"schema"}},
      {"sync", {"schema", "sync"}},
      {"server", {"schema", "sync", "server"}},
      {"client-sdk", {"schema", "sync", "client-sdk"}}};
  const std::string room = room_of(path);
  const auto allowed = may.find(room);
  if (allowed == may.end()) return {};
  const bool is_public = path.starts_with("client-sdk/include/");
  for (const Include& include : includes_of(source)) {
    const std::string to = room_of(include.path);
    if (rooms.contains(to) && !allowed->second.contains(to)) return path + " includes " + include.path;
    if (is_public && rooms.contains(to)) return path + " is public and includes " + include.path;
    if (room == "sync" && not_in_sync.contains(include.path)) return path + " includes <" + include.path + ">";
    if (room == "sync" && include.path.starts_with("SQLiteCpp")) return path + " includes " + include.path;
  }
  if (room != "sync") return {};
  for (const char* statement : {"SELECT ", "INSERT INTO", "CREATE TABLE"}) {
    if (source.find(statement) != std::string::npos) return path + " holds SQL";
  }
  return {};
}

std::map<std::string, std::string> all_sources() {
  namespace fs = std::filesystem;
  const fs::path root(LIANXIN_SOURCE_DIR);
  std::map<std::string, std::string> sources;
  for (const char* room : {"schema", "sync", "server", "client-sdk"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / room)) {
      const std::string ending = entry.path().extension().string();
      if (!entry.is_regular_file() || (ending != ".h" && ending != ".cc" && ending != ".c" && ending != ".hh")) continue;
      std::ifstream file(entry.path());
      std::ostringstream text;
      text << file.rdbuf();
      sources[fs::relative(entry.path(), root).generic_string()] = text.str();
    }
  }
  return sources;
}

TEST_SUITE("house/rooms") {
  TEST_CASE("no file goes against the arrows (design 1)") {
    const std::map<std::string, std::string> sources = all_sources();
    CHECK(sources.contains("sync/rules/merge.cc"));
    CHECK(sources.size() > 40);
    for (const auto& [path, source] : sources) {
      const std::string wrong = wrong_in(path, source);
      CHECK_MESSAGE(wrong.empty(), wrong);
    }
  }
  TEST_CASE("a wrong arrow is found wherever it hides") {
    CHECK_FALSE(wrong_in("schema/a.cc", "#include \"sync/rules/merge.h\"\n").empty());
    CHECK_FALSE(wrong_in("sync/a.h", "#pragma once\n#include \"server/telemetry/log.h\"\n").empty());
    CHECK_FALSE(wrong_in("server/x/a.cc", "  #  include \"client-sdk/store/store.h\"\n").empty());
    CHECK_FALSE(wrong_in("client-sdk/a.cc", "#include <server/telemetry/log.h>\n").empty());
    CHECK_FALSE(wrong_in("server/a.cc", "#include \"tests/sync/property/oracle.h\"\n").empty());
    CHECK_FALSE(wrong_in("client-sdk/include/lianxin/a.h", "#include \"sync/model/row.h\"\n").empty());
    CHECK(wrong_in("client-sdk/include/lianxin/a.h", "#include <lianxin/b.h>\n#include <string>\n").empty());
    CHECK(wrong_in("server/a.cc", "#include \"sync/model/row.h\"\n// #include \"client-sdk/x.h\"\n").empty());
  }
  TEST_CASE("the rules have no clock or thread or file or database of their own (design 1)") {
    for (const char* header : {"chrono", "random", "thread", "mutex", "fstream", "filesystem", "sqlite3.h"}) {
      CHECK_FALSE(wrong_in("sync/a.cc", std::string("#include <") + header + ">\n").empty());
      CHECK(wrong_in("server/a.cc", std::string("#include <") + header + ">\n").empty());
    }
    CHECK_FALSE(wrong_in("sync/a.cc", "const char* q = \"SELECT 1\";\n").empty());
  }
}

}  // namespace
}  // namespace lianxin
