#include "tests/sim/files/sim_file.h"

#include <algorithm>

namespace lianxin::sim {

void SimFile::apply(std::size_t offset, std::string_view data) {
  if (bytes_.size() < offset) bytes_.resize(offset, '\0');
  bytes_.replace(offset, data.size(), data);  // what reaches past the end makes the file longer
}

void SimFile::write(std::size_t offset, std::string_view data) {
  Change change;
  change.size_before = bytes_.size();
  change.offset = offset;
  if (offset < bytes_.size()) change.before = bytes_.substr(offset, data.size());
  change.after = data;
  pending_.push_back(std::move(change));
  apply(offset, data);
}

void SimFile::truncate(std::size_t size) {
  if (size >= bytes_.size()) return;
  Change change;
  change.size_before = bytes_.size();
  change.offset = size;
  change.before = bytes_.substr(size);
  change.truncates = true;
  pending_.push_back(std::move(change));
  bytes_.resize(size);
}

void SimFile::sync_half() {
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(pending_.size() / 2));
}

void SimFile::put(std::string bytes) {
  bytes_ = std::move(bytes);
  pending_.clear();
}

void SimFile::lose_unsynced() {
  for (; !pending_.empty(); pending_.pop_back()) {
    const Change& change = pending_.back();
    bytes_.resize(change.size_before, '\0');
    std::copy(change.before.begin(), change.before.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(change.offset));
  }
}

void SimFile::tear(const Change& change, SeededRandom& random, bool last) {
  if (change.truncates) {
    if (random.chance(50) && change.offset < bytes_.size()) bytes_.resize(change.offset);
    return;
  }
  const bool only_first = random.chance(50);
  const std::size_t sectors = (change.after.size() + sector_bytes - 1) / sector_bytes;
  const std::size_t kept = random.below(sectors + 1);
  for (std::size_t sector = 0; sector < sectors; ++sector) {
    if (only_first ? sector >= kept : random.chance(50)) continue;
    std::string_view part = std::string_view(change.after).substr(sector * sector_bytes, sector_bytes);
    if (last && random.chance(20)) part = part.substr(0, random.below(part.size() + 1));
    apply(change.offset + sector * sector_bytes, part);
  }
}

void SimFile::tear_unsynced(SeededRandom& random) {
  const std::vector<Change> changes = pending_;
  lose_unsynced();
  for (const Change& change : changes) tear(change, random, &change == &changes.back());
}

}  // namespace lianxin::sim
