#include "server/people/accounts.h"

#include "server/journal/journal.h"
#include "server/people/queries.h"
#include "server/people/secrets.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

// What a password is checked against where there is no such account: made with today's cost, fits nothing.
constexpr std::string_view nobodys_verifier =
    "scrypt$32768$8$1$00000000000000000000000000000000$"
    "0000000000000000000000000000000000000000000000000000000000000000";

Account read_account(const SqlRun& run) {
  Account account;
  account.login = run.text(0);
  account.member = run.id<MemberId>(1);
  account.must_change = run.integer(2) != 0;
  account.disabled = run.text(3) != "active";
  account.locked_until_ms = run.integer(4);
  return account;
}

Status check_password(std::string_view password) {
  if (password.size() < Accounts::password_bytes_min || password.size() > Accounts::password_bytes_max) {
    return failure(Errc::out_of_range, "a password has 8 to 256 bytes");
  }
  return {};
}

struct Known {
  Account account;
  std::string verifier{nobodys_verifier};
};

}  // namespace

Accounts::Accounts(SqlDatabase& database, Journal& journal, Random& random)
    : database_(database), journal_(journal), random_(random) {}

Status Accounts::add(const std::string& login, const MemberId& member, std::string_view password, bool must_change) {
  if (login.empty() || login.size() > login_bytes_max) return failure(Errc::out_of_range, "a login has 1 to 64 bytes");
  LX_CHECK(check_password(password));
  LX_TRY(const std::string verifier, make_verifier(random_, password));
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    {
      SqlRun run = connection.run(people_sql::insert_account);
      run.bind(1, login).bind(2, member).bind(3, verifier).bind(4, must_change ? 1 : 0).exec();
    }
    notes.account(login, true);
    return {};
  });
}

Status Accounts::set_password(const std::string& login, std::string_view password, bool must_change) {
  LX_CHECK(check_password(password));
  LX_TRY(const std::string verifier, make_verifier(random_, password));
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    {
      SqlRun run = connection.run(people_sql::set_verifier);
      if (run.bind(1, login).bind(2, verifier).bind(3, must_change ? 1 : 0).exec() == 0) {
        return failure(Errc::not_found, "no such account");
      }
    }
    connection.run(people_sql::delete_sessions_of).bind(1, login).exec();
    notes.account(login, true);
    return {};
  });
}

Status Accounts::set_disabled(const std::string& login, bool disabled) {
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    {
      SqlRun run = connection.run(people_sql::set_account_status);
      if (run.bind(1, login).bind(2, std::string(disabled ? "disabled" : "active")).exec() == 0) {
        return failure(Errc::not_found, "no such account");
      }
    }
    if (disabled) connection.run(people_sql::delete_sessions_of).bind(1, login).exec();
    notes.account(login);
    return {};
  });
}

Result<std::vector<Account>> Accounts::all() {
  std::vector<Account> accounts;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::all_accounts);
    while (run.step()) accounts.push_back(read_account(run));
    return {};
  }));
  return accounts;
}

Result<std::optional<Account>> Accounts::find(const std::string& login) {
  std::optional<Account> found;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::account_by_login);
    if (run.bind(1, login).step()) found = read_account(run);
    return {};
  }));
  return found;
}

Result<SignedIn> Accounts::sign_in(const std::string& login, std::string_view password, std::int64_t now_ms) {
  SignedIn signed_in;
  if (password.size() > password_bytes_max) return signed_in;
  std::optional<Known> known;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::account_by_login);
    if (run.bind(1, login).step()) known = Known{read_account(run), run.text(5)};
    return {};
  }));
  if (known && known->account.locked_until_ms > now_ms) {
    signed_in.outcome = SignedIn::Outcome::locked;
    signed_in.locked_until_ms = known->account.locked_until_ms;
    return signed_in;
  }
  // Outside any transaction: it takes tens of milliseconds, and phones are waiting for the writer.
  LX_TRY(const bool fits, password_fits(known ? known->verifier : Known{}.verifier, password));
  if (!known) return signed_in;
  if (!fits || known->account.disabled) {
    LX_CHECK(database_.write([&](SqlConnection& connection) -> Status {
      SqlRun run = connection.run(people_sql::note_wrong_password);
      run.bind(1, login).bind(2, attempts_max).bind(3, now_ms + lock_ms).exec();
      return {};
    }));
    return signed_in;
  }
  signed_in.token = make_token(random_);
  signed_in.expires_ms = now_ms + session_ms;
  LX_CHECK(database_.write([&](SqlConnection& connection) -> Status {
    // Judged again where nobody else can write: guesses sent all at once must not slip past the lock that one of
    // them has set, nor an old password past a new one.
    {
      SqlRun run = connection.run(people_sql::account_by_login);
      if (!run.bind(1, login).step()) return {};
      const Account now = read_account(run);
      if (now.locked_until_ms > now_ms || now.disabled || run.text(5) != known->verifier) return {};
      signed_in.account = now;
    }
    connection.run(people_sql::note_right_password).bind(1, login).exec();
    SqlRun run = connection.run(people_sql::insert_session);
    run.bind(1, hash_of_secret(signed_in.token)).bind(2, login).bind(3, signed_in.expires_ms).exec();
    signed_in.outcome = SignedIn::Outcome::ok;
    return {};
  }));
  return signed_in;
}

Result<std::optional<Account>> Accounts::with_token(std::string_view token, std::int64_t now_ms) {
  std::optional<Account> found;
  if (token.empty()) return found;
  const Hash hash = hash_of_secret(token);
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::account_by_session);
    if (run.bind(1, hash).bind(2, now_ms).step()) found = read_account(run);
    return {};
  }));
  return found;
}

Status Accounts::sign_out(std::string_view token) {
  const Hash hash = hash_of_secret(token);
  return database_.write([&](SqlConnection& connection) -> Status {
    connection.run(people_sql::delete_session).bind(1, hash).exec();
    return {};
  });
}

Status Accounts::forget_expired(std::int64_t now_ms) {
  return database_.write([&](SqlConnection& connection) -> Status {
    connection.run(people_sql::delete_expired_sessions).bind(1, now_ms).exec();
    return {};
  });
}

}  // namespace lianxin::server
