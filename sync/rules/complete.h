// Whether a record is whole: what it still owes, and what of it is not settled. Gates ask it of a step (gates.h), and
// whatever counts and numbers asks it too (PROTOCOL 3.12).
#pragma once

#include "schema/checks.h"
#include "sync/model/row.h"

namespace lianxin {

// What a record lacks to be submitted: its required fields, its blocking checks, counts within their
// bounds, a word about large sums.
std::vector<Refusal> not_complete(const Catalog& catalog, const Row& row, const Surroundings& around);
// What a verdict may not pass over: open conflicts of fields that block, held changes that wait.
std::vector<Refusal> not_sound(const Catalog& catalog, const Row& row);

// Both at once, without looking at other records: what is counted and numbered is whole.
bool is_whole(const Catalog& catalog, const Row& row);

// The elements of every set and the entries of every append, with their attributes.
Elements elements_of(const Catalog& catalog, const Row& row);

}  // namespace lianxin
