#include "sync/model/erasure.h"

#include <algorithm>

namespace lianxin {
namespace {

constexpr std::size_t hash_digits = 64;

}  // namespace

Write write_of(const Erased& erased) {
  std::string said = to_hex(erased.left);
  for (const std::string& field : erased.fields) said += " " + field;
  return {{std::string(erased_field), erased.id.text(), {}}, Op::put, std::move(said), {}, {}, {}};
}

std::optional<Erased> erased_in(const Address& at, const Value& value) {
  const auto id = at.field == erased_field && at.attribute.empty() ? ChangeId::parse(at.element) : std::nullopt;
  const std::string* said = value.text();
  if (!id || !said || said->size() <= hash_digits) return std::nullopt;
  Erased erased{*id, {}, {}};
  std::string_view left(*said);
  if (!from_hex(left.substr(0, hash_digits), erased.left)) return std::nullopt;
  left.remove_prefix(hash_digits);
  while (!left.empty()) {
    if (left.front() != ' ') return std::nullopt;
    left.remove_prefix(1);
    const std::string_view field = left.substr(0, left.find(' '));
    if (field.empty() || field.starts_with('_')) return std::nullopt;
    erased.fields.emplace(field);
    left.remove_prefix(field.size());
  }
  return erased;
}

bool erases(const Change& change) {
  return std::any_of(change.writes.begin(), change.writes.end(),
                     [](const Write& write) { return write.at.field == erased_field; });
}

bool tells_of_erasing(const Change& change) {
  return std::any_of(change.writes.begin(), change.writes.end(),
                     [](const Write& write) { return write.op == Op::erased || write.at.field == erased_field; });
}

Erasures erasures_in(const Row& row) {
  Erasures erasures;
  const std::string prefix = std::string(erased_field) + "/";
  for (auto at = row.cells.lower_bound(prefix); at != row.cells.end() && at->first.starts_with(prefix); ++at) {
    const auto address = Address::parse(at->first);
    if (!address) continue;
    for (const Head& head : at->second.heads) {
      std::optional<Erased> erased = erased_in(*address, head.value);
      if (!erased) continue;
      const auto known = erasures.try_emplace(erased->id, *erased).first;
      known->second.fields.merge(erased->fields);
    }
  }
  return erasures;
}

bool covers(const Erasures& erasures, const ChangeId& id, std::string_view field) {
  const auto at = erasures.find(id);
  if (at == erasures.end()) return false;
  return at->second.fields.contains(field) || at->second.fields.contains(all_of_line);
}

}  // namespace lianxin
