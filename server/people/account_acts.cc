#include "server/people/account_acts.h"

#include <algorithm>
#include <functional>

#include "server/language/said.h"
#include "server/people/last_keeper.h"
#include "server/people/people_act.h"
#include "server/people/secrets.h"
#include "server/people/shown_name.h"

namespace lianxin::server {
namespace {

tl::unexpected<Error> no_account() {
  return said(Errc::not_found, "没有这个账号，或不归您管", "there is no such account that you keep");
}

// Where the member works, as far as his grants tell.
std::vector<const StudioPlace*> places_of(const Keeper& keeper, const MemberId& member) {
  const auto grants = keeper.places.grants_of(member);
  const auto holds = [&](const Grant& grant) { return in_force(grant, keeper.now_ms); };
  const bool any_in_force = std::any_of(grants.begin(), grants.end(), holds);
  std::vector<const StudioPlace*> places;
  for (const Grant& grant : grants) {
    const StudioPlace* place = place_of(keeper.places, grant);
    if (place && (!any_in_force || holds(grant))) places.push_back(place);
  }
  return places;
}

bool keeps_at_the_top(const Keeper& keeper) {
  const auto places = keeper.places.all();
  return std::any_of(places.begin(), places.end(), [&](const StudioPlace& place) {
    return place.reference && place.org_codes.size() == 1 && may(keeper, may_keep_accounts, place);
  });
}

bool keeps_any(const Keeper& keeper) {
  const auto places = keeper.places.all();
  return std::any_of(places.begin(), places.end(),
                     [&](const StudioPlace& place) { return may(keeper, may_keep_accounts, place); });
}

// Runs `act` on an account that the keeper keeps and gives the account as it then is.
Result<Account> on_account(const Keeper& keeper, Accounts& accounts, const std::string& login, std::string_view what,
                           const std::string& reason, const std::function<Status(const Account&)>& act) {
  const auto do_it = [&]() -> Result<Account> {
    LX_TRY(const std::optional<Account> account, accounts.find(login));
    if (!account) return no_account();
    LX_CHECK(check_account_kept(keeper, account->member));
    LX_CHECK(act(*account));
    LX_TRY(std::optional<Account> now, accounts.find(login));
    return std::move(now).value_or(*account);
  };
  return noted({keeper.name, what, login, {}, reason}, do_it());
}

Status check_login(Accounts& accounts, const std::string& login) {
  if (shown_name(login) != login || login.find(' ') != std::string::npos)
    return said(Errc::invalid_argument, "登录名里不能有空格和看不见的字符",
                "a login has no blanks and nothing that does not show");
  LX_TRY(const std::vector<Account> all, accounts.all());
  const auto alike = [&](const Account& other) { return folded_login(other.login) == folded_login(login); };
  if (std::any_of(all.begin(), all.end(), alike))
    return said(Errc::conflict, "已有这样的登录名，请另起一个", "there is such a login; choose another one");
  return {};
}

}  // namespace

Status check_account_kept(const Keeper& keeper, const MemberId& member) {
  if (keeper.at_machine()) return {};
  const auto places = places_of(keeper, member);
  if (places.empty() && !keeps_at_the_top(keeper)) return no_account();
  bool kept = true;
  for (const StudioPlace* place : places) {
    if (!keeper.places.access(*keeper.member, *place, keeper.now_ms).any()) return no_account();
    kept = kept && may(keeper, may_keep_accounts, *place);
  }
  if (!kept) return said(Errc::not_allowed, "这个账号由管理员管理", "an administrator keeps this account");
  if (member == *keeper.member)
    return said(Errc::not_allowed, "不能管理自己的账号，请由另一位管理员办理",
                "nobody keeps his own account; another administrator does");
  return {};
}

Result<MadeAccount> add_account(const Keeper& keeper, Accounts& accounts, Random& random, const std::string& login,
                                const MemberId& member, const std::string& password) {
  const auto add = [&]() -> Result<MadeAccount> {
    LX_CHECK(check_account_kept(keeper, member));
    if (keeper.places.name_of(member).empty())
      return said(Errc::invalid_argument, "账号的主人不是已登记的委员或人员", "the account is for no known member");
    LX_CHECK(check_login(accounts, login));
    MadeAccount made;
    if (password.empty()) made.password = make_password(random);
    LX_CHECK(accounts.add(login, member, password.empty() ? made.password : password, password.empty()));
    made.account = {login, member, password.empty(), false};
    return made;
  };
  return noted({keeper.name, "account_added", login, {}, {}}, add());
}

Result<MadeAccount> renew_password(const Keeper& keeper, Accounts& accounts, Random& random, const std::string& login,
                                   const std::string& password) {
  MadeAccount made;
  if (password.empty()) made.password = make_password(random);
  LX_TRY(made.account, on_account(keeper, accounts, login, "password_renewed", {}, [&](const Account&) {
           return accounts.set_password(login, password.empty() ? made.password : password, password.empty());
         }));
  return made;
}

Result<Account> disable_account(const Keeper& keeper, Accounts& accounts, const std::string& login,
                                const std::string& reason) {
  return on_account(keeper, accounts, login, "account_disabled", reason, [&](const Account& account) {
    return accounts.set_disabled(login, true, [&](SqlConnection& connection) -> Status {
      if (account.disabled) return {};
      return check_another_keeper(connection, keeper.places, keeper.now_ms, login, account.member);
    });
  });
}

Result<Account> enable_account(const Keeper& keeper, Accounts& accounts, const std::string& login,
                               const std::string& reason) {
  return on_account(keeper, accounts, login, "account_enabled", reason,
                    [&](const Account&) { return accounts.set_disabled(login, false); });
}

Result<Account> unlock_account(const Keeper& keeper, Accounts& accounts, const std::string& login) {
  return on_account(keeper, accounts, login, "account_unlocked", {}, [&](const Account&) -> Status {
    accounts.unlock(login);
    return {};
  });
}

Result<KeptPage<Account, std::string>> accounts_kept(const Keeper& keeper, Accounts& accounts,
                                                     std::optional<std::string> after, std::size_t rows_max) {
  if (!keeps_any(keeper)) return said(Errc::not_allowed, "账号由管理员管理", "administrators keep the accounts");
  return kept_page<Account, std::string>(
      std::move(after), rows_max,
      [&](const std::optional<std::string>& login, std::size_t batch) {
        return accounts.after(login.value_or(std::string()), batch);
      },
      [&](const Account& account) {
        return (keeper.member && account.member == *keeper.member) ||
               check_account_kept(keeper, account.member).has_value();
      },
      [](const Account& account) { return account.login; });
}

}  // namespace lianxin::server
