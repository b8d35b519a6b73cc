#include "tests/house/sources.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace lianxin::house {
namespace {

// Where the comment or the text ends that begins at `from`; `from` where neither begins there.
std::size_t end_of_comment(std::string_view source, std::size_t from) {
  const std::string_view two = source.substr(from, 2);
  if (two == "//") return std::min(source.find('\n', from), source.size());
  if (two != "/*") return from;
  const std::size_t close = source.find("*/", from + 2);
  return close == std::string_view::npos ? source.size() : close + 2;
}

std::size_t end_of_raw_text(std::string_view source, std::size_t from) {
  const std::size_t open = source.find('(', from);
  if (open == std::string_view::npos) return source.size();
  const std::string closing = ")" + std::string(source.substr(from + 2, open - from - 2)) + "\"";
  const std::size_t close = source.find(closing, open);
  return close == std::string_view::npos ? source.size() : close + closing.size();
}

bool in_number(std::string_view source, std::size_t at) {  // the quote of 1'000 begins no character
  return at > 0 && std::isalnum(static_cast<unsigned char>(source[at - 1]));
}

std::size_t end_of_text(std::string_view source, std::size_t from) {
  if (source.substr(from, 2) == "R\"") return end_of_raw_text(source, from);
  const char quote = source[from];
  if (quote != '"' && (quote != '\'' || in_number(source, from))) return from;
  std::size_t at = from + 1;
  while (at < source.size() && source[at] != quote && source[at] != '\n') at += source[at] == '\\' ? 2 : 1;
  return std::min(at + 1, source.size());
}

}  // namespace

std::string text_of(const std::string& path) {
  std::ifstream file(root / path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Sources sources_under(const std::vector<std::string>& folders) {
  static const std::set<std::string> endings = {".h", ".cc", ".c"};
  Sources sources;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !endings.contains(entry.path().extension().string())) continue;
      const std::string path = std::filesystem::relative(entry.path(), root).generic_string();
      sources.emplace(path, text_of(path));
    }
  }
  return sources;
}

const Sources& all_sources() {
  static const Sources sources = sources_under({"schema", "sync", "server", "client-sdk"});
  return sources;
}

std::string code_of(std::string_view source, bool texts) {
  std::string code(source);
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t comment = end_of_comment(source, at);
    const std::size_t text = comment > at ? at : end_of_text(source, at);
    const std::size_t end = std::max({comment, text, at + 1});
    for (std::size_t i = at; i < end; ++i) {
      if ((comment > at || (text > at && !texts)) && code[i] != '\n') code[i] = ' ';
    }
    at = end;
  }
  return code;
}

std::vector<std::string> includes_of(std::string_view source) {
  std::vector<std::string> found;
  std::istringstream lines(code_of(source, true));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') continue;
    const std::size_t word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos || line.compare(word, 7, "include") != 0) continue;
    const std::size_t open = line.find_first_of("<\"", word);
    if (open == std::string::npos) continue;
    const std::size_t close = line.find(line[open] == '"' ? '"' : '>', open + 1);
    if (close != std::string::npos) found.push_back(line.substr(open + 1, close - open - 1));
  }
  return found;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::vector<Line> lines_of(const std::string& data) {
  std::vector<Line> found;
  std::istringstream lines(data);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos && !line.ends_with(':')) throw std::runtime_error("no colon in: " + line);
    std::string name = line.substr(0, std::min(colon, line.size() - 1));
    name.erase(name.find_last_not_of(' ') + 1);
    Line next{std::move(name), {}};
    if (colon != std::string::npos) {
      std::istringstream words(line.substr(colon + 2));
      for (std::string word; words >> word;) next.words.push_back(word);
    }
    found.push_back(std::move(next));
  }
  return found;
}

}  // namespace lianxin::house
