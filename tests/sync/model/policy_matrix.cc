#include "tests/sync/model/policy_matrix.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace lianxin::policy_matrix {

std::vector<Cell> cells() {
  std::ifstream in(LIANXIN_POLICY_MATRIX);
  if (!in) throw std::runtime_error("the policy matrix is not there");
  std::vector<Cell> cells;
  std::string section, role;
  std::vector<std::string> columns;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (line.starts_with(' ')) {
      for (const std::string& column : columns) {
        Cell cell{section, role.empty() ? first : role, first, column, {}};
        if (!(words >> cell.says)) throw std::runtime_error("a cell is missing: " + line);
        cells.push_back(std::move(cell));
      }
      continue;
    }
    section = first;
    role.clear();
    if (section != "do") words >> role;
    columns.clear();
    for (std::string column; words >> column;) columns.push_back(column);
  }
  return cells;
}

}  // namespace lianxin::policy_matrix
