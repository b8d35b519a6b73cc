// The merge of one cell: a write in, a cell out. Any order, any repeat, same heads (PROTOCOL 3).
#pragma once

#include <functional>

#include "sync/model/cell.h"

namespace lianxin {

// What is known of a change that a cell names as base and does not show.
struct KnownWrite {
  enum class Standing { unknown, held, applied };
  Standing standing = Standing::unknown;
  std::vector<ChangeId> bases;     // held: what it names itself at this cell's address
  std::vector<std::string> roles;  // held: of its author, highest first
  MemberId member;                 // its author, where that is known
};
using LookUp = std::function<KnownWrite(const ChangeId&)>;

// Register, or one reason for a set's element to be in. Removes the heads it names (of no higher authority), and
// enters as history if somebody already named it. Replaces a witnessed head of the same id. Applying it again
// changes nothing. Of a `once` register what is superseded is kept in `history`: by its values later writes are judged.
void merge_write(const CellRule& rule, Cell& cell, Head write, const LookUp& look_up);

// A set's remove: what it names goes, what it did not see survives.
void merge_remove(const CellRule& rule, Cell& cell, std::span<const ChangeId> bases, std::string_view role,
                  const LookUp& look_up);

// A counter's increment or an append's entry: counted once whoever brings it.
void merge_once(Cell& cell, Head write);

// A change that is held has become known, to `look_up` too: if somebody named it, it takes its own bases out of the
// heads though it is not applied, as far as its own authority reaches and that of whoever named it.
void merge_held(const CellRule& rule, Cell& cell, const ChangeId& id, const LookUp& look_up);

// A ladder's step, judged by the value of its base and never by the state on arrival.
struct StepVerdict {
  std::string_view refusal;  // why it cannot be taken, one of schema/refusals.h; empty: it can, and the rest is told
  std::int32_t cycle = 0, rank = 0;
  std::string role;  // the one of the author's roles that permits it
};
StepVerdict judge_step(const CellRule& rule, const Cell& cell, const Write& write, std::span<const std::string> roles);
// `cycle` and `rank` as judged. Every base is in the cell, but of a witnessed step: what that names and is not here yet
// enters as history when it comes.
void merge_step(Cell& cell, Head step);

}  // namespace lianxin
