// What the server signed of this phone's work, kept to be shown: the newest of each studio and key, and those from
// before the server was set back.
#pragma once

#include <vector>

#include "client-sdk/store/database.h"
#include "sync/wire/receipt.h"

namespace lianxin::client {

struct KeptReceipt {
  Receipt told;
  bool current = true;  // false: the server has told of less since, so it was set back after this one
};

class Receipts {
 public:
  explicit Receipts(Database& db) : db_(db) {}

  // Takes the place of the one before of the same studio and device, unless it tells of less: then both are kept. Of
  // those from before a restore the newest few are.
  Status keep(const Receipt& told);

  Result<std::vector<KeptReceipt>> all();  // by studio and device, the current one first, then newest first

 private:
  Database& db_;
};

}  // namespace lianxin::client
