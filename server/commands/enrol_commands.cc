// Commands that let somebody in: codes for phones, accounts for desks.
#include <unistd.h>

#include <iostream>

#include "server/commands/commands.h"
#include "server/disk/files.h"
#include "server/people/account_acts.h"
#include "server/people/code_acts.h"
#include "server/people/public_address.h"
#include "server/qr/qr_code.h"

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

Status write_picture(const std::string& file, const std::string& bytes) {
  if (file.empty()) return failure(Errc::invalid_argument, "say which file the picture goes to");
  return write_durably(file, bytes);
}

// The code for scripts and telephones; what a phone scans besides, where that is asked for.
Result<int> tell_code(const PublicAddress& address, const std::string& code, const EnrolCodeOptions& enrol) {
  std::string uri;
  if (enrol.uri || !enrol.qr.empty()) {
    auto made = address.enrolment_uri(code);
    if (!made && made.error().code == Errc::not_found) {
      return failure(Errc::not_found, "where phones find this server was not said: lianxin-server address https://…");
    }
    LX_TRY(uri, std::move(made));
  }
  std::cout << (enrol.uri ? uri : code) << "\n";
  if (enrol.qr.empty()) return 0;
  LX_TRY(const QrCode picture, qr_code(uri));
  if (enrol.qr == "terminal") {
    std::cout << qr_terminal(picture);
  } else if (enrol.qr == "svg") {
    LX_CHECK(write_picture(enrol.picture, qr_svg(picture)));
  } else {
    LX_TRY(const std::string png, qr_png(picture));
    LX_CHECK(write_picture(enrol.picture, png));
  }
  return 0;
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
  LX_TRY(const int told, tell_code(*parts->address, code, enrol));
  const int noted = note_done(*parts, Act::code_issued, member.text(), place->studio);
  return told != 0 ? told : noted;
}

Result<int> run_account_add(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const MemberId member, member_asked(*moment.places, account.member));
  LX_TRY(const MadeAccount made,
         add_account(keeper_at(moment), *parts->accounts, parts->random, account.login, member, password_given()));
  tell(made);
  return note_done(*parts, Act::account_added, member.text());
}

Result<int> run_account_password(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const MadeAccount made,
         renew_password(keeper_at(moment), *parts->accounts, parts->random, account.login, password_given()));
  tell(made);
  return note_done(*parts, Act::password_changed, made.account.member.text());
}

Result<int> run_account_disable(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const Account now, disable_account(keeper_at(moment), *parts->accounts, account.login, account.reason));
  return note_done(*parts, Act::account_disabled, now.member.text());
}

Result<int> run_account_enable(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const Account now, enable_account(keeper_at(moment), *parts->accounts, account.login, account.reason));
  return note_done(*parts, Act::account_enabled, now.member.text());
}

Result<int> run_account_end_sessions(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const Account now,
         end_sessions(keeper_at(moment), *parts->accounts, *parts->sessions, account.login, account.reason));
  return note_done(*parts, Act::session_ended, now.member.text());
}

Result<int> run_account_drop_second_factor(const ServerOptions& options, const AccountOptions& account) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const Account now,
         drop_second_factor(keeper_at(moment), *parts->accounts, *parts->factors, account.login, account.reason));
  return note_done(*parts, Act::second_factor_changed, now.member.text());
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
