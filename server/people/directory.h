// Keeps the Places of the moment: reads the reference studios again where their logs have grown, and the grants where
// they changed.
#pragma once

#include <memory>
#include <mutex>

#include "server/people/belongings.h"
#include "server/people/grants.h"
#include "server/people/reference_rows.h"
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
  Status refresh(const Catalog& catalog);

  Store& store_;
  Grants& grants_;
  Belongings& belongings_;
  std::mutex mutex_;
  ReferenceRows rows_;
  Owners owners_;
  std::int64_t owners_state_ = 0;  // up to which owners_ is read
  std::int64_t grants_version_ = -1, catalog_version_ = -1;
  std::int64_t looked_at_ms_ = INT64_MIN;
  std::shared_ptr<const Places> places_;
};

}  // namespace lianxin::server
