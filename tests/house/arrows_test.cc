// The folders' arrows, and the checker itself on sources that are wrong.
#include "tests/house/arrows.h"

#include <doctest/doctest.h>

using namespace lianxin::house;

namespace {

const std::string small_house =
    "schema:\nsync/model: schema\nsync/rules: schema sync/model\nserver/main.cc: sync/rules\n";

const Sources good = {{"schema/value.h", ""},
                      {"sync/model/row.h", "#include \"schema/value.h\"\n"},
                      {"sync/rules/merge.h", "#include \"sync/model/row.h\"\n#include <map>\n"},
                      {"sync/rules/merge.cc", "#include \"schema/value.h\"\n#include \"sync/rules/merge.h\"\n"},
                      {"server/main.cc", "#include \"sync/rules/merge.h\"\n"}};

// What is said of the small house when `path` includes `include` besides.
std::vector<std::string> with(const std::string& path, const std::string& include, Sources sources = good) {
  sources[path] += "#include " + include + "\n";
  return Arrows(small_house).faults(sources);
}

// Empty, or the source that begins with another include than that of its own header.
std::string header_not_first(const std::string& path, const Sources& sources) {
  if (!path.ends_with(".cc")) return {};
  const std::string header = path.substr(0, path.size() - 3) + ".h";
  if (!sources.contains(header)) return {};
  const std::vector<std::string> includes = includes_of(sources.at(path));
  const bool first = !includes.empty() && (includes[0] == header || folder_of(path) + "/" + includes[0] == header);
  return first ? std::string() : path;
}

}  // namespace

TEST_SUITE_BEGIN("house/arrows");

TEST_CASE("no include goes against the arrows, and headers include each other in no circle") {
  const Arrows arrows(text_of("tests/house/arrows.txt"));
  CHECK(all_sources().size() > 300);
  for (const std::string& fault : arrows.faults(all_sources())) FAIL_CHECK(fault);
}

TEST_CASE("a small house in order has no fault") { CHECK(Arrows(small_house).faults(good).empty()); }

TEST_CASE("a wrong include is found wherever it hides") {
  using Faults = std::vector<std::string>;
  CHECK(with("schema/value.h", "\"sync/model/row.h\"").front() == "schema/value.h includes sync/model/row.h");
  CHECK(with("sync/model/row.h", "<sync/rules/merge.h>").front() == "sync/model/row.h includes sync/rules/merge.h");
  CHECK(with("sync/rules/merge.cc", "\"server/main.cc\"") == Faults{"sync/rules/merge.cc includes server/main.cc"});
  CHECK(with("sync/rules/merge.cc", "\"tests/a.h\"") == Faults{"sync/rules/merge.cc includes tests/a.h"});
  CHECK(with("sync/rules/merge.cc", "<lianxin/phone.h>").size() == 1);
  CHECK(with("sync/model/row.h", "\"../rules/merge.h\"").front() == "sync/model/row.h includes sync/rules/merge.h");
  CHECK(with("schema/value.h", " \"sync/model/row.h\"  // why not").size() == 2);  // and the circle that it closes
}

TEST_CASE("what is commented out, or stands in a text, is no include") {
  Sources sources = good;
  sources["schema/value.h"] += "// #include \"sync/model/row.h\"\n/*\n#include \"sync/model/row.h\"\n*/\n";
  sources["schema/value.h"] += "const char* text = \"#include <sync/model/row.h>\";\n";
  CHECK(Arrows(small_house).faults(sources).empty());
}

TEST_CASE("a circle of headers of one folder is found, one of a source with a header is none") {
  Sources sources = good;
  sources["schema/a.h"] = "#include \"schema/b.h\"\n";
  sources["schema/b.h"] = "";
  sources["schema/b.cc"] = "#include \"schema/a.h\"\n#include \"schema/b.h\"\n";
  CHECK(Arrows(small_house).faults(sources).empty());
  sources["schema/b.h"] = "#include \"schema/a.h\"\n";
  REQUIRE(Arrows(small_house).faults(sources).size() == 1);
  CHECK(Arrows(small_house).faults(sources)[0] == "a circle of headers: schema/a.h schema/b.h");
}

TEST_CASE("a folder without a line, an arrow that nothing uses and an arrow upwards are told") {
  CHECK(with("attic/a.h", "<map>").front() == "attic has no line, and attic/a.h is in it");
  Sources sources = good;
  sources["sync/rules/merge.cc"] = "";
  CHECK(Arrows(small_house).faults(sources).front() == "nothing in sync/rules includes from schema any more");
  CHECK(Arrows("schema: sync\nsync:\n").faults({}).front() == "schema names sync, which has no line above its own");
  CHECK(Arrows("schema:\nschema:\n").faults({}).front() == "schema has two lines");
}

TEST_CASE("a source includes its own header first, so that the header is seen to need nothing before it") {
  for (const auto& [path, source] : all_sources()) CHECK(header_not_first(path, all_sources()) == "");
  const Sources wrong = {{"sync/a.h", ""}, {"sync/a.cc", "#include <map>\n#include \"sync/a.h\"\n"}};
  CHECK(header_not_first("sync/a.cc", wrong) == "sync/a.cc");
  CHECK(header_not_first("sync/a.h", wrong) == "");
}

TEST_SUITE_END();
