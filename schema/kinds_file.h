// One kinds file (KINDS.md) from its text into structs. What it names in other files is checked in catalog.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/kind.h"

namespace lianxin {

struct CommonField {
  Field field;
  bool only_reviewed = false;  // only the kinds that are reviewed have it
};

struct KindsFile {
  std::optional<Kind> kind;
  std::string adds_to;  // a kind that stands in another file and gets what follows; empty: none
  std::vector<Field> fields;
  std::vector<Check> checks;
  std::vector<ConsentBond> consents;
  std::vector<CommonField> every_record;
  std::vector<Ladder> ladders;
  std::vector<CodeList> code_lists;
};

// Strict: a key that KINDS.md does not know is refused, for it is a mistyped one. invalid_argument names file and
// place.
Result<KindsFile> read_kinds_file(const KindFile& file);

}  // namespace lianxin
