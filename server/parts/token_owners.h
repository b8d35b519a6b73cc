// Who shows a token, for whoever has to know before a request is read: a phone's device, or a person at a desk. Which
// of them may do what is for the routes to say, which look again.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "server/http/arrived.h"

namespace lianxin::server {

struct Parts;

// Remembers some that were known a moment ago, and none that was not. Thread-safe.
class RememberedOwners {
 public:
  explicit RememberedOwners(Parts& parts) : parts_(parts) {}  // `parts` must outlive this

  TokenOwners hooks();  // this must outlive them

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    std::string owner;
    Clock::time_point until;
  };
  std::optional<std::string> remembered(const std::string& token);
  std::optional<std::string> look_up(const std::string& token);

  Parts& parts_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;  // by the hash of the token
};

}  // namespace lianxin::server
