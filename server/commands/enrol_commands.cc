// Commands that let somebody in: codes for phones, accounts for desks.
#include <unistd.h>

#include <iostream>

#include "server/commands/commands.h"
#include "server/people/account_acts.h"
#include "server/people/code_acts.h"

namespace lianxin::server {
namespace {

// From standard input where something stands there, else empty, and one is made. Never from the command line: other
// users of the machine can read that.
std::string password_given() {
  std::string line;
  if (::isatty(STDIN_FILENO) == 0) std::getline(std::cin, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

void tell(const MadeAccount& made) {
  if (made.password.empty()) return;
  std::cout << made.password << "\n";
  std::cerr << "This password is shown once and must be changed at the first sign-in.\n";
}

}  // namespace

Result<int> run_enrol_code(const ServerOptions& options, const EnrolCodeOptions& enrol) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const StudioPlace* place, place_asked(*moment.places, enrol.studio));
  LX_TRY(const MemberId member, member_asked(*moment.places, enrol.member));
  if (!moment.places->access(member, *place, moment.now_ms).any()) {
    std::cerr << "Note: this member holds no grant in that studio yet; what the phone records is held until then.\n";
  }
  LX_TRY(const std::string code,
         issue_code(keeper_at(moment), *parts->enrolment, *place, member, enrol.shared, enrol.days));
  std::cout << code << "\n";
  return 0;
}

Result<int> run_account_add(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const MemberId member, member_asked(*moment.places, account.member));
  LX_TRY(const MadeAccount made,
         add_account(keeper_at(moment), *parts->accounts, parts->random, account.login, member, password_given()));
  tell(made);
  return 0;
}

Result<int> run_account_password(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const MadeAccount made,
         renew_password(keeper_at(moment), *parts->accounts, parts->random, account.login, password_given()));
  tell(made);
  return 0;
}

Result<int> run_account_disable(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_CHECK(disable_account(keeper_at(moment), *parts->accounts, account.login, account.reason));
  return 0;
}

Result<int> run_account_enable(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_CHECK(enable_account(keeper_at(moment), *parts->accounts, account.login, account.reason));
  return 0;
}

Result<int> run_account_list(const ServerOptions& options) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const std::vector<Account> accounts, parts->accounts->all());
  for (const Account& account : accounts) {
    std::cout << account.login << "\t" << account.member.text() << "\t" << (account.disabled ? "disabled" : "active")
              << "\n";
  }
  return 0;
}

}  // namespace lianxin::server
