// Accounts of people at desks, and how they sign in; their sessions are sessions.h's. Phones have no account: they are
// devices (devices.h).
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ids.h"
#include "schema/result.h"
#include "server/people/sign_in_guard.h"
#include "sync/crypto/hash.h"
#include "sync/crypto/random.h"

namespace lianxin::server {

class Journal;
class SqlConnection;
class SqlDatabase;
class SqlRun;

struct Account {
  std::string login;
  MemberId member;
  bool must_change = false;  // the password was made for it, not by its owner
  bool disabled = false;
  bool second_factor = false;  // signing in takes a code as well (second_factor.h)
};
Account read_account(const SqlRun& run);  // the first columns of its statements

// Whence somebody signs in, and how the session's token is to come from then on.
struct SessionOrigin {
  std::string address, agent;
  bool by_cookie = false;
};

// What comes with the password.
struct SignInBeside {
  std::string client;  // message.h
  std::string code;    // of the second factor; empty: none was given
  SessionOrigin origin;
};

struct SignedIn {
  enum class Outcome {
    ok,
    wrong,       // or a password is not looked at now, the right one neither
    later,       // of that client none is looked at now
    needs_code,  // the password was right; until it is, nobody hears of a second factor
    wrong_code,  // the same
  } outcome = Outcome::wrong;
  Account account;  // the rest only when ok
  std::string token;
  std::int64_t expires_ms = 0;
  std::int64_t wait_ms = 0;  // when later
};

// New accounts, passwords set and accounts disabled are told to the journal, never a verifier. Thread-safe. All
// references must outlive this.
class Accounts {
 public:
  static constexpr std::int64_t session_ms = 12 * 60 * 60 * 1000;  // a working day: nobody is thrown out of a form
  static constexpr std::size_t login_bytes_max = 64;

  // `key`: of second factors (KeyFolder::sealing_key).
  Accounts(SqlDatabase& database, Journal& journal, Random& random, const SecretKey& key);

  Status add(const std::string& login, const MemberId& member, std::string_view password, bool must_change);

  // Ends all its sessions.
  Status set_password(const std::string& login, std::string_view password, bool must_change);
  // Ends its sessions where it is disabled. `check` is asked in the same transaction.
  using Check = std::function<Status(SqlConnection&)>;
  Status set_disabled(const std::string& login, bool disabled, const Check& check = {});
  void unlock(const std::string& login);  // wrong passwords of before count no more (SignInGuard)

  Result<std::vector<Account>> all();                                                  // by login
  Result<std::vector<Account>> after(const std::string& login, std::size_t rows_max);  // by login
  Result<std::optional<Account>> find(const std::string& login);

  // Active ones whose password was set after a backup that was put back: a new one is made for them by command.
  Result<std::vector<std::string>> without_password();

  // The login as it was typed: blanks around it, capitals and full width make no difference where only one account is
  // meant so.
  // After wrong passwords, or codes, the client that sent them waits before another is looked at, see SignInGuard. An
  // unknown login takes as long as a wrong password and is answered alike: nobody learns here who has an account.
  // A password of before that would not be taken now (passwords.h) opens nothing but the way to a new one.
  Result<SignedIn> sign_in(const std::string& typed, std::string_view password, std::int64_t now_ms,
                           const SignInBeside& beside = {});

  // How long the last password took that was checked: what is answered without checking takes no less.
  std::int64_t check_ms() const { return check_ms_; }

  Status forget_expired(std::int64_t now_ms);

 private:
  Result<std::string> login_meant(const std::string& typed);

  SqlDatabase& database_;
  Journal& journal_;
  Random& random_;
  SignInGuard guard_;
  std::atomic<std::int64_t> check_ms_{0};
  const SecretKey& key_;
};

}  // namespace lianxin::server
