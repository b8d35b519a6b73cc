// Keeps the Places of the moment: reads the reference studios again where their logs have grown, and the grants where
// they changed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "server/people/belongings.h"
#include "server/people/grants.h"
#include "server/people/places.h"
#include "sync/log/store.h"

namespace lianxin::server {

// Thread-safe. All references must outlive this.
class Directory {
 public:
  // Another process may have written: what is handed out is never older than this.
  static constexpr std::int64_t age_ms_max = 1000;

  Directory(Store& store, Grants& grants, Belongings& belongings)
      : store_(store), grants_(grants), belongings_(belongings) {}

  Result<std::shared_ptr<const Places>> places(const Catalog& catalog, std::int64_t now_ms);

  // Grants or reference data were just changed here: the next places() looks at once.
  void note_change();

 private:
  // What one reference studio holds, as of `seq`.
  struct Part {
    Seq seq = 0;
    std::map<RecordId, OrgUnit> orgs;
    std::map<RecordId, StudioInfo> studios;
    std::map<MemberId, std::string> members;
    std::map<RecordId, std::pair<std::string, std::string>> villages;  // region code and name
  };

  Status refresh(const Catalog& catalog);
  Result<bool> refresh_part(const Catalog& catalog, const std::string& org_code, Part& part);
  std::shared_ptr<const Places> made(const std::vector<std::string>& codes, std::vector<Grant> grants) const;
  bool is_own(const std::string& what, const std::string& name, const std::string& org_code) const;
  static Status take_row(const Catalog& catalog, const std::string& org_code, const StoredRow& stored, Part& part);

  Store& store_;
  Grants& grants_;
  Belongings& belongings_;
  std::mutex mutex_;
  std::map<std::string, Part> parts_;  // by org code
  Owners owners_;
  std::int64_t owners_state_ = 0;  // up to which owners_ is read
  std::int64_t grants_version_ = -1, catalog_version_ = -1;
  std::int64_t looked_at_ms_ = INT64_MIN;
  std::shared_ptr<const Places> places_;
};

}  // namespace lianxin::server
