// Names in reference data that mean one thing on the whole server: the ids of studios, members and org units, the codes
// of studios and of villages. Every county writes its own reference data, and none is believed about what is
// another's: a name belongs to the org unit in whose reference data it arrived first (PROTOCOL 4.8).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/model/change.h"

namespace lianxin {

struct ReferenceName {
  std::string what;  // studio, member, org_unit: the id of such a record; studio_code, region_code: a code
  std::string name;
  friend auto operator<=>(const ReferenceName&, const ReferenceName&) = default;
};

struct Belonging {
  ReferenceName name;
  std::string org_code;
};

// The names that a change of reference data is about, each once; none of one that only decides of held changes.
std::vector<ReferenceName> names_in(const Change& change);

// The text that a write puts, or that the head says which it gives back; empty where it is none.
std::string text_written(const Write& write);

// The org unit that a name belongs to; empty where it is nobody's yet.
using OwnerOf = std::function<std::string(const ReferenceName&)>;

// The org units as they stand, handed in by whoever keeps them.
class OrgUnits {
 public:
  virtual ~OrgUnits() = default;
  virtual bool is_org_unit(std::string_view org_code) const = 0;
  virtual std::vector<std::string> chain_of(std::string_view org_code) const = 0;  // itself, and those above it
};

}  // namespace lianxin
