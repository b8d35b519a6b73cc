// By which numbers the records of this phone are known: every official and provisional one that a record has, also
// those that another one is shown above, and those of its own changes that are held.
#pragma once

#include "client-sdk/store/record_state.h"

namespace lianxin::client {

std::vector<std::string> every_number_of(const RecordState& state);  // official ones first; may be twice

class Numbers {
 public:
  explicit Numbers(Database& db) : db_(db) {}

  void put(const RecordState& state);  // in place of those it had
  void drop(const StudioId& studio, const RecordId& record);

  // Whose number this is, whole; deleted records too, one of two studios once. At most ten.
  std::vector<RecordId> having(std::string_view number);

 private:
  Database& db_;
};

}  // namespace lianxin::client
