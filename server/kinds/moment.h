// What one request goes by: the kinds, the directory and the time of one moment.
#pragma once

#include <functional>
#include <memory>

#include "server/people/directory.h"
#include "sync/server/rules.h"

namespace lianxin::server {

class KindsFolder;

// Copies share both.
struct Moment {
  std::shared_ptr<const Catalog> catalog;
  std::shared_ptr<const Places> places;
  const SelfDevice* self = nullptr;
  Random* random = nullptr;
  std::int64_t now_ms = 0;

  // For a write in `place`. Refers to this moment, which must outlive it.
  Rules rules(const StudioPlace& place) const;
};

// Thread-safe. All references must outlive this and every moment of it.
class Moments {
 public:
  using Clock = std::function<std::int64_t()>;  // Unix milliseconds

  Moments(KindsFolder& kinds, Directory& directory, const SelfDevice& self, Random& random, Clock now_ms)
      : kinds_(kinds), directory_(directory), self_(self), random_(random), now_ms_(std::move(now_ms)) {}

  // Errors: the store's; corrupt where reference data has a row that cannot be read.
  Result<Moment> now();
  std::shared_ptr<const Catalog> catalog() const;
  std::int64_t now_ms() const { return now_ms_(); }

  // Reference data or grants were just changed here: the next moment knows.
  void note_change() { directory_.note_change(); }

 private:
  KindsFolder& kinds_;
  Directory& directory_;
  const SelfDevice& self_;
  Random& random_;
  const Clock now_ms_;
};

}  // namespace lianxin::server
