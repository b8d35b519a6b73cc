// Records that may be one and the same: what the desk is shown to decide about.
#pragma once

#include "server/review/record_list.h"
#include "server/review/similar.h"

namespace lianxin::server {

// What is compared of a record that the asker sees, or nothing where its kind is not compared.
std::optional<Likeness> likeness_of(const Catalog& catalog, const Row& row);

struct CandidatesAsked {
  std::string studio;  // empty: all that the asker sees
  std::string kind;    // empty: each of the three that are compared
  std::string month;   // YYYY-MM
  std::string after;   // a page's `next`; empty: the first page
};

// Pairs of records of which at least one happened in the month, the other at most a month away; not those that
// hang together already, through whichever records. Kind after kind, the most alike first, at most `pairs_max` a page.
// {candidates: [{score, suggest, a: {…}, b: {…}, counters}], next, all_compared}: `counters` says how to join, sum or
// larger, by how many people are in both (domain: more than half: the same event seen twice); `next` is empty at the
// end; `all_compared` is false where there were so many of one village or category that of those further apart only
// neighbours were compared (pairs.h), or more than ten thousand of a kind: one studio or kind at a time finds them.
inline constexpr std::size_t pairs_max = 200;
Result<Value> candidates_view(const Desk& desk, const CandidatesAsked& asked);

}  // namespace lianxin::server
