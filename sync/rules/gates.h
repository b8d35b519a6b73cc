// What stands in the way of saving a record as final, of submitting it, of a verdict, of a step. Asked where a person
// acts, on the phone before it saves and at the desk before it logs, of the same kinds: it refuses, and what was
// entered stays a draft. A line that was made elsewhere is never held for it: in which order phones come must make no
// difference. What arrives so is shown as incomplete, gets no number and moves no total (PROTOCOL 3.12).
#pragma once

#include <span>

#include "schema/checks.h"
#include "sync/model/row.h"

namespace lianxin {

struct Act {
  const Catalog& catalog;
  const Row& before;  // as the author's form showed it; kind empty: it is new
  const Row& after;   // with the change
  const Change& change;
  std::span<const std::string> roles;  // of the author, highest first
  const Surroundings& around;
  const Row* saw = nullptr;  // the record that a verdict is about, where its author's screen showed an earlier one
};

// Empty: nothing. A kind that is not reviewed owes its required fields and its blocking checks with every save that
// makes it so; a reviewed one owes them where a step asks for it.
std::vector<Refusal> obstacles_to(const Act& act);

}  // namespace lianxin
