#include "client-sdk/phone/bases.h"
#include "schema/planted.h"

#include <algorithm>

namespace lianxin::client {
namespace {

const Cell& cell_at(const Row& row, const Address& at) {
  static const Cell none;
  const Cell* cell = row.cell(at.text());
  return cell ? *cell : none;
}

std::vector<ChangeId> all_heads(const Cell& cell) {
  std::vector<ChangeId> ids;
  for (const Head& head : cell.heads) ids.push_back(head.id);
  return ids;
}

// The shown head, and those that say the same: a person who replaces a value replaces it wherever it came from.
std::vector<ChangeId> heads_shown(const CellRule& rule, const Cell& cell) {
  const ShownValue seen = shown(rule, cell);
  std::vector<ChangeId> ids;
  for (const Head& head : cell.heads) {
    if (seen.head && head.value == seen.value) ids.push_back(head.id);
  }
  // A ladder in conflict shows the last common step, which lies in its history.
  if (seen.head && !cell.head(seen.head->id)) ids.push_back(seen.head->id);
  return ids;
}

// A step up moves on from what was shown. A step down or aside takes everything back that was seen: were a head left
// out, it would stay above and the step would change nothing.
std::vector<ChangeId> bases_of_step(const CellRule& rule, const Cell& cell, const Value& to) {
  const ShownValue seen = shown(rule, cell);
  const Rung* rung = rule.ladder && to.text() ? rule.ladder->rung(*to.text()) : nullptr;
  std::vector<ChangeId> ids = heads_shown(rule, cell);
  if (!rung || !seen.head || rung->rank > seen.head->rank) return ids;
  for (const ChangeId& id : all_heads(cell)) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

}  // namespace

std::string state_shown(const Catalog& catalog, std::string_view kind, const Row& as_opened, const Address& at) {
  const ShownValue seen = shown(rule_of(catalog, kind, at), cell_at(as_opened, at));
  return seen.value.text() ? *seen.value.text() : std::string();
}

Write write_of(const Catalog& catalog, std::string_view kind, const Row& as_opened, const Staged& staged,
               bool resolving) {
  const CellRule rule = rule_of(catalog, kind, staged.at);
  const Cell& cell = cell_at(as_opened, staged.at);
  Write write;
  write.at = staged.at;
  write.op = staged.op;
  write.value = staged.value;
  switch (staged.op) {
    case Op::put: write.bases = resolving || rule.quiet || LX_PLANTED(edit_closes_conflict) ? all_heads(cell) : heads_shown(rule, cell); break;
    case Op::step:
      write.from = state_shown(catalog, kind, as_opened, staged.at);
      write.bases = resolving ? all_heads(cell) : bases_of_step(rule, cell, staged.value);
      break;
    // An element's heads are all its reasons to be in, the writes of its attributes among them: all were on the screen.
    case Op::add:
    case Op::remove: write.bases = all_heads(cell); break;
    case Op::count:
    case Op::append:
    case Op::witness: break;
  }
  std::sort(write.bases.begin(), write.bases.end());
  write.bases.erase(std::unique(write.bases.begin(), write.bases.end()), write.bases.end());
  return write;
}

}  // namespace lianxin::client
