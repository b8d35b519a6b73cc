// server/SECURITY.md promises nothing without a test: each number that it cites is in its list, and each test of the
// list is in its file, by its whole name.
#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <set>

#include "tests/house/sources.h"

using namespace lianxin::house;

namespace {

using Named = std::pair<std::string, std::string>;  // file and case

// | T7 | tests/server/http/tls_test.cc | TLS older than 1.2 is not spoken |
std::map<std::string, Named> listed_in(const std::string& text) {
  static const std::regex form(R"(\| (T\d+) \| ([^|]+) \| ([^|]+) \|)");
  std::map<std::string, Named> listed;
  for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at) {
    listed[(*at)[1]] = {(*at)[2], (*at)[3]};
  }
  return listed;
}

std::set<std::string> cited_in(const std::string& text) {
  static const std::regex form(R"(\bT\d+\b)");
  std::set<std::string> cited;
  for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at) cited.insert(at->str());
  return cited;
}

void add_cases(const std::string& path, const std::string& source, std::set<Named>& cases) {
  static const std::regex form(R"re(TEST_CASE(?:_FIXTURE|_TEMPLATE)?\(\s*(?:\w+,\s*)?"([^"]*)")re");
  for (std::sregex_iterator at(source.begin(), source.end(), form), end; at != end; ++at) {
    cases.insert({path, (*at)[1]});
  }
}

// Every promise about an attacker is an item of section 2, and every item there cites a test, or says plainly that
// nothing defends.
std::vector<std::string> unproved_in(const std::string& text) {
  const std::size_t from = text.find("\n## 2 "), to = text.find("\n## 3 ");
  std::vector<std::string> unproved;
  for (std::size_t at = text.find("\n- ", from); at < to; at = text.find("\n- ", at + 1)) {
    const std::string item = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    if (cited_in(item).empty()) unproved.push_back(item);
  }
  return unproved;
}

}  // namespace

TEST_SUITE_BEGIN("house/security");

TEST_CASE("each test that the threat model names is there, and each that it lists is cited") {
  const std::string text = text_of("server/SECURITY.md");
  const std::size_t list = text.find("\n## 6 ");
  REQUIRE(list != std::string::npos);
  const std::map<std::string, Named> listed = listed_in(text.substr(list));
  CHECK(listed.size() > 30);
  std::set<Named> cases;
  for (const auto& [path, source] : sources_under({"tests"})) add_cases(path, source, cases);
  std::set<std::string> numbers;
  for (const auto& [number, named] : listed) {
    numbers.insert(number);
    CHECK_MESSAGE(cases.contains(named), number << " is no test: " << named.first << ": " << named.second);
  }
  CHECK(cited_in(text.substr(0, list)) == numbers);
  for (const std::string& item : unproved_in(text)) FAIL_CHECK("without a test: " << item);
}

TEST_CASE("a promise without a test is found") {
  CHECK(unproved_in("\n## 2 Who\n- proved (T1)\n- not\n\n## 3 x\n- y\n") == std::vector<std::string>{"- not"});
  std::set<Named> cases;
  add_cases("a_test.cc", "TEST_CASE_FIXTURE(\n    F, \"one\") {} TEST_CASE(\"two\") {}", cases);
  CHECK(cases == std::set<Named>{{"a_test.cc", "one"}, {"a_test.cc", "two"}});
}

TEST_SUITE_END();
