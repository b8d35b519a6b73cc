#include "server/people/directory.h"

namespace lianxin::server {

Result<std::shared_ptr<const Places>> Directory::places(const Catalog& catalog, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const bool young = looked_at_ms_ <= now_ms && now_ms - age_ms_max < looked_at_ms_;
  if (!places_ || !young || catalog.version != catalog_version_) {
    LX_CHECK(refresh(catalog));
    looked_at_ms_ = now_ms;
  }
  return places_;
}

void Directory::note_change() {
  const std::lock_guard lock(mutex_);
  looked_at_ms_ = INT64_MAX;  // later than any clock: never young
}

Status Directory::refresh(const Catalog& catalog) {
  // The version first: a grant that is added between the two reads is then read again, and never missed.
  LX_TRY(const std::int64_t version, grants_.version());
  bool changed = !places_ || version != grants_version_;
  if (catalog.version != catalog_version_) rows_.clear();
  LX_TRY(const std::vector<std::string> codes, grants_.orgs());
  for (const std::string& code : codes) {
    LX_TRY(const bool moved, rows_.refresh(store_, catalog, code));
    changed = changed || moved;
  }
  // After the rows, whose names they are: a row whose claim was not seen yet would be anybody's.
  LX_TRY(const std::int64_t state, belongings_.read_after(owners_state_, owners_));
  changed = changed || state != owners_state_;
  owners_state_ = state;
  catalog_version_ = catalog.version;
  if (!changed) return {};
  LX_TRY(const std::vector<KeptGrant> kept, grants_.all());
  std::vector<Grant> grants;
  grants.reserve(kept.size());
  for (const KeptGrant& grant : kept) grants.push_back(grant.grant);
  places_ = rows_.places(codes, owners_, std::move(grants));
  grants_version_ = version;
  return {};
}

}  // namespace lianxin::server
