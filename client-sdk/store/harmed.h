// Own changes that did not reach the server as they were saved, until the person has taken note of it.
#pragma once

#include <vector>

#include "client-sdk/store/own_changes.h"

namespace lianxin::client {

// Kept as its number.
enum class Harm {
  damaged,  // its line went bad on this phone's disk, and was sent as it lay there
  lost,     // handed over with its studio and erased here; the server has lost it since
};

struct HarmedChange {
  ChangeId id;
  StudioId studio;
  RecordId record;
  Harm harm = Harm::damaged;
};

class HarmedChanges {
 public:
  explicit HarmedChanges(Database& db) : db_(db) {}

  void note(Harm harm, std::span<const OwnChange> changes);
  std::vector<HarmedChange> to_be_told();  // by studio and harm, in the order of their ids
  // Note was taken of this one; of one that is lost, and so told of together with others, of those as well.
  void take_note(const ChangeId& id);

 private:
  Database& db_;
};

}  // namespace lianxin::client
