// Records that may be one and the same: what the desk is shown to decide about.
#pragma once

#include "server/review/record_list.h"
#include "server/review/similar.h"

namespace lianxin::server {

// What is compared of a record that the asker sees, or nothing where its kind is not compared.
std::optional<Likeness> likeness_of(const Catalog& catalog, const Row& row);

// Pairs of records of the three kinds (or of `kind`) of which at least one happened in `month` (YYYY-MM), the other at
// most a month away; not those that are joined already. Best first, at most `pairs_max`.
// {candidates: [{score, suggest, a: {…}, b: {…}, counters}]}: `counters` says how to join, sum or larger, by how many
// people are in both (domain: more than half: the same event seen twice).
inline constexpr std::size_t pairs_max = 200;
Result<Value> candidates_view(const Desk& desk, const std::string& studio, const std::string& kind,
                              const std::string& month);

}  // namespace lianxin::server
