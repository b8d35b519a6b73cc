// Whether a sync still moves anything: a server that answers and moves nothing for some rounds will not.
#pragma once

#include <set>

#include "client-sdk/session/request.h"

namespace lianxin::client {

class StallWatch {
 public:
  // After each round. False: too many in a row moved nothing. Progress is a place at which this sync has not been yet,
  // one more studio that is settled, or a refusal that is heard for the first time and lets the next ones have their
  // turn.
  Result<bool> note_round(PhoneCore& phone, const SoFar& so_far);

  void forget_places() { places_.clear(); }  // all is pushed again, by the same steps
  bool last_round_was_idle() const { return idle_rounds_ > 0; }

 private:
  std::set<Hash> places_;  // after each round
  std::size_t most_settled_ = 0, most_refused_ = 0;
  int idle_rounds_ = 0;
};

}  // namespace lianxin::client
