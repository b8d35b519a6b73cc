// Decisions on held changes that this person has put away.
#pragma once

#include <set>

#include "client-sdk/store/database.h"

namespace lianxin::client {

class Noticed {
 public:
  explicit Noticed(Database& db) : db_(db) {}

  std::set<ChangeId> all();
  void note(const ChangeId& change);  // once or more often: it is the same

 private:
  Database& db_;
};

}  // namespace lianxin::client
