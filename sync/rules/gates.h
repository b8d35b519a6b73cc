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

// What a record lacks to be submitted: its required fields, its blocking checks, a word about large sums.
std::vector<Refusal> not_complete(const Catalog& catalog, const Row& row, const Surroundings& around);
// What a verdict may not pass over: open conflicts of fields that block, held changes that wait.
std::vector<Refusal> not_sound(const Catalog& catalog, const Row& row);

// Both at once, without looking at other records: what is counted and numbered is whole.
bool is_whole(const Catalog& catalog, const Row& row);

// The elements of every set and the entries of every append, with their attributes.
Elements elements_of(const Catalog& catalog, const Row& row);

}  // namespace lianxin
