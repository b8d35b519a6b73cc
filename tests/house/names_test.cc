// Words that may stand in few places only: what names.txt says, and the names of roles.
#include <doctest/doctest.h>

#include <algorithm>
#include <regex>

#include "tests/house/sources.h"

using namespace lianxin::house;

namespace {

struct Rule {
  std::regex word;
  std::vector<std::string> places;  // folders and files
};

std::vector<Rule> rules_of(const std::string& data) {
  std::vector<Rule> rules;
  for (Line& line : lines_of(data)) rules.push_back({std::regex(line.name), std::move(line.words)});
  return rules;
}

bool stands_in(const std::string& path, const std::string& place) {
  return path == place || path.starts_with(place + "/");
}

// "path:line: the word", for each that stands where it may not.
std::vector<std::string> strays(const Rule& rule, const Sources& sources) {
  std::vector<std::string> found;
  for (const auto& [path, source] : sources) {
    const auto here = [&path = path](const std::string& place) { return stands_in(path, place); };
    if (std::any_of(rule.places.begin(), rule.places.end(), here)) continue;
    const std::string code = code_of(source, true);
    for (std::sregex_iterator at(code.begin(), code.end(), rule.word), end; at != end; ++at) {
      const auto line = 1 + std::count(code.begin(), code.begin() + at->position(), '\n');
      found.push_back(path + ":" + std::to_string(line) + ": " + at->str());
    }
  }
  return found;
}

// The roles as the policy lists them. "server" and "member" are words of much else besides, so that those two count
// only where something asks for a role.
Rule role_rule(const std::string& policy) {
  std::smatch list;
  REQUIRE(std::regex_search(policy, list, std::regex(R"(roles_by_authority\[\] = \{([^}]*)\})")));
  const std::string text = list[1];
  std::string clear, common;
  const std::regex name("\"([a-z_]+)\"");
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
    const std::string role = (*at)[1];
    std::string& names = role == "server" || role == "member" ? common : clear;
    names += (names.empty() ? "" : "|") + role;
  }
  return {std::regex("\"(" + clear + ")\"|(has\\(|role(\\(\\))? *[!=]= *)\"(" + common + ")\""),
          {"sync/model/policy_table.cc", "schema/kind.cc"}};
}

}  // namespace

TEST_SUITE_BEGIN("house/names");

TEST_CASE("the words of names.txt stand nowhere else") {
  const std::vector<Rule> rules = rules_of(text_of("tests/house/names.txt"));
  CHECK(rules.size() > 1);
  for (const Rule& rule : rules) {
    for (const std::string& stray : strays(rule, all_sources())) FAIL_CHECK(stray);
  }
}

TEST_CASE("no role is named but by the policy and the kinds") {
  for (const std::string& stray : strays(role_rule(text_of("sync/model/policy_table.cc")), all_sources()))
    FAIL_CHECK(stray);
}

TEST_CASE("a word out of its place is found, one in a comment is not") {
  const Rule rule = rules_of("\\bfork\\(: server/disk client-sdk/main.cc\n").front();
  CHECK(strays(rule, {{"server/disk/a.cc", "fork();"}, {"client-sdk/main.cc", "fork();"}}).empty());
  CHECK(strays(rule, {{"sync/a.cc", "// fork()\n/* fork() */ int n = 1'000; char c = '\"'; // fork()\n"}}).empty());
  CHECK(strays(rule, {{"sync/a.cc", "\n\nfork();"}}) == std::vector<std::string>{"sync/a.cc:3: fork("});
  CHECK(strays(rule, {{"server/disks/a.cc", "fork();"}}).size() == 1);
}

TEST_CASE("a role out of its place is found, a field called member is not") {
  const Rule rule = role_rule("roles_by_authority[] = {\n\"server\", \"coordinator\", \"member\"};");
  CHECK(strays(rule, {{"server/a.cc", "access.has(\"coordinator\")"}}).size() == 1);
  CHECK(strays(rule, {{"server/a.cc", "if (access.has(\"member\") || role == \"server\")"}}).size() == 2);
  CHECK(strays(rule, {{"server/a.cc", "{\"member\", id.text()}"}, {"sync/model/policy_table.cc", "\"coordinator\""}})
            .empty());
}

TEST_SUITE_END();
