// Who may try another password, judged before any work is done on it. What counts is the login together with the client
// (message.h) that tries it: somebody who tries passwords of another's account makes himself wait, not its owner. In
// bounded memory, and in memory alone.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "server/people/allowances.h"

namespace lianxin::server {

// Thread-safe. Logins are compared as they are meant, see folded_login().
class SignInGuard {
 public:
  // After so many wrong passwords the same client waits before this login may be tried again: a minute, and twice as
  // long after each that follows, up to a quarter of an hour.
  static constexpr int tries_max = 5;
  static constexpr std::int64_t first_wait_ms = 60 * 1000, wait_ms_max = 15 * 60 * 1000;
  // Wrong passwords of one client for whichever logins: an office of a hundred behind one address gets through its
  // morning, and who goes through a list of names does not.
  static constexpr Allowance client{150, 600};
  static constexpr std::size_t kept_max = 10'000;

  enum class May { tries, waits };

  // Counts a try as a wrong one until right() says otherwise: those that are sent all at once are counted all the same.
  [[nodiscard]] May begin(const std::string& login, const std::string& from, std::int64_t now_ms);
  void right(const std::string& login, const std::string& from);
  void forget(const std::string& login);  // wrong passwords of before count no more, whoever sent them

  // How long a client has to wait for any login; 0: not at all.
  std::int64_t client_wait_ms(const std::string& from, std::int64_t now_ms);

 private:
  struct Tried {
    int wrong = 0;
    std::int64_t at_ms = 0, until_ms = 0;
  };
  static std::string key_of(const std::string& login, const std::string& from) { return login + "\n" + from; }
  void make_room(std::int64_t now_ms);

  Allowances clients_{client, kept_max};
  std::mutex mutex_;
  std::unordered_map<std::string, Tried> tried_;
};

}  // namespace lianxin::server
