#include "sync/rules/bases.h"

#include <algorithm>

namespace lianxin {
namespace {

using Ids = std::vector<ChangeId>;

Ids every_head(const Cell& cell) {
  Ids ids;
  for (const Head& head : cell.heads) ids.push_back(head.id);
  return ids;
}

// The shown head, and those that say the same: whoever replaces a value replaces it wherever it came from.
Ids heads_shown(const Cell& cell, const ShownValue& seen) {
  Ids ids;
  if (!seen.head) return ids;
  for (const Head& head : cell.heads) {
    if (head.value == seen.value) ids.push_back(head.id);
  }
  ids.push_back(seen.head->id);  // between two equal steps the last common one is shown, which is no head any more
  return ids;
}

// A step down or aside takes back everything that was seen: were a head left out, it would stay above and the step
// would change nothing.
Ids bases_of_step(const CellRule& rule, const Cell& cell, const ShownValue& seen, const Value& to) {
  Ids ids = heads_shown(cell, seen);
  const Rung* rung = rule.ladder && to.text() ? rule.ladder->rung(*to.text()) : nullptr;
  if (!rung || !seen.head || rung->rank > seen.head->rank) return ids;
  const Ids all = every_head(cell);
  ids.insert(ids.end(), all.begin(), all.end());
  return ids;
}

Ids bases_of_edit(const CellRule& rule, const Cell& cell, const ShownValue& seen, Op op, const Value& value) {
  switch (op) {
    case Op::put: return rule.quiet ? every_head(cell) : heads_shown(cell, seen);
    case Op::step: return bases_of_step(rule, cell, seen, value);
    // An element's heads are all its reasons to be in, the writes of its attributes among them: all were on the screen.
    case Op::add:
    case Op::remove: return every_head(cell);
    case Op::count:
    case Op::append:
    case Op::witness:
    case Op::erased: break;
  }
  return {};
}

Write made(const Catalog& catalog, std::string_view kind, const Row& shown_row, Address at, Op op, Value value,
           bool resolves) {
  const CellRule rule = rule_of(catalog, kind, at);
  static const Cell none;
  const Cell* there = shown_row.cell(at.text());
  const Cell& cell = there ? *there : none;
  const ShownValue seen = shown(rule, cell);
  Write write;
  write.bases =
      resolves && (op == Op::put || op == Op::step) ? every_head(cell) : bases_of_edit(rule, cell, seen, op, value);
  std::sort(write.bases.begin(), write.bases.end());
  write.bases.erase(std::unique(write.bases.begin(), write.bases.end()), write.bases.end());
  if (op == Op::step && seen.value.text()) write.from = *seen.value.text();
  write.at = std::move(at);
  write.op = op;
  write.value = std::move(value);
  return write;
}

}  // namespace

Write edit_of(const Catalog& catalog, std::string_view kind, const Row& shown, Address at, Op op, Value value) {
  return made(catalog, kind, shown, std::move(at), op, std::move(value), false);
}

Write resolution_of(const Catalog& catalog, std::string_view kind, const Row& shown, Address at, Op op, Value value) {
  return made(catalog, kind, shown, std::move(at), op, std::move(value), true);
}

}  // namespace lianxin
