// How much of something each may do: a bucket a key, which is full at first and fills again with time. In bounded
// memory, and in memory alone: a server that starts anew has forgotten, and gives everybody a full bucket.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace lianxin::server {

struct Allowance {
  double most = 0;      // what a full bucket holds
  double per_hour = 0;  // what comes back
};

// Thread-safe.
class Allowances {
 public:
  // Of more keys than that the fullest buckets are forgotten first, for they say least.
  Allowances(Allowance each, std::size_t keys_max) : each_(each), keys_max_(keys_max) {}

  // Takes so much; 0 then. Where less is there, or less than `leave` would be left, nothing is taken: in so many
  // milliseconds it will be there. Nobody waits for more than a full bucket.
  std::int64_t take(const std::string& key, double amount, std::int64_t now_ms, double leave = 0);

  // Takes what there is of it, whatever is left.
  void spend(const std::string& key, double amount, std::int64_t now_ms);

  void give_back(const std::string& key, double amount);                             // of what was taken
  std::int64_t wait_ms(const std::string& key, double amount, std::int64_t now_ms);  // as take(), and takes nothing

 private:
  struct Bucket {
    double left = 0;
    std::int64_t at_ms = 0;
  };
  std::int64_t wait_ms(const Bucket& kept, double needed) const;
  Bucket& bucket(const std::string& key, std::int64_t now_ms);
  void make_room(std::int64_t now_ms);

  const Allowance each_;
  const std::size_t keys_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace lianxin::server
