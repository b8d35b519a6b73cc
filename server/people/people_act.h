// What somebody did about who may come in and what they may do. Every such act, done or refused, is heard of in one
// place.
#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"

namespace lianxin::server {

struct PeopleAct {
  std::string who;        // the login of whoever did it; "command line" at the server's machine
  std::string_view what;  // grant_given, device_revoked …
  std::string whom;       // the id, or the login, of what it was done to; never a secret
  std::string where;      // the studio or org unit by its code; empty where it is about no place
  std::string reason;     // as it was typed
};

// `outcome`: done, or the name of why not.
void note_act(const PeopleAct& act, std::string_view outcome);

// Notes what came of an act, and gives that back.
template <class T>
Result<T> noted(const PeopleAct& act, Result<T> outcome) {
  note_act(act, outcome ? "done" : name_of(outcome.error().code));
  return outcome;
}

}  // namespace lianxin::server
