#include "server/review/writes.h"

#include <algorithm>

#include "server/review/words.h"
#include "sync/rules/bases.h"

namespace lianxin::server {
namespace {

Result<Write> read_write(const Catalog& catalog, const Row& row, const Value& item, const Value* shown) {
  const auto at = Address::parse(item.text_at("at"));
  if (!at) return failure(Errc::invalid_argument, "\"at\" is no address");
  if (at->field.starts_with('_') && at->field != "_marks" && at->field != "_deleted") {
    return failure(Errc::invalid_argument, at->text() + " is not written here");
  }
  Op op = Op::put;
  Value value;
  int given = 0;
  for (const Op one : {Op::put, Op::add, Op::remove, Op::count, Op::append, Op::step}) {
    const Value* found = item.find(name_of(one));
    if (!found) continue;
    ++given;
    op = one;
    value = *found;
  }
  if (given != 1)
    return failure(Errc::invalid_argument, at->text() + ": exactly one of put, add, remove, count, append, step");
  if (op == Op::step && !value.text()) {
    return failure(Errc::invalid_argument, at->text() + ": a step is the name of a state");
  }
  if (op == Op::count && !value.integer()) {
    return failure(Errc::invalid_argument, at->text() + ": a count is a whole number");
  }
  if (op == Op::add || op == Op::remove) value = {};
  Write write = edit_of(catalog, row.kind, row, *at, op, std::move(value));
  const Value* named = shown ? shown->find(at->text()) : nullptr;
  if (named && op != Op::count && op != Op::append && op != Op::step) {
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
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Result<std::vector<Write>> read_writes(const Catalog& catalog, const Row& row, const Value& body) {
  const Value::List& list = body.list_at("writes");
  if (list.empty()) return failure(Errc::invalid_argument, "\"writes\" is an empty list, or none");
  std::vector<Write> writes;
  for (const Value& item : list) {
    LX_TRY(Write write, read_write(catalog, row, item, body.find("shown")));
    writes.push_back(std::move(write));
  }
  return writes;
}

}  // namespace lianxin::server
