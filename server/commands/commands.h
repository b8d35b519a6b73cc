// The words of `lianxin-server`. Each function runs one command and returns the program's exit status, 0 for done; an
// error is told on standard error by whoever called it, and the status is 1. What scripts read goes to standard output,
// and only that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/parts/parts.h"
#include "server/people/keeper.h"

namespace lianxin::server {

Result<int> run_init(const ServerOptions& options);

struct ServeOptions {
  std::string listen = "127.0.0.1:8640";
  std::string certificate_file, key_file;  // PEM; both or neither: then those that init made
  bool plain = false;                      // without TLS
  bool beyond_loopback = false;            // other machines may connect
  std::string proxy;                       // the name or address of the one in front, which names the client
  std::string metrics;                     // where /metrics answers, on this machine alone; empty: nowhere
  bool second_factor_required = false;     // of coordinators and administrators
  std::string backups;                     // the folder they go to; empty: DATA/backups
  double backup_every_hours = 6;           // 0: none are made
  std::size_t backups_kept = 28;
  std::int64_t audit_keep_days = Audit::keep_days;
};
Result<int> run_serve(const ServerOptions& options, const ServeOptions& serve);

// Errors tell where the copy or the damage is; a backup whose copy is damaged fails.
Result<int> run_backup(const ServerOptions& options, const std::string& to);  // empty: DATA/backups

struct VerifyCommand {
  std::string file;    // a database or a data folder; empty: DATA
  std::string studio;  // code or id; empty: all of them
  bool json = false;
};
Result<int> run_verify(const ServerOptions& options, const VerifyCommand& command);  // 1 also where it is damaged

struct RestoreOptions {
  std::string as_of;  // latest: what holds most; or ISO 8601 with a zone, or Unix milliseconds
  std::string from;   // empty: DATA/backups
};
Result<int> run_restore(const ServerOptions& options, const RestoreOptions& restore);

Result<int> run_drill_command(const ServerOptions& options, const std::string& scratch);  // empty: a folder in DATA

// A database of before is encrypted (backup/encrypt.h). Nobody else may be at the data.
Result<int> run_encrypt(const ServerOptions& options);

struct RetentionOptions {
  std::string rules;   // a file (upkeep/retention.h)
  bool apply = false;  // erase what is due; else only tell of it
};
// A line for each rule: its kind, its days, how many records are due and since when.
Result<int> run_retention(const ServerOptions& options, const RetentionOptions& retention);

// Takes the tables that nothing can make anew for what they now are (storage/database_file.h).
Result<int> run_seal(const ServerOptions& options);

struct KindsCheckOptions {
  std::vector<std::string> files;  // or folders of them
  bool beside_data = false;        // as if they were put into DATA/kinds; else beside the shipped kinds alone
};
// A line for each file: "right", or what is wrong and where. 1 where one is wrong. Writes nothing.
Result<int> run_kinds_check(const ServerOptions& options, const KindsCheckOptions& check);

Result<int> run_import(const ServerOptions& options, const std::string& file);

struct MoveOptions {
  std::string kind = "studio", id, to, reason;  // a studio by its code too
};
// A studio or a member goes to another org unit, and all that is named by it.
Result<int> run_move(const ServerOptions& options, const MoveOptions& move);

struct EnrolCodeOptions {
  std::string studio;  // code or id
  std::string member;  // name or id
  bool shared = false;
  int days = 7;
  bool uri = false;         // all that a phone needs, as one text
  std::string qr, picture;  // terminal, svg or png, and the file that the last two go to
};
Result<int> run_enrol_code(const ServerOptions& options, const EnrolCodeOptions& enrol);

struct AddressOptions {
  std::string address;            // empty: only told
  std::vector<std::string> pins;  // none: that of the server's own key
  bool by_system = false;         // no pin at all
  bool own_too = false;           // that one besides those that are named
  bool take_back = false;
};
Result<int> run_address(const ServerOptions& options, const AddressOptions& address);
Result<int> run_announce(const ServerOptions& options, const AddressOptions& address);

struct AccountOptions {
  std::string login, member, reason;
};
Result<int> run_account_add(const ServerOptions& options, const AccountOptions& account);
Result<int> run_account_password(const ServerOptions& options, const AccountOptions& account);
Result<int> run_account_disable(const ServerOptions& options, const AccountOptions& account);  // its sessions end
Result<int> run_account_enable(const ServerOptions& options, const AccountOptions& account);
Result<int> run_account_end_sessions(const ServerOptions& options, const AccountOptions& account);
Result<int> run_account_drop_second_factor(const ServerOptions& options, const AccountOptions& account);
Result<int> run_account_list(const ServerOptions& options);

struct GrantOptions {
  std::int64_t id = 0;
  std::string member;  // name or id
  std::string role;
  std::string place;  // code or id of a studio, code of an org unit
  std::string clearance = "internal";
  std::string from, until;  // ISO 8601 with a zone, or Unix milliseconds; empty: always, for ever, now
  std::string reason;
  bool ended = false;
};
Result<int> run_grant_add(const ServerOptions& options, const GrantOptions& grant);
Result<int> run_grant_end(const ServerOptions& options, const GrantOptions& grant);
Result<int> run_grant_list(const ServerOptions& options, const GrantOptions& grant);

struct DeviceOptions {
  std::string device, member, reason;
  bool lost = false, retired = false;
};
Result<int> run_device_list(const ServerOptions& options, const DeviceOptions& device);
Result<int> run_device_revoke(const ServerOptions& options, const DeviceOptions& device);
Result<int> run_device_reactivate(const ServerOptions& options, const DeviceOptions& device);
Result<int> run_device_reset_pin(const ServerOptions& options, const DeviceOptions& device);

struct CodeOptions {
  std::string code, reason;
};
Result<int> run_code_list(const ServerOptions& options);
Result<int> run_code_withdraw(const ServerOptions& options, const CodeOptions& code);
struct AuditCommand {
  std::string from, to;               // times; empty: no bound
  std::string actor, device, record;  // ids; empty: any
  bool csv = false;
  std::string head;  // NUMBER:HASH, noted down elsewhere
  std::int64_t keep_days = Audit::keep_days;
  bool dry_run = false;
};
Result<int> run_audit_verify(const ServerOptions& options, const AuditCommand& command);  // 1 also where it is damaged
Result<int> run_audit_export(const ServerOptions& options, const AuditCommand& command);
Result<int> run_audit_affected(const ServerOptions& options, const AuditCommand& command);
Result<int> run_audit_prune(const ServerOptions& options, const AuditCommand& command);

// An act of whoever typed a command, for the audit log.
Entry command_entry(Act act);

// That it is done, about whose id; the exit status. Where the log cannot be written that is said, for it is done.
int note_done(Parts& parts, Act act, const std::string& about, const StudioId& studio = {});

Result<int> run_rebuild(const ServerOptions& options, const std::string& studio);  // empty: all of them

Result<int> run_restored(const ServerOptions& options);  // since the last restore: who has brought what, who is awaited

// What the server says of an acknowledgement; 1 also where it is not genuine, or not all that it tells of is there.
Result<int> run_receipt(const ServerOptions& options, const std::string& text);

// The TLS key and the certificate that phones believe by it, in DATA/keys: made where there are none. Its pin.
struct OwnTls {
  std::string certificate_file, key_file, pin;
};
Result<OwnTls> own_tls(const std::filesystem::path& data);

// Tells it on standard error; the exit status.
int failed(const std::string& act, const Error& error);

// To the second; "-" for 0.
std::string time_text(std::int64_t ms);

// Whoever runs a command: at the machine.
Keeper keeper_at(const Moment& moment);

// A member by id, or by a name that only one has; a studio by id, or by a code that only one has.
Result<MemberId> member_asked(const Places& places, const std::string& name_or_id);
Result<const StudioPlace*> place_asked(const Places& places, const std::string& code_or_id);

}  // namespace lianxin::server
