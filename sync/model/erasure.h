// Erasure (PROTOCOL 4.10): which writes of which changes are to be read by nobody any more, as a record says it of
// itself for ever. A cell at _erased/CHANGE holds one register:
//
//   "64 hex digits, the SHA-256 of what is left of the change's line, and after a blank each the fields"
//
// Pure. Sources: none; the form is this project's own.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sync/crypto/hash.h"
#include "sync/model/row.h"

namespace lianxin {

inline constexpr std::string_view all_of_line = "*";  // in place of fields: of a line that nobody can read

struct Erased {
  ChangeId id;
  std::set<std::string, std::less<>> fields;
  Hash left{};  // SHA-256 of what is left of the line; zero where the line is not here
  friend bool operator==(const Erased&, const Erased&) = default;
};

Write write_of(const Erased& erased);                                    // without bases
std::optional<Erased> erased_in(const Address& at, const Value& value);  // nothing where it is none
bool erases(const Change& change);                                       // any write of it does
bool tells_of_erasing(const Change& change);                             // it does, or holds what is left of a write

// Of a record, by change: what each erasure that it knows says of it.
using Erasures = std::map<ChangeId, Erased>;
Erasures erasures_in(const Row& row);
bool covers(const Erasures& erasures, const ChangeId& id, std::string_view field);

}  // namespace lianxin
