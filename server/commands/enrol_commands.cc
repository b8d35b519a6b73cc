// Commands that let somebody in: codes for phones, accounts for desks.
#include <unistd.h>

#include <iostream>

#include "server/commands/commands.h"

namespace lianxin::server {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

struct Password {
  std::string text;
  bool made_here = false;
};

// From standard input where something stands there, else made here. Never from the command line: other users of the
// machine can read that.
Result<Password> password_for(Random& random) {
  std::string line;
  if (::isatty(STDIN_FILENO) == 0) std::getline(std::cin, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (!line.empty()) return Password{line, false};
  return Password{make_password(random), true};
}

void tell(const Password& password) {
  if (!password.made_here) return;
  std::cout << password.text << "\n";
  std::cerr << "This password is shown once and must be changed at the first sign-in.\n";
}

int set_disabled(const ServerOptions& options, const AccountOptions& account, bool disabled) {
  const std::string act = disabled ? "account disable" : "account enable";
  const auto opened = Parts::open(options, Parts::Purpose::command);
  if (!opened) return failed(act, opened.error());
  const Status set = (*opened)->accounts->set_disabled(account.login, disabled);
  return set ? 0 : failed(act, set.error());
}

}  // namespace

int run_enrol_code(const ServerOptions& options, const EnrolCodeOptions& enrol) {
  const auto opened = Parts::open(options, Parts::Purpose::command);
  if (!opened) return failed("enrol-code", opened.error());
  Parts& parts = **opened;
  const auto moment = parts.moments->now();
  if (!moment) return failed("enrol-code", moment.error());
  const auto place = place_asked(*moment->places, enrol.studio);
  if (!place) return failed("enrol-code", place.error());
  const auto member = member_asked(*moment->places, enrol.member);
  if (!member) return failed("enrol-code", member.error());
  if (!moment->places->access(*member, **place, moment->now_ms).any()) {
    std::cerr << "Note: this member holds no grant in that studio yet; what the phone records is held until then.\n";
  }
  const auto code = parts.enrolment->issue_code(
      {(*place)->studio, *member, enrol.shared, "command line", moment->now_ms, moment->now_ms + enrol.days * day_ms});
  if (!code) return failed("enrol-code", code.error());
  std::cout << *code << "\n";
  return 0;
}

int run_account_add(const ServerOptions& options, const AccountOptions& account) {
  const auto opened = Parts::open(options, Parts::Purpose::command);
  if (!opened) return failed("account add", opened.error());
  Parts& parts = **opened;
  const auto moment = parts.moments->now();
  if (!moment) return failed("account add", moment.error());
  const auto member = member_asked(*moment->places, account.member);
  if (!member) return failed("account add", member.error());
  const auto password = password_for(parts.random);
  if (!password) return failed("account add", password.error());
  const Status added = parts.accounts->add(account.login, *member, password->text, password->made_here);
  if (!added) return failed("account add", added.error());
  tell(*password);
  return 0;
}

int run_account_password(const ServerOptions& options, const AccountOptions& account) {
  const auto opened = Parts::open(options, Parts::Purpose::command);
  if (!opened) return failed("account password", opened.error());
  Parts& parts = **opened;
  const auto password = password_for(parts.random);
  if (!password) return failed("account password", password.error());
  const Status set = parts.accounts->set_password(account.login, password->text, password->made_here);
  if (!set) return failed("account password", set.error());
  tell(*password);
  return 0;
}

int run_account_disable(const ServerOptions& options, const AccountOptions& account) {
  return set_disabled(options, account, true);
}

int run_account_enable(const ServerOptions& options, const AccountOptions& account) {
  return set_disabled(options, account, false);
}

int run_account_list(const ServerOptions& options) {
  const auto opened = Parts::open(options, Parts::Purpose::command);
  if (!opened) return failed("account list", opened.error());
  const auto accounts = (*opened)->accounts->all();
  if (!accounts) return failed("account list", accounts.error());
  for (const Account& account : *accounts) {
    std::cout << account.login << "\t" << account.member.text() << "\t" << (account.disabled ? "disabled" : "active")
              << "\n";
  }
  return 0;
}

}  // namespace lianxin::server
