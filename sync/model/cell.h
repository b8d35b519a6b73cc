// A cell and what is read off it. Which heads there are is decided in merge.h; nothing here changes a cell.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "schema/kind.h"
#include "sync/model/change.h"

namespace lianxin {

inline constexpr std::string_view held_field = "_held";      // _held/CHANGE: what was decided about a held change
inline constexpr std::string_view erased_field = "_erased";  // _erased/CHANGE: what of it was erased (model/erasure.h)

// Of a field that is about changes and says nothing of the record.
bool is_about_changes(std::string_view field);

// A write that is in a cell. For a counter: one increment; an append: one entry; a set's element: one reason for it to
// be in (`value` null); a ladder: one step (`value` is the state it leads to).
struct Head {
  ChangeId id;
  Value value;
  Hlc clock;  // effective, given once, when its line is logged
  MemberId member;
  std::string role;             // by the grants at `clock`
  std::vector<ChangeId> bases;  // sorted
  std::string reason;
  std::int32_t cycle = 0, rank = 0;  // ladder
  Seq seen = 0;                      // ladder: how far the author had caught up
  Seq seq = 0;                       // _deleted: where it took effect
  std::vector<ChangeId> contested;   // _deleted: writes of others that had not seen it, nor it them; sorted
  bool witnessed = false;            // given back by a phone after a restore; its author's own line is awaited
  bool own = false;                  // on the way to its author's phone: `value` is left out, and filled in there

  friend bool operator==(const Head&, const Head&) = default;
};

// An id that somebody named as base and that is not applied (unknown, held or witnessed). `rank`: the highest
// authority among those who named it (0 where the field knows no authority).
struct Pending {
  ChangeId id;
  std::int32_t rank = 0;
  friend bool operator==(const Pending&, const Pending&) = default;
};

struct Cell {
  std::vector<Head> heads;       // sorted by id
  std::vector<Head> history;     // ladder: the steps that others build on; `once` register: the writes that others
                                 // replaced. By these later ones are judged. Sorted by id
  std::vector<Pending> pending;  // sorted by id

  bool empty() const { return heads.empty() && history.empty() && pending.empty(); }
  const Head* head(const ChangeId& id) const;
  const Head* step(const ChangeId& id) const;  // among heads or history
  friend bool operator==(const Cell&, const Cell&) = default;
};

// How a cell at an address merges: its field's rule, or a register's for a set's attribute and the like.
struct CellRule {
  Merge merge = Merge::register_;
  bool quiet = false;
  bool once = false;
  bool each_stands = false;                // several heads are no conflict: each is right
  std::span<const std::string> authority;  // highest first
  const Value* restrictive = nullptr;
  const Ladder* ladder = nullptr;

  std::int32_t authority_of(std::string_view role) const;  // 0 is lowest
};
// The role that signs a head: where the field ranks roles, the highest of them that the author holds.
std::string signing_role(const CellRule& rule, std::span<const std::string> roles);
CellRule rule_of(const Catalog& catalog, std::string_view kind, const Address& at);

// What one looks at: the value, and the head it comes from (nullptr where several make it, or none does).
struct ShownValue {
  Value value;
  const Head* head = nullptr;
};
ShownValue shown(const CellRule& rule, const Cell& cell);

// Of two counts, or of one and what is added to it: beyond 64 bits it stays at the end.
std::int64_t sum_of_counts(std::int64_t a, std::int64_t b);

// The heads that disagree and wait for a person, greatest first; empty where there is no conflict.
std::vector<const Head*> conflict(const CellRule& rule, const Cell& cell);

// An append's entries, or a counter's increments, ordered by clock then id.
std::vector<const Head*> ordered(const Cell& cell);

}  // namespace lianxin
