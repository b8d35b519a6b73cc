// The tests of a room stand in folders of the same names, and their suites are named for them.
#include <doctest/doctest.h>

#include <filesystem>
#include <regex>

#include "tests/house/sources.h"

using namespace lianxin::house;

namespace {

const std::vector<std::string> rooms = {"schema", "sync", "server", "client-sdk"};

std::vector<std::string> suites_of(const std::string& source) {
  static const std::regex form("TEST_SUITE(_BEGIN)?\\(\"([^\"]*)\"\\)");
  std::vector<std::string> suites;
  for (std::sregex_iterator at(source.begin(), source.end(), form), end; at != end; ++at) suites.push_back((*at)[2]);
  return suites;
}

// "tests/sync/rules/merge_test.cc" may hold "sync/rules" and "sync/rules/…"; nothing, or what is wrong.
std::string wrong_suite(const std::string& path, const std::string& source) {
  const std::string folder = folder_of(path).substr(std::string("tests/").size());
  const std::vector<std::string> suites = suites_of(source);
  if (suites.empty()) return path + " has no suite";
  for (const std::string& suite : suites) {
    if (suite != folder && !suite.starts_with(folder + "/")) return path + " has the suite " + suite;
  }
  return {};
}

}  // namespace

TEST_SUITE_BEGIN("house/mirror");

TEST_CASE("the folders of the tests are those of the sources, and suites are named for them") {
  std::vector<std::string> folders;
  for (const std::string& room : rooms) folders.push_back("tests/" + room);
  const Sources tests = sources_under(folders);
  CHECK(tests.size() > 60);
  for (const auto& [path, source] : tests) {
    const std::string folder = folder_of(path).substr(std::string("tests/").size());
    const bool mirrored = folder == "sync/property" || std::filesystem::is_directory(root / folder);
    CHECK_MESSAGE(mirrored, path << " has no folder of the sources beside it");
    if (path.ends_with("_test.cc")) CHECK_MESSAGE(wrong_suite(path, source).empty(), wrong_suite(path, source));
  }
}

TEST_CASE("a suite of another folder's name is found") {
  CHECK(wrong_suite("tests/sync/rules/merge_test.cc", "TEST_SUITE(\"sync/rules/merge\") {").empty());
  CHECK_FALSE(wrong_suite("tests/sync/rules/merge_test.cc", "TEST_SUITE_BEGIN(\"sync/merge\");").empty());
  CHECK_FALSE(wrong_suite("tests/sync/rules/merge_test.cc", "TEST_CASE(\"a\") {").empty());
}

TEST_SUITE_END();
