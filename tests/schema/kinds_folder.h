// The kinds as they are shipped, and small ones made for a test.
#pragma once

#include <string>
#include <vector>

#include "schema/kind.h"

namespace lianxin {

std::vector<KindFile> shipped_kind_files();
const Catalog& shipped_catalog();

// A kind "visit" with these fields (JSON, separated by commas), and a list "colours" of red and blue.
std::vector<KindFile> visit_with(const std::string& fields);
Catalog catalog_with(const std::string& fields);  // of visit_with(), which must load

}  // namespace lianxin
