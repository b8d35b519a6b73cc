#include "server/review/bases.h"

#include <algorithm>

namespace lianxin::server {
namespace {

const Cell& cell_at(const Row& row, const Address& at) {
  static const Cell none;
  const Cell* cell = row.cell(at.text());
  return cell ? *cell : none;
}

std::vector<ChangeId> sorted(std::vector<ChangeId> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

struct Operation {
  std::string_view name;
  Op op;
};
constexpr Operation operations[] = {{"put", Op::put},     {"add", Op::add},       {"remove", Op::remove},
                                    {"count", Op::count}, {"append", Op::append}, {"step", Op::step}};

Result<Write> read_write(const Catalog& catalog, const Row& row, const Value& item, const Value& shown) {
  const auto at = Address::parse(item.text_at("at"));
  if (!at) return failure(Errc::invalid_argument, "\"at\" is no address");
  if (at->field.starts_with('_') && at->field != "_marks" && at->field != "_deleted") {
    return failure(Errc::invalid_argument, at->text() + " is not written here");
  }
  Write write;
  int given = 0;
  for (const Operation& operation : operations) {
    const Value* value = item.find(operation.name);
    if (!value) continue;
    ++given;
    write.op = operation.op;
    write.value = *value;
  }
  if (given != 1)
    return failure(Errc::invalid_argument, at->text() + ": exactly one of put, add, remove, count, append, step");
  if (write.op == Op::step) {
    if (!write.value.text()) return failure(Errc::invalid_argument, at->text() + ": a step is the name of a state");
    return step_to(catalog, row, at->field, *write.value.text());
  }
  if (write.op == Op::count && !write.value.integer()) {
    return failure(Errc::invalid_argument, at->text() + ": a count is a whole number");
  }
  if (write.op == Op::add || write.op == Op::remove) write.value = {};
  write.at = *at;
  write.bases = bases_shown(catalog, row, *at, write.op);
  const Value* named = shown.find(at->text());
  if (named && write.op != Op::count && write.op != Op::append) {
    if (!named->list()) return failure(Errc::invalid_argument, at->text() + ": \"shown\" lists change ids");
    LX_TRY(write.bases, read_ids(*named));
  }
  return write;
}

}  // namespace

Result<std::vector<ChangeId>> read_ids(const Value& list) {
  std::vector<ChangeId> ids;
  for (const Value& item : list.list() ? *list.list() : Value::List()) {
    const auto id = item.text() ? ChangeId::parse(*item.text()) : std::nullopt;
    if (!id) return failure(Errc::invalid_argument, "a change's id is 32 hex digits");
    ids.push_back(*id);
  }
  return sorted(std::move(ids));
}

std::vector<ChangeId> bases_all(const Row& row, const Address& at) {
  std::vector<ChangeId> ids;
  for (const Head& head : cell_at(row, at).heads) ids.push_back(head.id);
  return sorted(std::move(ids));
}

std::vector<ChangeId> bases_shown(const Catalog& catalog, const Row& row, const Address& at, Op op) {
  if (op == Op::count || op == Op::append) return {};
  if (op == Op::add || op == Op::remove) return bases_all(row, at);
  const CellRule rule = rule_of(catalog, row.kind, at);
  const Cell& cell = cell_at(row, at);
  const ShownValue value = shown(rule, cell);
  std::vector<ChangeId> ids;
  for (const Head& head : cell.heads) {
    if (rule.quiet || (value.head && head.value == value.value)) ids.push_back(head.id);
  }
  return sorted(std::move(ids));
}

Write step_to(const Catalog& catalog, const Row& row, const std::string& field, const std::string& to) {
  const Address at{field, {}, {}};
  const CellRule rule = rule_of(catalog, row.kind, at);
  const Cell& cell = cell_at(row, at);
  const ShownValue now = shown(rule, cell);
  Write write{at, Op::step, Value(to), now.value.text() ? *now.value.text() : std::string(), {}, {}};
  const Rung* from_rung = rule.ladder ? rule.ladder->rung(write.from) : nullptr;
  const Rung* to_rung = rule.ladder ? rule.ladder->rung(to) : nullptr;
  const bool upwards = from_rung && to_rung && to_rung->rank > from_rung->rank;
  if (!upwards || !conflict(rule, cell).empty()) write.bases = bases_all(row, at);
  if (now.head) write.bases.push_back(now.head->id);
  write.bases = sorted(std::move(write.bases));
  return write;
}

Result<std::vector<Write>> read_writes(const Catalog& catalog, const Row& row, const Value& list, const Value& shown) {
  if (!list.list() || list.list()->empty())
    return failure(Errc::invalid_argument, "\"writes\" is an empty list, or none");
  std::vector<Write> writes;
  for (const Value& item : *list.list()) {
    LX_TRY(Write write, read_write(catalog, row, item, shown));
    writes.push_back(std::move(write));
  }
  return writes;
}

}  // namespace lianxin::server
