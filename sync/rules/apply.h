// A change into a row, once it is judged. The same code serves the server's log, the phone's own view of what it
// has not yet delivered, and a rebuild from the log.
#pragma once

#include "sync/model/policy.h"
#include "sync/model/row.h"
#include "sync/rules/merge.h"

namespace lianxin {

struct Stamp {
  Hlc clock;                           // effective
  Seq seq = 0;                         // where it takes effect; on a phone, beyond every seq it knows
  Seq seen = 0;                        // the change's `seen`, 0 where this log does not have that hash
  DeviceId device;                     // that made it
  std::span<const std::string> roles;  // of the author at `clock`, highest first
  // Of who released it: they permit what the author's do not, and sign nothing. A released write must not outrank what
  // its own author has since built on it.
  std::span<const std::string> releasing = {};
};

// What a change names at a cell's address: the bases of its write there. A set's element is kept in by its attributes
// too, and whoever writes one of them saw it there: so for the element the bases of those writes count as well. Sorted.
std::vector<ChangeId> bases_at(const Change& change, const Address& at);

// `address` tells which cell asks: a held change's bases are bases_at() there.
using LookUpAt = std::function<KnownWrite(const ChangeId&, const Address& address)>;

// Applies every write, and the effects of `_held` decisions on the row's marks (the held change's own writes, when it
// is released, are applied by the caller). Sets last_seq.
void apply(const Catalog& catalog, Row& row, const Change& change, const Stamp& stamp, const LookUpAt& look_up);

// A change of this record became known and is held: cells that already name it look through it.
void note_held(const Catalog& catalog, Row& row, const Change& change, const LookUpAt& look_up);

}  // namespace lianxin
