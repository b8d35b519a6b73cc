#include "server/backup/findings.h"

#include <algorithm>

namespace lianxin::server {

std::string Finding::text() const {
  std::string line = code;
  for (const auto& [name, place] : where) line += " " + name + " " + place;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

Value Finding::value() const {
  Value::Object parts{{"code", code}};
  for (const auto& [name, place] : where) parts.emplace(name, place);
  return parts;
}

void Findings::add(std::string code, std::vector<std::pair<std::string, std::string>> where) {
  ++count_;
  if (kept_.size() < kept_max) kept_.push_back({std::move(code), std::move(where)});
}

bool Findings::has(std::string_view code) const {
  return std::any_of(kept_.begin(), kept_.end(), [&](const Finding& finding) { return finding.code == code; });
}

}  // namespace lianxin::server
