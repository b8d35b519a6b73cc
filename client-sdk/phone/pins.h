// PINs of the members who share a duty phone. They keep colleagues from writing under each other's names; they do not
// guard the file, which is the codec's work.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

class Pins {
 public:
  explicit Pins(PhoneCore& phone) : phone_(phone) {}

  bool has(const MemberId& member);
  Status set(const MemberId& member, std::string_view pin);  // pin_too_short
  // True: it is right. Five wrong ones in a row, and none is looked at for a minute (pin_locked), counted by the clock
  // that nobody can set. A wrong one is counted on disk before it is told.
  Result<bool> check(const MemberId& member, std::string_view pin);

 private:
  PhoneCore& phone_;
};

}  // namespace lianxin::client
