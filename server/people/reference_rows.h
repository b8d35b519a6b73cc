// What the reference data of the org units says, as its rows show it, and the Places that are made of it. Of no storage
// but the port through which the rows are read.
#pragma once

#include <map>
#include <memory>

#include "server/people/belongings.h"
#include "server/people/places.h"
#include "sync/log/store.h"

namespace lianxin::server {

// Not thread-safe.
class ReferenceRows {
 public:
  // Reads what is new in the reference data of that org unit. True: something was.
  Result<bool> refresh(Store& store, const Catalog& catalog, const std::string& org_code);

  // Of the org units of these codes, each believed about what `owners` says is its own and no other's.
  std::shared_ptr<const Places> places(const std::vector<std::string>& codes, const Owners& owners,
                                       std::vector<Grant> grants) const;

  void clear() { parts_.clear(); }

 private:
  // What one org unit's reference data holds, as of `seq`.
  struct Part {
    Seq seq = 0;
    std::map<RecordId, OrgUnit> orgs;
    std::map<RecordId, StudioInfo> studios;
    std::map<MemberId, std::string> members;
    std::map<RecordId, std::pair<std::string, std::string>> villages;  // region code and name
  };

  static Status take_row(const Catalog& catalog, const std::string& org_code, const StoredRow& stored, Part& part);

  std::map<std::string, Part> parts_;  // by org code
};

}  // namespace lianxin::server
