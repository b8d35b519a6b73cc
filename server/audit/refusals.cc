#include "server/audit/refusals.h"

namespace lianxin::server {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

// The same, of whom it is not said who and where from.
Entry without_address(const Entry& entry) {
  Entry sum;
  sum.act = entry.act;
  sum.outcome = entry.outcome;
  sum.add("addresses", "others");
  return sum;
}

}  // namespace

Refusals::Key Refusals::key_of(const Entry& entry) {
  return {entry.act, entry.outcome, entry.by.from, entry.by.member, entry.by.device, entry.about};
}

std::optional<Entry> Refusals::count(Entry entry, std::int64_t now_ms) {
  if (window_.empty()) window_began_ms_ = now_ms;
  if (day_ != now_ms / day_ms) {
    day_ = now_ms / day_ms;
    told_today_ = 0;
  }
  if (const auto known = window_.find(key_of(entry)); known != window_.end()) {
    ++known->second.repeats;
    return std::nullopt;
  }
  if (window_.size() < keys_max && told_today_ < told_max) {
    ++told_today_;
    window_.emplace(key_of(entry), Summed{entry, 0});
    return entry;
  }
  // These come to as many kinds at most as there are acts and codes: neither is a stranger's to choose.
  Entry sum = without_address(entry);
  const Key key = key_of(sum);
  ++window_.try_emplace(key, Summed{std::move(sum), 0}).first->second.repeats;
  return std::nullopt;
}

std::vector<Entry> Refusals::ended(std::int64_t now_ms, bool all) {
  const std::int64_t age_ms = now_ms - window_began_ms_;
  if (!all && age_ms >= 0 && age_ms < window_ms) return {};  // below zero: the clock was set back
  std::vector<Entry> sums;
  for (auto& [key, summed] : window_) {
    if (summed.repeats == 0) continue;
    summed.entry.count = summed.repeats;
    summed.entry.add("since_ms", std::to_string(window_began_ms_));
    sums.push_back(std::move(summed.entry));
  }
  window_.clear();
  return sums;
}

}  // namespace lianxin::server
