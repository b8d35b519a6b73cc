// Who may sign in at desks: made, disabled, enabled, unlocked and listed by whoever keeps the accounts where their
// members work. The same for desks and for the command line.
#pragma once

#include "server/people/accounts.h"
#include "server/people/keeper.h"
#include "server/people/second_factor.h"
#include "server/people/sessions.h"

namespace lianxin::server {

// A keeper at a desk keeps the accounts of those all of whose grants (in force; where none is, all that ever were) lie
// where he may; one whose member never had a grant is kept at the top of the tree. Never his own: nobody lets himself
// in. not_found, not_allowed.
Status check_account_kept(const Keeper& keeper, const MemberId& member);

// Its password is made here, given back once, and must be changed at the first sign-in; or it is `password`, of
// somebody at the machine, and `password` of the answer is empty.
struct MadeAccount {
  Account account;
  std::string password;
};
Result<MadeAccount> add_account(const Keeper& keeper, Accounts& accounts, Random& random, const std::string& login,
                                const MemberId& member, const std::string& password = {});

// The same: what it had before opens nothing any more. Its sessions end.
Result<MadeAccount> renew_password(const Keeper& keeper, Accounts& accounts, Random& random, const std::string& login,
                                   const std::string& password = {});

// Its sessions end. conflict: of the last administrator.
Result<Account> disable_account(const Keeper& keeper, Accounts& accounts, const std::string& login,
                                const std::string& reason);
Result<Account> enable_account(const Keeper& keeper, Accounts& accounts, const std::string& login,
                               const std::string& reason);
Result<Account> unlock_account(const Keeper& keeper, Accounts& accounts, const std::string& login);

// Its owner is signed out everywhere.
Result<Account> end_sessions(const Keeper& keeper, Accounts& accounts, Sessions& sessions, const std::string& login,
                             const std::string& reason);

// For whoever has lost both his phone and his recovery codes: he signs in by his password alone from then on, until he
// sets up another one. His sessions end.
Result<Account> drop_second_factor(const Keeper& keeper, Accounts& accounts, SecondFactors& factors,
                                   const std::string& login, const std::string& reason);

// The sessions of an account that the keeper keeps.
struct KeptSessions {
  Account account;
  std::vector<OpenSession> open;
};
Result<KeptSessions> sessions_kept(const Keeper& keeper, Accounts& accounts, Sessions& sessions,
                                   const std::string& login);

// Those that the keeper keeps, and his own; by login, behind `after`. not_allowed where he keeps none anywhere.
Result<KeptPage<Account, std::string>> accounts_kept(const Keeper& keeper, Accounts& accounts,
                                                     std::optional<std::string> after, std::size_t rows_max);

}  // namespace lianxin::server
