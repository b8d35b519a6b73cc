#include "sync/rules/room.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/refusals.h"
#include "sync/model/limits.h"

namespace lianxin {
namespace {

// The JSON of a head, or of a held change's mark, without its texts and lists: names, ids, numbers, brackets.
constexpr std::size_t head_bytes = 512;
constexpr std::size_t last_write_bytes = 160;
constexpr std::size_t id_bytes = 35, pending_bytes = 64;  // in a list; of an id that is named and not here

std::size_t bytes_of(const std::string& text) { return to_json(Value(text)).size(); }

std::size_t bases_of(const Change& change) {
  std::size_t bases = 0;
  for (const Write& write : change.writes) bases += write.bases.size();
  return bases;
}

// What merges keep for good at one address.
std::size_t entries_at(const Cell& cell) { return cell.heads.size() + cell.history.size(); }

}  // namespace

std::size_t growth_of(const Row& row, const Change& change) {
  const std::size_t reason = bytes_of(change.reason);
  std::size_t growth = head_bytes + last_write_bytes;
  for (const Write& write : change.writes) {
    // An attribute's write is a reason for its element to be in as well: a head of its own, with the same bases.
    const std::size_t heads = write.at.attribute.empty() ? 1 : 2;
    const Value& value = write.op == Op::witness ? write.witnessed : write.value;
    growth += to_json(value).size() + heads * (head_bytes + bytes_of(write.at.text()) + reason);
    growth += heads * write.bases.size() * (id_bytes + pending_bytes);
    // A delete lists of each member the last write that had not seen it; a write, itself in each delete.
    if (write.at.field == "_deleted") growth += row.last_writes.size() * id_bytes;
  }
  if (const Cell* deletes = row.cell("_deleted")) growth += deletes->heads.size() * id_bytes;
  return growth;
}

std::optional<Refusal> judge_room(const Row& row, const Change& change, const Access& access, const HasRoom& has_room) {
  const bool witnesses = std::any_of(change.writes.begin(), change.writes.end(),
                                     [](const Write& write) { return write.op == Op::witness; });
  if (access.is_server() && !witnesses) return std::nullopt;
  std::size_t new_cells = 0;
  for (const Write& write : change.writes) {
    const Cell* cell = row.cell(write.at.text());
    if (cell && write.op != Op::remove && entries_at(*cell) >= limits::entries_max) {
      return Refusal{std::string(refusals::record_full), write.at.text()};
    }
    if (!cell && write.op != Op::remove) new_cells += write.at.attribute.empty() ? 1 : 2;
  }
  const Refusal full{std::string(refusals::record_full), {}};
  if (new_cells > 0 && row.cells.size() + new_cells > limits::cells_max) return full;
  const std::size_t reserve = may_decide_held(access) ? 0 : limits::row_reserve_bytes;
  if (!has_room(growth_of(row, change), limits::row_bytes_max - reserve)) return full;
  return std::nullopt;
}

bool room_to_hold(const Row& row, const Change& change, const HasRoom& has_room) {
  return row.held.size() < limits::held_marks_max && bases_of(change) <= limits::held_bases_max &&
         has_room(growth_of(row, change), limits::row_bytes_max);
}

}  // namespace lianxin
