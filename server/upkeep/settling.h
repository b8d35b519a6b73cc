// What follows of itself once something new is here: kinds, grants, or what an entry of the journal waits for. Each is
// cheap while nothing is new, and is asked again and again.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <set>

#include "server/kinds/moment.h"
#include "server/people/devices.h"
#include "server/recovery/replay.h"
#include "server/storage/list_store.h"

namespace lianxin::server {

// Changes that waited for newer kinds are released, and studios whose digests were summed by other sensitivities are
// rebuilt. Threads: one. All references must outlive this.
class KindsSettling {
 public:
  KindsSettling(Moments& moments, Store& store, ListStore& lists) : moments_(moments), store_(store), lists_(lists) {}
  Status settle();

 private:
  Status settle_studio(const Moment& moment, const StudioId& studio);

  Moments& moments_;
  Store& store_;
  ListStore& lists_;
  std::int64_t settled_version_ = 0;
};

// What phones brought that were known by their certificate alone is released once their grants are entered again.
// Threads: one. All references must outlive this.
class GrantsSettling {
 public:
  GrantsSettling(Moments& moments, Store& store, ListStore& lists, Devices& devices)
      : moments_(moments), store_(store), lists_(lists), devices_(devices) {}
  Status settle();

 private:
  Status settle_device(const Moment& moment, const Device& device);

  Moments& moments_;
  Store& store_;
  ListStore& lists_;
  Devices& devices_;
  std::shared_ptr<const Places> settled_places_;
  bool settled_twice_ = false;  // by those places
};

// What phones brought for a studio that was applied for is released once the studio is approved. Threads: one. All
// references must outlive this.
class StudiosSettling {
 public:
  StudiosSettling(Moments& moments, Store& store, ListStore& lists) : moments_(moments), store_(store), lists_(lists) {}
  Status settle();

 private:
  Status settle_studio(const Moment& moment, const StudioPlace& place);

  Moments& moments_;
  Store& store_;
  ListStore& lists_;
  std::shared_ptr<const Places> settled_places_;
  bool settled_twice_ = false;  // by those places
  std::set<StudioId> settled_;  // open ones that nothing waits for
};

// What the journal told and could not be taken when it was read is taken once what it needs is here: a held line that
// its phone has brought back, a row that was mended. settle(): one thread; waiting(): any.
class JournalSettling {
 public:
  JournalSettling(const RecoveryParts& parts, std::size_t waiting) : parts_(parts), waiting_(waiting) {}
  Status settle();
  Status leave_erased_out();  // of the journal (server/recovery/journal_erasing.h). The same thread
  std::size_t waiting() const { return waiting_; }  // entries that could not be taken yet
  // Those of them that are about a studio of which `counts` is true. Any thread.
  Result<std::size_t> waiting_about(const std::function<bool(const StudioId&)>& counts) const;

 private:
  const RecoveryParts parts_;
  std::atomic<std::size_t> waiting_;
};

}  // namespace lianxin::server
