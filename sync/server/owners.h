// To whom the names of reference data belong, as one transaction goes on: as they are in the store, and as what it
// takes makes them (PROTOCOL 4.8). Nothing of a studio that holds no reference data is asked or claimed.
#pragma once

#include <map>
#include <optional>

#include "sync/log/store.h"
#include "sync/model/policy.h"

namespace lianxin {

// `txn` and `place` must outlive this. Threads: one.
class Owners {
 public:
  Owners(ReadTxn& txn, const StudioPlace& place) : txn_(txn), place_(place) {}

  Status load(std::span<const std::optional<Change>> changes);  // in one call what these will ask for
  OwnerOf port();                                               // refers to this

  // The change took effect: what it names and is nobody's is this org unit's from now on.
  void claim(const Change& change);
  // It was held and is released: judged as what a coordinator of both lets in, or as nobody else's, and this org unit's
  // in either case.
  void claim_released(const Change& change);
  void take_over(const std::vector<ReferenceName>& names);

  const std::vector<Belonging>& taken() const { return taken_; }

 private:
  Status load(std::vector<ReferenceName> names);
  std::string owner_of(const ReferenceName& name);

  ReadTxn& txn_;
  const StudioPlace& place_;
  std::map<ReferenceName, std::string> owners_;
  std::vector<Belonging> taken_;
};

}  // namespace lianxin
