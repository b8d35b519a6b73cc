#include "sync/server/owners.h"

#include <algorithm>

namespace lianxin {

Status Owners::load(std::span<const std::optional<Change>> changes) {
  if (!place_.reference) return {};
  std::vector<ReferenceName> names;
  for (const std::optional<Change>& change : changes) {
    if (!change) continue;
    for (ReferenceName& name : names_in(*change)) names.push_back(std::move(name));
  }
  return load(std::move(names));
}

Status Owners::load(std::vector<ReferenceName> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase_if(names, [&](const ReferenceName& name) { return owners_.contains(name); });
  if (names.empty()) return {};
  LX_TRY(std::vector<std::string> owners, txn_.owners(names));
  for (std::size_t i = 0; i < names.size(); ++i) owners_.emplace(names[i], std::move(owners[i]));
  return {};
}

// A read that fails is remembered by the transaction, which then keeps nothing of what is decided here.
std::string Owners::owner_of(const ReferenceName& name) {
  if (!load(std::vector{name})) return {};
  return owners_.at(name);
}

OwnerOf Owners::port() {
  return [this](const ReferenceName& name) { return owner_of(name); };
}

void Owners::claim(const Change& change) {
  if (!place_.reference) return;
  std::vector<ReferenceName> names = names_in(change);
  std::erase_if(names, [&](const ReferenceName& name) { return !owner_of(name).empty(); });
  take_over(names);
}

void Owners::claim_released(const Change& change) {
  if (!place_.reference) return;
  std::vector<ReferenceName> names = names_in(change);
  std::erase_if(names, [&](const ReferenceName& name) { return owner_of(name) == place_.code; });
  take_over(names);
}

void Owners::take_over(const std::vector<ReferenceName>& names) {
  for (const ReferenceName& name : names) {
    owners_[name] = place_.code;
    taken_.push_back({name, place_.code});
  }
}

}  // namespace lianxin
