// Where names are defined: each in the file of its header, and none in both halves.
#include "tests/house/symbols.h"

#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <set>

using namespace lianxin::house;

namespace {

const std::vector<std::string> halves_common = {"schema", "sync"};

bool has_word(const std::string& text, const std::string& word) {
  return std::regex_search(text, std::regex("\\b" + word + "\\b"));
}

// The first name that is no namespace: the function, or the outermost class. Empty for what is not ours.
std::string own_name(const Symbol& symbol) {
  static const std::set<std::string> namespaces = {"lianxin", "server", "client", "demo", "cli"};
  const std::vector<std::string> path = path_of(symbol.name);
  if (path.front() != "lianxin") return {};
  for (const std::string& name : path) {
    if (!namespaces.contains(name)) return name.starts_with("operator") ? "operator" : name;
  }
  return {};
}

// The headers that may declare what `source` defines: that of its name, and those that definitions.txt gives it.
std::vector<std::string> headers_of(const std::string& source, const std::vector<Line>& families) {
  const std::string stem = source.substr(0, source.rfind('.'));
  std::vector<std::string> headers = {stem + ".h", "client-sdk/include/lianxin" + stem.substr(stem.rfind('/')) + ".h"};
  for (const Line& family : families) {
    for (const std::string& member : family.words) {
      if (std::regex_match(source, std::regex(member))) headers.push_back(family.name);
    }
  }
  return headers;
}

// "path defines name, which no header of its name declares", once a name.
std::set<std::string> misplaced(const std::vector<Symbol>& symbols, const Sources& sources,
                                const std::vector<Line>& families) {
  std::set<std::string> found;
  std::map<std::string, std::string> declared;  // source -> the code of its headers
  for (const Symbol& symbol : symbols) {
    const std::string name = own_name(symbol);
    if (symbol.shared || name.empty()) continue;
    auto code = declared.find(symbol.source);
    if (code == declared.end()) {
      code = declared.emplace(symbol.source, "").first;
      for (const std::string& header : headers_of(symbol.source, families)) {
        if (sources.contains(header)) code->second += code_of(sources.at(header), false);
      }
    }
    if (!has_word(code->second, name)) found.insert(symbol.source + " defines " + name);
  }
  return found;
}

// The names that both halves define, without those of the rooms they both stand on: such a name is inline in a header
// of `common`, and both have it from there.
std::set<std::string> in_both(const std::vector<Symbol>& server, const std::vector<Symbol>& client,
                              const std::string& common) {
  std::map<std::string, bool> of_server;  // name -> shared
  for (const Symbol& symbol : server) of_server[symbol.name] = symbol.shared;
  std::set<std::string> found;
  for (const Symbol& symbol : client) {
    const auto other = of_server.find(symbol.name);
    if (other == of_server.end()) continue;
    const std::string name = own_name(symbol);
    if (!symbol.shared || !other->second || (!name.empty() && !has_word(common, name))) found.insert(symbol.name);
  }
  return found;
}

Symbol strong(const std::string& name) { return {"a.cc", false, name}; }
Symbol weak(const std::string& name) { return {"a.cc", true, name}; }

}  // namespace

TEST_SUITE_BEGIN("house/symbols");

// What is declared and defined nowhere is not seen here, nor what is inline or a template.
TEST_CASE("what a file gives to others is declared in the header of its name") {
  const std::vector<Symbol> symbols = symbols_under({"schema", "sync", "server", "client-sdk"});
  CHECK(symbols.size() > 5000);
  const std::vector<Line> families = lines_of(text_of("tests/house/definitions.txt"));
  for (const std::string& fault : misplaced(symbols, all_sources(), families)) FAIL_CHECK(fault);
}

TEST_CASE("no name is defined by the server and by the SDK") {
  std::string common;
  for (const auto& [path, source] : sources_under({"schema", "sync"})) {
    if (path.ends_with(".h")) common += code_of(source, false);
  }
  const std::vector<Symbol> server = symbols_under({"server"}), client = symbols_under({"client-sdk/CMakeFiles"});
  CHECK(server.size() > 1000);
  CHECK(client.size() > 300);
  for (const std::string& name : in_both(server, client, common)) FAIL_CHECK(name);
}

TEST_CASE("nm is read as it writes") {
  const auto symbol =
      symbol_of("server/review/CMakeFiles/lianxin_review.dir/__/people/a.cc.o:00f0 T lianxin::Row::id() const");
  REQUIRE(symbol);
  CHECK(symbol->source == "server/people/a.cc");
  CHECK_FALSE(symbol->shared);
  CHECK(path_of(symbol->name) == std::vector<std::string>{"lianxin", "Row", "id"});
  CHECK_FALSE(symbol_of("sync/CMakeFiles/lianxin_sync.dir/a.cc.o:00f0 t lianxin::(anonymous namespace)::f()"));
  CHECK(symbol_of("sync/CMakeFiles/lianxin_sync.dir/a.cc.o:00f0 V vtable for lianxin::Store")->shared);
  CHECK(path_of("vtable for lianxin::Store") == std::vector<std::string>{"lianxin", "Store"});
  CHECK(path_of("lianxin::day_text[abi:cxx11](long)") == std::vector<std::string>{"lianxin", "day_text"});
  CHECK(path_of("lianxin::Less::operator()(int) const").back() == "operator()");
  CHECK(path_of("lianxin::Id* std::copy<lianxin::Id*>(lianxin::Id*)") == std::vector<std::string>{"std", "copy"});
}

TEST_CASE("a function that is defined in another file than its header's is found") {
  const Sources sources = {{"sync/a.h", "int named();\nclass Inner { void run(); };\n// int spoken_of();\n"},
                           {"sync/all.h", "int routed();"}};
  const auto found = [&](const std::string& source, const std::string& name) {
    return !misplaced({{source, false, name}}, sources, lines_of("sync/all.h: sync/[a-z]*_routes\\.cc")).empty();
  };
  CHECK_FALSE(found("sync/a.cc", "lianxin::named()"));
  CHECK_FALSE(found("sync/a.cc", "lianxin::Inner::run()"));
  CHECK_FALSE(found("sync/b_routes.cc", "lianxin::routed()"));
  CHECK(found("sync/b.cc", "lianxin::routed()"));
  CHECK(found("sync/b.cc", "lianxin::named()"));
  CHECK(found("sync/a.cc", "lianxin::spoken_of()"));
}

TEST_CASE("a name in both halves is found, unless both have it from below") {
  const std::string common = "struct Value { ~Value() = default; };";
  CHECK(in_both({strong("lianxin::server::gzip()")}, {strong("lianxin::client::gzip()")}, common).empty());
  CHECK(in_both({strong("lianxin::gzip()")}, {strong("lianxin::gzip()")}, common).size() == 1);
  CHECK(in_both({strong("gzip")}, {weak("gzip")}, common).size() == 1);
  CHECK(in_both({weak("lianxin::ListItem::~ListItem()")}, {weak("lianxin::ListItem::~ListItem()")}, common).size() ==
        1);
  CHECK(in_both({weak("lianxin::Value::~Value()")}, {weak("lianxin::Value::~Value()")}, common).empty());
  CHECK(in_both({weak("std::vector<int>::size()")}, {weak("std::vector<int>::size()")}, common).empty());
}

TEST_SUITE_END();
