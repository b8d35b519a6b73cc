#include "server/parts/token_owners.h"

#include "server/parts/parts.h"

namespace lianxin::server {
namespace {

constexpr std::size_t known_max = 20'000;
// One that has ended meanwhile may send a body, which its route then refuses.
constexpr std::chrono::minutes known_for{5};

std::string key_of(const std::string& token) {
  const Hash hash = hash_of_secret(token);
  return {hash.begin(), hash.end()};
}

}  // namespace

TokenOwners RememberedOwners::hooks() {
  return {[this](const std::string& token) { return remembered(token); },
          [this](const std::string& token) { return look_up(token); }};
}

std::optional<std::string> RememberedOwners::remembered(const std::string& token) {
  const std::string key = key_of(token);
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(key);
  if (known == known_.end() || known->second.until < Clock::now()) return std::nullopt;
  return known->second.owner;
}

std::optional<std::string> RememberedOwners::look_up(const std::string& token) {
  std::string owner;
  const auto device = parts_.devices->with_token(token);
  if (!device) return std::nullopt;
  if (*device) {
    owner = "device " + (*device)->id.text();
  } else {
    // One that came as a cookie is said to be one (HttpOptions::cookie_name).
    const bool by_cookie = token.starts_with(cookie_mark);
    const auto known = parts_.sessions->with_token(by_cookie ? token.substr(cookie_mark.size()) : token, by_cookie,
                                                   parts_.moments->now_ms());
    if (!known) return std::nullopt;
    if (*known) owner = "login " + (*known)->account.login;
  }
  if (owner.empty()) return owner;
  const Clock::time_point now = Clock::now();
  const std::lock_guard lock(mutex_);
  if (known_.size() >= known_max) std::erase_if(known_, [&](const auto& each) { return each.second.until < now; });
  if (known_.size() >= known_max) known_.clear();
  known_.insert_or_assign(key_of(token), Known{owner, now + known_for});
  return owner;
}

}  // namespace lianxin::server
