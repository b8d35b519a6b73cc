// How often the PIN of the file was wrong, and when it is looked at again. Kept in the file, so that neither a restart
// of the app nor one of the phone gives more tries.
#pragma once

#include <cstdint>
#include <string>

#include "client-sdk/store/database.h"

namespace lianxin::client {

class PinTries {
 public:
  explicit PinTries(Database& db) : db_(db) {}

  // Counts a try as wrong before it is made, within a write of its own. Milliseconds that are still to be waited; 0: it
  // may be made. The sixth waits a minute, and each after it twice as long as the one before, an hour at most.
  std::int64_t begin(PhoneClock& clock);
  void forget();  // it was right

 private:
  Database& db_;
};

}  // namespace lianxin::client
