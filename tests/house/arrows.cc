#include "tests/house/arrows.h"

#include <algorithm>
#include <filesystem>

namespace lianxin::house {
namespace {

// Where the file stands that `path` includes; empty for a header of a library. The public headers are included by their
// installed names, and a file of the same folder may be by its bare name.
std::string target_of(const std::string& path, const std::string& include, const Sources& sources) {
  if (include.starts_with("lianxin/")) return "client-sdk/include/" + include;
  for (const char* room : {"schema/", "sync/", "server/", "client-sdk/", "tests/"}) {
    if (include.starts_with(room)) return include;
  }
  const std::string beside = (std::filesystem::path(folder_of(path)) / include).lexically_normal().generic_string();
  return sources.contains(beside) ? beside : std::string();
}

// Walks the headers from one to the next, and notes each way that leads back to where it came by.
class HeaderWalk {
 public:
  HeaderWalk(const Sources& sources, std::vector<std::string>& faults) : sources_(sources), faults_(faults) {}

  void visit(const std::string& header) {
    const auto source = sources_.find(header);
    if (source == sources_.end()) return;
    if (const auto open = std::find(way_.begin(), way_.end(), header); open != way_.end()) {
      std::string circle = "a circle of headers:";
      for (auto step = open; step != way_.end(); ++step) circle += " " + *step;
      faults_.push_back(circle);
      return;
    }
    if (!done_.insert(header).second) return;
    way_.push_back(header);
    for (const std::string& include : includes_of(source->second)) visit(target_of(header, include, sources_));
    way_.pop_back();
  }

 private:
  const Sources& sources_;
  std::vector<std::string>& faults_;
  std::vector<std::string> way_;
  std::set<std::string> done_;
};

}  // namespace

Arrows::Arrows(const std::string& data) {
  for (const Line& line : lines_of(data)) {
    for (const std::string& to : line.words) {
      if (!may_.contains(to)) faults_.push_back(line.name + " names " + to + ", which has no line above its own");
    }
    if (!may_.emplace(line.name, std::set<std::string>(line.words.begin(), line.words.end())).second) {
      faults_.push_back(line.name + " has two lines");
    }
  }
}

std::string Arrows::room_of(const std::string& path) const {
  if (may_.contains(path)) return path;
  return may_.contains(folder_of(path)) ? folder_of(path) : std::string();
}

void Arrows::check_include(const std::string& path, const std::string& to, std::vector<std::string>& faults,
                           std::set<std::pair<std::string, std::string>>& used) const {
  const std::string from_room = room_of(path), to_room = room_of(to);
  if (from_room == to_room) return;
  if (!may_.at(from_room).contains(to_room)) faults.push_back(path + " includes " + to);
  used.emplace(from_room, to_room);
}

std::vector<std::string> Arrows::faults(const Sources& sources) const {
  std::vector<std::string> faults = faults_;
  std::set<std::pair<std::string, std::string>> used;
  for (const auto& [path, source] : sources) {
    if (room_of(path).empty()) {
      faults.push_back(folder_of(path) + " has no line, and " + path + " is in it");
      continue;
    }
    for (const std::string& include : includes_of(source)) {
      const std::string to = target_of(path, include, sources);
      if (!to.empty()) check_include(path, to, faults, used);
    }
  }
  for (const auto& [from, all] : may_) {
    for (const std::string& to : all) {
      if (!used.contains({from, to})) faults.push_back("nothing in " + from + " includes from " + to + " any more");
    }
  }
  HeaderWalk walk(sources, faults);
  for (const auto& [path, source] : sources) {
    if (path.ends_with(".h")) walk.visit(path);
  }
  return faults;
}

}  // namespace lianxin::house
