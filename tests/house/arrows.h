// Which folder may include which: what arrows.txt says, held against the includes of the sources.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/house/sources.h"

namespace lianxin::house {

class Arrows {
 public:
  explicit Arrows(const std::string& data);  // as arrows.txt; what is wrong in it is told by faults()

  // One sentence for each include against the arrows, each folder without a line, each arrow that nothing uses, and
  // each circle of headers; empty where all is well.
  std::vector<std::string> faults(const Sources& sources) const;

 private:
  std::string room_of(const std::string& path) const;  // the line that speaks for a file; empty: none
  void check_include(const std::string& path, const std::string& to, std::vector<std::string>& faults,
                     std::set<std::pair<std::string, std::string>>& used) const;

  std::map<std::string, std::set<std::string>> may_;
  std::vector<std::string> faults_;
};

}  // namespace lianxin::house
