#include "server/people/accounts.h"

#include <chrono>

#include "server/journal/journal.h"
#include "server/language/said.h"
#include "server/people/passwords.h"
#include "server/people/queries.h"
#include "server/people/second_factor.h"
#include "server/people/secrets.h"
#include "server/people/sessions.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

// What a password is checked against where there is no such account: made with today's cost, fits nothing.
constexpr std::string_view nobodys_verifier =
    "scrypt$32768$8$1$00000000000000000000000000000000$"
    "0000000000000000000000000000000000000000000000000000000000000000";

struct Known {
  Account account;
  std::string verifier{nobodys_verifier};
};

Known read_known(const SqlRun& run) { return {read_account(run), run.text(5)}; }

}  // namespace

Account read_account(const SqlRun& run) {
  Account account;
  std::string status;
  run.read(account.login, account.member, account.must_change, status, account.second_factor);
  account.disabled = status != "active";
  return account;
}

Accounts::Accounts(SqlDatabase& database, Journal& journal, Random& random, const SecretKey& key)
    : database_(database), journal_(journal), random_(random), key_(key) {}

Status Accounts::add(const std::string& login, const MemberId& member, std::string_view password, bool must_change) {
  if (login.empty() || login.size() > login_bytes_max)
    return said(Errc::out_of_range, "登录名要有 1 到 64 个字节", "a login has 1 to 64 bytes");
  LX_CHECK(check_password(password, {login, {}}));
  LX_TRY(const std::string verifier, make_verifier(random_, password));
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    connection.exec(people_sql::insert_account, login, member, verifier, must_change);
    notes.account(login, true);
    return {};
  });
}

Status Accounts::set_password(const std::string& login, std::string_view password, bool must_change) {
  LX_CHECK(check_password(password, {login, {}}));
  LX_TRY(const std::string verifier, make_verifier(random_, password));
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (connection.exec(people_sql::set_verifier, login, verifier, must_change) == 0) {
      return failure(Errc::not_found, "no such account");
    }
    connection.exec(people_sql::delete_sessions_of, login);
    notes.account(login, true);
    return {};
  });
}

Status Accounts::set_disabled(const std::string& login, bool disabled, const Check& check) {
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (check) LX_CHECK(check(connection));
    if (connection.exec(people_sql::set_account_status, login, disabled ? "disabled" : "active") == 0) {
      return failure(Errc::not_found, "no such account");
    }
    if (disabled) connection.exec(people_sql::delete_sessions_of, login);
    notes.account(login);
    return {};
  });
}

void Accounts::unlock(const std::string& login) { guard_.forget(folded_login(login)); }

Result<std::vector<Account>> Accounts::after(const std::string& login, std::size_t rows_max) {
  return database_.all(people_sql::accounts_after, read_account, login, rows_max);
}

Result<std::vector<Account>> Accounts::all() { return database_.all(people_sql::all_accounts, read_account); }

Result<std::optional<Account>> Accounts::find(const std::string& login) {
  return database_.first(people_sql::account_by_login, read_account, login);
}

Result<std::vector<std::string>> Accounts::without_password() {
  return database_.all(people_sql::accounts_without_password, column<std::string>);
}

Result<std::string> Accounts::login_meant(const std::string& typed) {
  LX_TRY(const std::vector<Account> accounts, all());
  const std::string folded = folded_login(typed);
  std::vector<std::string> meant;
  for (const Account& account : accounts) {
    if (account.login == typed) return typed;
    if (folded_login(account.login) == folded) meant.push_back(account.login);
  }
  return meant.size() == 1 ? meant.front() : typed;
}

Result<SignedIn> Accounts::sign_in(const std::string& typed, std::string_view password, std::int64_t now_ms,
                                   const SignInBeside& beside) {
  SignedIn signed_in;
  if (password.size() > password_bytes_max || typed.size() > 4 * login_bytes_max) return signed_in;
  const std::string folded = folded_login(typed);
  if ((signed_in.wait_ms = guard_.client_wait_ms(beside.client, now_ms)) > 0) {
    signed_in.outcome = SignedIn::Outcome::later;
    return signed_in;
  }
  if (guard_.begin(folded, beside.client, now_ms) == SignInGuard::May::waits) return signed_in;
  LX_TRY(const std::string login, login_meant(typed));
  LX_TRY(const std::optional<Known> known, database_.first(people_sql::account_by_login, read_known, login));
  // Outside any transaction: it takes tens of milliseconds, and phones are waiting for the writer.
  const auto began = std::chrono::steady_clock::now();
  LX_TRY(const bool fits, password_fits(known ? known->verifier : Known{}.verifier, password));
  const auto took = std::chrono::steady_clock::now() - began;
  check_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  if (!known || !fits || known->account.disabled) return signed_in;
  const bool weak = !check_password(password, {login, {}});  // of before, or of somebody who chose it for him
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    // Judged again where nobody else can write: an old password must not slip past a new one.
    const auto now = connection.first(people_sql::account_by_login, read_known, login);
    if (!now || now->account.disabled || now->verifier != known->verifier) return {};
    switch (check_second_factor(connection, notes, key_, login, beside.code, now_ms)) {
      case FactorShown::missing: signed_in.outcome = SignedIn::Outcome::needs_code; return {};
      case FactorShown::wrong: signed_in.outcome = SignedIn::Outcome::wrong_code; return {};
      case FactorShown::not_asked:
      case FactorShown::right: break;
    }
    if (weak && !now->account.must_change) {
      connection.exec(people_sql::set_must_change, login);
      notes.account(login);
    }
    signed_in.account = now->account;
    signed_in.account.must_change = weak || now->account.must_change;
    signed_in.token = open_session(connection, random_, login, beside.origin, now_ms);
    signed_in.expires_ms = now_ms + session_ms;
    signed_in.outcome = SignedIn::Outcome::ok;
    return {};
  }));
  // Who has the password and not the code yet has guessed nothing.
  const bool right = signed_in.outcome == SignedIn::Outcome::ok || signed_in.outcome == SignedIn::Outcome::needs_code;
  if (right) guard_.right(folded, beside.client);
  return signed_in;
}

Status Accounts::forget_expired(std::int64_t now_ms) {
  return database_.exec(people_sql::delete_expired_sessions, now_ms);
}

}  // namespace lianxin::server
