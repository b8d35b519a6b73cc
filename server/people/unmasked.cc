#include "server/people/unmasked.h"

namespace lianxin::server {

Result<std::int64_t> Unmasked::open(const MemberId& member, const StudioId& studio, const RecordId& record,
                                    const std::string& field, std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(until_, [&](const auto& one) { return one.second <= now_ms; });
  const Place place{member, studio, record, field};
  if (until_.size() >= open_max && !until_.contains(place)) return failure(Errc::busy, "too much is unmasked");
  return until_[place] = now_ms + open_ms;
}

Unmasked::Fields Unmasked::opened(const MemberId& member, const StudioId& studio, const RecordId& record,
                                  std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  Fields fields;
  for (auto at = until_.lower_bound({member, studio, record, {}}); at != until_.end(); ++at) {
    const auto& [by, in, of, field] = at->first;
    if (by != member || in != studio || of != record) break;
    if (now_ms < at->second) fields.insert(field);
  }
  return fields;
}

}  // namespace lianxin::server
