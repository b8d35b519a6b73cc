// What an import file asks for, as records: read, checked and put in its places, nothing written yet. The file's shape
// is described in import.h.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "schema/kind.h"
#include "server/people/places.h"
#include "sync/crypto/random.h"

namespace lianxin::server {

struct PlannedRecord {
  RecordId record;
  std::string kind;
  std::string label;  // for messages: the section and the place in it, such as "villages[3]"
  std::map<std::string, Value> registers;
  std::map<std::string, std::set<std::string>> elements;  // of sets
};

struct ImportPlan {
  std::vector<std::string> orgs;                              // their codes, in the file's order
  std::map<std::string, std::vector<PlannedRecord>> records;  // by the org unit in whose reference data they belong
  std::vector<Grant> grants;
  std::vector<std::string> refused;  // items that cannot be taken, each with why
  std::vector<std::string> doubted;  // taken, but a character may have been lost before: the item, and its key
  std::set<std::string> ignored;     // "kind.key" of what no kind has a field for
};

// The studios that stand in reference data, deleted ones too: by org unit and code.
using StudiosByCode = std::map<std::pair<std::string, std::string>, std::vector<RecordId>>;

// What a file goes by.
struct ImportBasis {
  const Catalog& catalog;
  const Places& now;  // what is there already, for items that refer to it
  const StudiosByCode& studios;
  Random& random;
};

// invalid_argument where the file is no object of lists.
Result<ImportPlan> plan_import(const ImportBasis& basis, const Value& file);

// The id of a reference record that the file gives none: it follows from the kind and what the record is known by, so
// that the same file read twice means the same records. Not of a studio, whose id says on the whole server who is who:
// that is looked up by its code in its own org unit, and made at random where there is none.
RecordId reference_record_of(std::string_view kind, std::string_view known_by);

}  // namespace lianxin::server
