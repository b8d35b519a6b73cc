// The words of `lianxin-server`. Each function runs one command and returns the program's exit status: 0 for done, 1
// for a failure that was told on standard error. What scripts read goes to standard output, and only that.
#pragma once

#include <optional>
#include <string>

#include "server/server.h"

namespace lianxin {

int run_init(const ServerOptions& options);

struct ServeOptions {
  std::string listen = "127.0.0.1:8640";
  std::string certificate_file, key_file;  // PEM; both or neither
  bool beyond_loopback = false;            // other machines may connect without a proxy between
  bool behind_proxy = false;               // a proxy on this machine names the client
};
int run_serve(const ServerOptions& options, const ServeOptions& serve);

int run_import(const ServerOptions& options, const std::string& file);

struct EnrolCodeOptions {
  std::string studio;  // code or id
  std::string member;  // name or id
  bool shared = false;
  int days = 7;
};
int run_enrol_code(const ServerOptions& options, const EnrolCodeOptions& enrol);

struct AccountOptions {
  std::string login, member;
};
int run_account_add(const ServerOptions& options, const AccountOptions& account);
int run_account_password(const ServerOptions& options, const AccountOptions& account);
int run_account_list(const ServerOptions& options);

int run_rebuild(const ServerOptions& options, const std::string& studio);  // empty: all of them

// Tells it on standard error.
int failed(const std::string& act, const Error& error);

// A member by id, or by a name that only one has.
Result<MemberId> member_asked(const Places& places, const std::string& name_or_id);
Result<const StudioPlace*> place_asked(const Places& places, const std::string& code_or_id);

}  // namespace lianxin
