// The table of who may what (policy_matrix.txt), read.
#pragma once

#include <string>
#include <vector>

namespace lianxin::policy_matrix {

// One cell: `section` is see, write or do; of do the row is the role and the column the deed.
struct Cell {
  std::string section, role, row, column, says;
};
std::vector<Cell> cells();

}  // namespace lianxin::policy_matrix
