// Sessions of people at desks: opened by a sign-in (accounts.h), ended by their owner, by whoever keeps his account, by
// not being used, or after a working day.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "server/people/accounts.h"

namespace lianxin::server {

struct OpenSession {
  std::string id;  // 16 hex digits: what it is ended by. Not its token, which nobody can be shown again
  std::int64_t made_ms = 0, used_ms = 0, expires_ms = 0;
  SessionOrigin origin;
};

// Who asks, in which of his sessions.
struct SignedInAs {
  Account account;
  std::string session;
};

// Within a transaction; the token. Past per_account_max the one that was not used for the longest time ends. Throws
// SqlFailure.
std::string open_session(SqlConnection& connection, Random& random, const std::string& login,
                         const SessionOrigin& origin, std::int64_t now_ms);

// What a page that is signed in by cookie shows with every request that changes something. It follows from the token,
// which no script of any page can read.
std::string csrf_of(std::string_view token);

// Thread-safe. `database` must outlive this.
class Sessions {
 public:
  static constexpr std::int64_t idle_ms = 30 * 60 * 1000;  // of no request, and then it ends
  static constexpr std::int64_t noted_ms = 60 * 1000;      // how exactly the last use is written down
  static constexpr std::size_t per_account_max = 50;

  // `secure`: whoever asks comes over TLS, and the cookie travels on nothing else.
  Sessions(SqlDatabase& database, bool secure) : database_(database), secure_(secure) {}

  // None where the token is unknown, too old, not used for too long, or comes the other way than it was given.
  Result<std::optional<SignedInAs>> with_token(std::string_view token, bool by_cookie, std::int64_t now_ms);

  Result<std::vector<OpenSession>> of(const std::string& login, std::int64_t now_ms);  // the last used first
  Status end(const std::string& login, const std::string& id);  // not_found: it has none of that id
  Status end_others(const std::string& login, const std::string& but_id);
  Status end_all(const std::string& login);

  std::string_view cookie_name() const { return secure_ ? "__Host-lianxin" : "lianxin"; }
  std::string cookie(std::string_view token) const;  // the text of Set-Cookie; without a token one that takes it away

 private:
  SqlDatabase& database_;
  const bool secure_;
};

}  // namespace lianxin::server
