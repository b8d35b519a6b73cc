#include "server/people/sign_in_guard.h"

#include <algorithm>

namespace lianxin::server {
namespace {

// A wait that would last longer than any was counted by a clock that ran ahead, and binds nobody.
bool waits(std::int64_t until_ms, std::int64_t now_ms) {
  return until_ms > now_ms && until_ms <= now_ms + SignInGuard::wait_ms_max;
}

}  // namespace

// Those that bind nobody go first, and if that is none the one that was tried longest ago.
void SignInGuard::make_room(std::int64_t now_ms) {
  std::erase_if(tried_, [&](const auto& each) { return !waits(each.second.until_ms, now_ms); });
  if (tried_.size() < kept_max) return;
  tried_.erase(std::min_element(tried_.begin(), tried_.end(),
                                [](const auto& a, const auto& b) { return a.second.at_ms < b.second.at_ms; }));
}

SignInGuard::May SignInGuard::begin(const std::string& login, const std::string& from, std::int64_t now_ms) {
  const std::string key = key_of(login, from);
  const std::lock_guard lock(mutex_);
  if (tried_.size() >= kept_max && !tried_.contains(key)) make_room(now_ms);
  Tried& tried = tried_[key];
  if (waits(tried.until_ms, now_ms)) return May::waits;
  constexpr std::int64_t forgotten_after_ms = 2 * wait_ms_max;
  if (now_ms - tried.at_ms > forgotten_after_ms) tried = {};
  clients_.spend(from, 1, now_ms);
  tried.at_ms = now_ms;
  if (++tried.wrong < tries_max) return May::tries;
  const int doubled = std::min(tried.wrong - tries_max, 10);
  tried.until_ms = now_ms + std::min(first_wait_ms << doubled, wait_ms_max);
  return May::tries;
}

void SignInGuard::right(const std::string& login, const std::string& from) {
  clients_.give_back(from, 1);
  const std::lock_guard lock(mutex_);
  tried_.erase(key_of(login, from));
}

void SignInGuard::forget(const std::string& login) {
  const std::lock_guard lock(mutex_);
  std::erase_if(tried_, [start = key_of(login, {})](const auto& each) { return each.first.starts_with(start); });
}

std::int64_t SignInGuard::client_wait_ms(const std::string& from, std::int64_t now_ms) {
  return clients_.wait_ms(from, 1, now_ms);
}

}  // namespace lianxin::server
