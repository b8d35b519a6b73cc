// What this server says of an acknowledgement that somebody shows it (PROTOCOL 5.7), perhaps years later, perhaps after
// it was restored from a backup.
#pragma once

#include <string_view>

#include "server/people/places.h"
#include "sync/model/self_device.h"
#include "sync/server/still_there.h"

namespace lianxin::server {

struct CheckedReceipt {
  enum class Verdict {
    unreadable,      // no acknowledgement, or not all of one
    another_server,  // signed, it says, with another key than this server's
    altered,         // this server's key did not sign that
    genuine,
  };
  Verdict verdict = Verdict::unreadable;
  Receipt told;    // where it could be read
  StillThere now;  // where it is genuine

  bool all_there() const { return verdict == Verdict::genuine && now.changes; }
};

// `self`: the server's own device. `text`: as it was shown; spaces and line ends within it do not count.
Result<CheckedReceipt> check_receipt(const SelfDevice& self, Store& store, std::string_view text);

std::string_view name_of(CheckedReceipt::Verdict verdict);  // stable, for programs

// What is said to people, one sentence each: whether it is genuine, what it tells of, whether the changes are still
// there, how the log stands to it. `language`: zh or en.
std::vector<std::string> sentences_of(const CheckedReceipt& checked, const Places& places, std::string_view language);

}  // namespace lianxin::server
