// What a row shows, read with the kinds of the day.
#pragma once

#include "sync/model/row.h"

namespace lianxin {

// f(address, cell) for each cell of one field, which lie together: FIELD itself, then FIELD/…
template <class F>
void each_cell_of(const Row& row, std::string_view field, F f) {
  if (const Cell* own = row.cell(field)) f(Address{std::string(field), {}, {}}, *own);
  const std::string prefix = std::string(field) + "/";
  for (auto at = row.cells.lower_bound(prefix); at != row.cells.end() && at->first.starts_with(prefix); ++at) {
    if (const auto address = Address::parse(at->first)) f(*address, at->second);
  }
}

// The texts that the heads of a register show, and of a set its elements' keys: where several stand each counts, so
// that a conflict neither gives nor takes more than either side.
std::vector<std::string> texts_in(const Row& row, std::string_view field);

bool is_deleted(const Catalog& catalog, const Row& row);
std::string state_of(const Catalog& catalog, const Row& row, std::string_view ladder_field);

// A verdict holds up to what its author had seen: true when a field was written after that.
bool is_revised(const Catalog& catalog, const Row& row);

// The shown value of every field: a register's value; a set's element keys as a list; a counter's sum (a family's as
// an object); a ladder's state; an append's entries as a list. Null or absent where nobody wrote.
std::map<std::string, Value, std::less<>> shown_fields(const Catalog& catalog, const Row& row);

// The elements that a set shows, each with its shown attributes.
std::map<std::string, Value::Object, std::less<>> shown_elements(const Catalog& catalog, const Row& row,
                                                                 std::string_view field);

struct Conflict {
  std::string address;
  std::vector<Head> heads;  // greatest first
};
// Every open conflict: cells whose heads disagree, and a delete that another's write had not seen (address _deleted).
std::vector<Conflict> conflicts_of(const Catalog& catalog, const Row& row);

}  // namespace lianxin
