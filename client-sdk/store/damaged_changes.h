// Own changes that did not reach the server as they were saved, until the person has taken note of it.
#pragma once

#include <vector>

#include "client-sdk/store/own_changes.h"

namespace lianxin::client {

// Kept as its number.
enum class Damage {
  altered,  // its line went bad on this phone's disk, and was sent as it lay there
  lost,     // handed over with its studio and erased here; the server has lost it since
};

struct DamagedChange {
  ChangeId id;
  StudioId studio;
  RecordId record;
  Damage damage = Damage::altered;
};

class DamagedChanges {
 public:
  explicit DamagedChanges(Database& db) : db_(db) {}

  // All of these are damaged so from now on, whatever was noted of them before.
  void note(Damage damage, std::span<const OwnChange> changes);
  std::vector<DamagedChange> all();  // by studio and damage, in the order of their ids
  // Note was taken of this one; of one that is lost, and so told of together with others, of those as well.
  void put_away(const ChangeId& id);

 private:
  Database& db_;
};

}  // namespace lianxin::client
