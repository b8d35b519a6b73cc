#include "tests/house/symbols.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "tests/support/process.h"

namespace lianxin::house {
namespace {

namespace fs = std::filesystem;

// "server/review/CMakeFiles/lianxin_review.dir/words.cc.o" is made of server/review/words.cc; "__" stands for "..".
std::string source_of(const std::string& object) {
  static const std::regex form(R"((.*)/CMakeFiles/[^/]*\.dir/(.*)\.o)");
  std::smatch parts;
  if (!std::regex_match(object, parts, form)) return {};
  const std::string inside = std::regex_replace(parts[2].str(), std::regex("(^|/)__(?=/)"), "$1..");
  return (fs::path(parts[1].str()) / inside).lexically_normal().generic_string();
}

// Without the parameters, the template's arguments, and the result that goes before the name of a template.
std::string bare_name(const std::string& name) {
  const std::size_t call = name.find("operator()");
  const std::string bare = name.substr(0, name.find_first_of("(<", call == std::string::npos ? 0 : call + 10));
  const std::size_t conversion = bare.find("::operator ");
  const std::size_t space = bare.rfind(' ', conversion);
  return space == std::string::npos ? bare : bare.substr(space + 1);
}

}  // namespace

std::optional<Symbol> symbol_of(const std::string& line) {
  static const std::regex form(R"((.*\.cc\.o):[0-9a-f]* ([TDBRWVu]) (.*))");
  std::smatch parts;
  if (!std::regex_match(line, parts, form)) return std::nullopt;
  const std::string source = source_of(parts[1]);
  if (source.empty()) return std::nullopt;
  return Symbol{source, std::string("WVu").find(parts[2].str()) != std::string::npos, parts[3]};
}

std::vector<Symbol> symbols_under(const std::vector<std::string>& folders) {
  std::vector<std::string> words = {"nm", "-A", "-C", "--defined-only"};
  const fs::path build(LIANXIN_BUILD_DIR);
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(build / folder)) {
      const std::string object = fs::relative(entry.path(), build).generic_string();
      if (object.ends_with(".cc.o") && fs::exists(root / source_of(object))) words.push_back(entry.path());
    }
  }
  std::vector<Symbol> symbols;
  std::istringstream lines(test::run_ok(words));
  for (std::string line; std::getline(lines, line);) {
    if (auto symbol = symbol_of(line.substr(build.string().size() + 1))) symbols.push_back(std::move(*symbol));
  }
  return symbols;
}

std::vector<std::string> path_of(const std::string& name) {
  static const std::regex made_for("^(vtable|VTT|typeinfo|typeinfo name|guard variable|construction vtable) for ");
  std::string bare = bare_name(std::regex_replace(name, made_for, ""));
  bare = bare.substr(0, bare.find("[abi:"));
  std::vector<std::string> path;
  for (std::size_t from = 0, colons = 0; colons != std::string::npos; from = colons + 2) {
    colons = bare.find("::", from);
    path.push_back(bare.substr(from, colons == std::string::npos ? colons : colons - from));
  }
  return path;
}

}  // namespace lianxin::house
