#include "server/people/allowances.h"

#include <algorithm>
#include <vector>

namespace lianxin::server {
namespace {

constexpr double hour_ms = 60.0 * 60 * 1000;

}  // namespace

// Half of them at a time, so that it is not done for each new key.
void Allowances::make_room(std::int64_t now_ms) {
  std::vector<std::pair<double, std::string>> by_fill;
  by_fill.reserve(buckets_.size());
  for (const auto& [key, kept] : buckets_) {
    const double came = each_.per_hour * static_cast<double>(now_ms - kept.at_ms) / hour_ms;
    by_fill.emplace_back(kept.left + came, key);
  }
  const auto middle = by_fill.begin() + static_cast<std::ptrdiff_t>(by_fill.size() / 2);
  std::nth_element(by_fill.begin(), middle, by_fill.end());
  for (auto fuller = middle; fuller != by_fill.end(); ++fuller) buckets_.erase(fuller->second);
}

Allowances::Bucket& Allowances::bucket(const std::string& key, std::int64_t now_ms) {
  if (buckets_.size() >= keys_max_ && !buckets_.contains(key)) make_room(now_ms);
  Bucket& kept = buckets_.try_emplace(key, Bucket{each_.most, now_ms}).first->second;
  // A clock that was set back brings nothing, and does not make anybody wait for it to catch up.
  const auto since_ms = static_cast<double>(std::max<std::int64_t>(0, now_ms - kept.at_ms));
  kept.left = std::min(each_.most, kept.left + each_.per_hour * since_ms / hour_ms);
  kept.at_ms = now_ms;
  return kept;
}

std::int64_t Allowances::wait_ms(const Bucket& kept, double needed) const {
  needed = std::min(each_.most, needed);
  return kept.left >= needed ? 0 : 1 + static_cast<std::int64_t>((needed - kept.left) / each_.per_hour * hour_ms);
}

std::int64_t Allowances::wait_ms(const std::string& key, double amount, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  return wait_ms(bucket(key, now_ms), amount);
}

std::int64_t Allowances::take(const std::string& key, double amount, std::int64_t now_ms, double leave) {
  const std::lock_guard lock(mutex_);
  Bucket& kept = bucket(key, now_ms);
  const std::int64_t wait = wait_ms(kept, amount + leave);
  if (wait == 0) kept.left = std::max(0.0, kept.left - amount);
  return wait;
}

void Allowances::spend(const std::string& key, double amount, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  Bucket& kept = bucket(key, now_ms);
  kept.left = std::max(0.0, kept.left - amount);
}

void Allowances::give_back(const std::string& key, double amount) {
  const std::lock_guard lock(mutex_);
  if (const auto kept = buckets_.find(key); kept != buckets_.end()) {
    kept->second.left = std::min(each_.most, kept->second.left + amount);
  }
}

}  // namespace lianxin::server
