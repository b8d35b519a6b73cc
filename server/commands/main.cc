// lianxin-server: what its words are, and which function each calls.
#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>
#include <vector>

#include "server/commands/commands.h"

namespace {

using lianxin::Result;
using namespace lianxin::server;

// What stands on the command line, and what each command does with it once all of it is read.
struct Words {
  std::string data = "data", kinds;
  ServerOptions server;
  ServeOptions serve;
  std::string import_file;
  KindsCheckOptions kinds_check;
  MoveOptions move;
  EnrolCodeOptions enrol;
  AddressOptions address;
  AccountOptions account;
  GrantOptions grant;
  DeviceOptions device;
  CodeOptions code;
  std::string rebuild_studio;
  bool rebuild_seals = false;
  std::string backup_to, drill_scratch, receipt;
  VerifyCommand verify;
  RestoreOptions restore;
  RetentionOptions retention;
  AuditCommand audit;
  std::vector<std::pair<const CLI::App*, std::function<Result<int>()>>> commands;
};

CLI::App* add_command(CLI::App& parent, Words& words, const char* name, const char* what,
                      std::function<Result<int>()> run) {
  CLI::App* command = parent.add_subcommand(name, what);
  command->fallthrough();  // --data may stand after the command
  if (run) words.commands.emplace_back(command, std::move(run));
  return command;
}

void add_serve(CLI::App& app, Words& words) {
  CLI::App* serve = add_command(app, words, "serve", "Answer phones and desks until SIGTERM",
                                [&words] { return run_serve(words.server, words.serve); });
  serve->add_option("--listen", words.serve.listen, "HOST:PORT; only this machine can reach the default")
      ->capture_default_str();
  auto* certificate =
      serve->add_option("--tls-cert", words.serve.certificate_file,
                        "Certificate chain, PEM, in place of the one that init made; read again when it "
                        "changes, and on SIGHUP");
  auto* key = serve->add_option("--tls-key", words.serve.key_file, "Its key, PEM");
  certificate->needs(key);
  key->needs(certificate);
  serve->add_flag("--plain", words.serve.plain, "Without TLS: for this machine alone, or behind a proxy that has it")
      ->excludes(certificate);
  serve->add_flag("--beyond-loopback", words.serve.beyond_loopback, "Other machines may connect: say that it is meant");
  serve->add_option("--backups", words.serve.backups, "The folder of the backups; DATA/backups where absent");
  serve->add_option("--backup-every", words.serve.backup_every_hours, "Hours between two backups; 0: none are made")
      ->check(CLI::Range(0.0, 8760.0))
      ->capture_default_str();
  serve
      ->add_option("--backups-kept", words.serve.backups_kept,
                   "Of the good ones, those made last; the one that holds most besides")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  serve->add_option("--metrics", words.serve.metrics,
                    "127.0.0.1:PORT where GET /metrics answers, on this machine alone; without it nowhere");
  serve->add_option("--audit-keep-days", words.serve.audit_keep_days, "How long the audit log is kept")
      ->check(CLI::Range(Audit::keep_days_min, std::int64_t{36525}))
      ->capture_default_str();
  serve->add_flag("--second-factor", words.serve.second_factor_required,
                  "Coordinators and administrators sign in with a code as well");
  serve->add_option("--behind-proxy", words.serve.proxy,
                    "Name or address of the proxy in front: from there alone X-Forwarded-For is believed");
}

void add_lifecycle(CLI::App& app, Words& words) {
  CLI::App* backup = add_command(app, words, "backup", "A verified copy of the database, made while the server runs",
                                 [&words] { return run_backup(words.server, words.backup_to); });
  backup->add_option("--to", words.backup_to, "The folder it goes to; DATA/backups where absent");
  add_command(app, words, "encrypt", "Encrypt a database that an earlier release made; no server may be on it",
              [&words] { return run_encrypt(words.server); });
  CLI::App* verify =
      add_command(app, words, "verify", "Prove that a database is what was written; 1 where it is damaged",
                  [&words] { return run_verify(words.server, words.verify); });
  verify->add_option("file", words.verify.file, "A database, a backup or a data folder; DATA where absent");
  verify->add_option("--studio", words.verify.studio, "Code or id: only this one's log and rows");
  verify->add_flag("--json", words.verify.json, "What is found as one JSON object");
  CLI::App* restore = add_command(app, words, "restore", "Put a good backup in the database's place",
                                  [&words] { return run_restore(words.server, words.restore); });
  restore
      ->add_option("--as-of", words.restore.as_of,
                   "latest: the one that holds most; or the last made by a time with its zone, or Unix milliseconds")
      ->required();
  restore->add_option("--from", words.restore.from, "The folder of the backups; DATA/backups where absent");
  CLI::App* retention = add_command(app, words, "retention",
                                    "What was kept as long as the office's rules have it: tell of it, or erase it",
                                    [&words] { return run_retention(words.server, words.retention); });
  retention->add_option("--rules", words.retention.rules, "The file of the rules (JSON)")->required();
  retention->add_flag("--apply", words.retention.apply, "Erase it, for good");
  add_command(app, words, "restored", "Since the last restore: which phones have brought their part, which are awaited",
              [&words] { return run_restored(words.server); });
  CLI::App* drill = add_command(app, words, "drill", "Back up, restore into a scratch folder, verify there; each timed",
                                [&words] { return run_drill_command(words.server, words.drill_scratch); });
  drill->add_option("--scratch", words.drill_scratch, "A folder to be made and removed; one in DATA where absent");
}

void add_account(CLI::App& app, Words& words) {
  CLI::App* account = add_command(app, words, "account", "Accounts of people at desks", nullptr);
  account->require_subcommand(1);
  CLI::App* add =
      add_command(*account, words, "add", "A new one; the password from standard input, or made and printed",
                  [&words] { return run_account_add(words.server, words.account); });
  add->add_option("--login", words.account.login)->required();
  add->add_option("--member", words.account.member, "Name or id")->required();
  CLI::App* password = add_command(*account, words, "password", "A new password, found the same way",
                                   [&words] { return run_account_password(words.server, words.account); });
  password->add_option("--login", words.account.login)->required();
  CLI::App* disable = add_command(*account, words, "disable", "Nobody signs in to it any more; its sessions end",
                                  [&words] { return run_account_disable(words.server, words.account); });
  CLI::App* enable = add_command(*account, words, "enable", "It may be used again, with the password it had",
                                 [&words] { return run_account_enable(words.server, words.account); });
  CLI::App* end = add_command(*account, words, "end-sessions", "Its owner is signed out everywhere",
                              [&words] { return run_account_end_sessions(words.server, words.account); });
  CLI::App* drop = add_command(*account, words, "drop-second-factor",
                               "For who has lost both the phone with the codes and the recovery codes",
                               [&words] { return run_account_drop_second_factor(words.server, words.account); });
  for (CLI::App* command : {disable, enable, end, drop}) {
    command->add_option("--login", words.account.login)->required();
    command->add_option("--reason", words.account.reason, "For the record");
  }
  add_command(*account, words, "list", "Login, member and status of each",
              [&words] { return run_account_list(words.server); });
}

void add_audit(CLI::App& app, Words& words) {
  CLI::App* audit = add_command(app, words, "audit", "The log of who did what", nullptr);
  audit->require_subcommand(1);
  add_command(*audit, words, "verify", "Prove that the log is what was written; 1 where it is damaged", [&words] {
    return run_audit_verify(words.server, words.audit);
  })->add_option("--head", words.audit.head, "NUMBER:HASH that an earlier verify printed and somebody kept elsewhere");
  CLI::App* give_out = add_command(*audit, words, "export", "JSON lines for an auditor; this is noted too",
                                   [&words] { return run_audit_export(words.server, words.audit); });
  give_out->add_flag("--csv", words.audit.csv, "As a table");
  give_out->add_option("--record", words.audit.record, "Only what is about this record, by its id");
  CLI::App* affected =
      add_command(*audit, words, "affected", "Which records somebody, or a device, was shown, exported or given",
                  [&words] { return run_audit_affected(words.server, words.audit); });
  for (CLI::App* command : {give_out, affected}) {
    command->add_option("--from", words.audit.from, "A time with its zone, or Unix milliseconds");
    command->add_option("--to", words.audit.to, "The same; not included");
    command->add_option("--actor", words.audit.actor, "A member's id");
    command->add_option("--device", words.audit.device, "A device's id");
  }
  CLI::App* prune = add_command(*audit, words, "prune", "Take away whole files that are older than is kept",
                                [&words] { return run_audit_prune(words.server, words.audit); });
  prune->add_flag("--dry-run", words.audit.dry_run, "Only say which");
  prune->add_option("--keep-days", words.audit.keep_days, "Not below 184")->capture_default_str();
}

void add_kinds(CLI::App& app, Words& words) {
  CLI::App* kinds = add_command(app, words, "kinds", "The files of record kinds", nullptr);
  kinds->require_subcommand(1);
  add_command(*kinds, words, "check",
              "Try files before they are put into DATA/kinds, with --data beside what is in use there",
              [&words] { return run_kinds_check(words.server, words.kinds_check); })
      ->add_option("files", words.kinds_check.files, "Files, or folders of them")
      ->required()
      ->check(CLI::ExistingPath);
}

void add_move(CLI::App& app, Words& words) {
  CLI::App* move = add_command(app, words, "move", "A studio or a member goes to another org unit, with its names",
                               [&words] { return run_move(words.server, words.move); });
  move->add_option("id", words.move.id, "Id; of a studio its code too")->required();
  move->add_option("--to", words.move.to, "Code of the org unit that it is to belong to")->required();
  move->add_option("--kind", words.move.kind, "studio or member")
      ->check(CLI::IsMember({"studio", "member"}))
      ->capture_default_str();
  move->add_option("--reason", words.move.reason, "Kept with the change");
}

void add_enrol_code(CLI::App& app, Words& words) {
  CLI::App* enrol = add_command(app, words, "enrol-code", "A code with which one phone enrols",
                                [&words] { return run_enrol_code(words.server, words.enrol); });
  enrol->add_option("--studio", words.enrol.studio, "Code or id")->required();
  enrol->add_option("--member", words.enrol.member, "Name or id of who keeps the phone")->required();
  enrol->add_flag("--shared", words.enrol.shared, "A duty phone, used by all members of the studio");
  enrol->add_option("--days", words.enrol.days, "For how long the code can be used")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  enrol->add_flag("--uri", words.enrol.uri, "All that a phone needs as one text: address, pin and code");
  auto* qr = enrol->add_option("--qr", words.enrol.qr, "The same as a QR code: terminal, svg or png")
                 ->check(CLI::IsMember({"terminal", "svg", "png"}));
  enrol->add_option("file", words.enrol.picture, "The file that the picture goes to")->needs(qr);
}

void add_address(CLI::App& app, Words& words) {
  CLI::App* address = add_command(app, words, "address", "Where phones find this server: told, or said anew",
                                  [&words] { return run_address(words.server, words.address); });
  address->add_option("url", words.address.address, "https://HOST:PORT");
  CLI::App* announce = add_command(app, words, "announce", "Tell phones with their next sync where the server will be",
                                   [&words] { return run_announce(words.server, words.address); });
  auto* url = announce->add_option("--url", words.address.address, "https://HOST:PORT");
  auto* back = announce->add_flag("--take-back", words.address.take_back, "They are told of it no more")->excludes(url);
  announce->require_option(1, 0);
  for (CLI::App* command : {address, announce}) {
    auto* pin = command->add_option("--pin", words.address.pins, "Of the key there; the server's own where absent");
    command->add_flag("--system-ca", words.address.by_system, "No pin: by a certificate that phones' systems trust")
        ->excludes(pin);
  }
  back->excludes(announce->get_option("--pin"));
}

void add_grant(CLI::App& app, Words& words) {
  CLI::App* grant = add_command(app, words, "grant", "Who takes part where, and until when", nullptr);
  grant->require_subcommand(1);
  CLI::App* add = add_command(*grant, words, "add", "A role of a member in a studio, or in an org unit and all below",
                              [&words] { return run_grant_add(words.server, words.grant); });
  add->add_option("--member", words.grant.member, "Name or id")->required();
  add->add_option("--role", words.grant.role)->required();
  add->add_option("--place", words.grant.place, "Code or id of a studio, or code of an org unit")->required();
  add->add_option("--clearance", words.grant.clearance, "public, internal, personal or health")->capture_default_str();
  add->add_option("--from", words.grant.from, "A time with its zone; always where absent");
  add->add_option("--until", words.grant.until, "A time with its zone; without end where absent");
  CLI::App* end = add_command(*grant, words, "end", "Phones hear of it at their next sync",
                              [&words] { return run_grant_end(words.server, words.grant); });
  end->add_option("--id", words.grant.id, "As the list names it")->required();
  end->add_option("--at", words.grant.until, "A time with its zone; now where absent");
  end->add_option("--reason", words.grant.reason, "For the record");
  CLI::App* list = add_command(*grant, words, "list", "Those of a place: id, member, role, place, clearance, from, to",
                               [&words] { return run_grant_list(words.server, words.grant); });
  list->add_option("--place", words.grant.place, "Code or id of a studio, or code of an org unit")->required();
  list->add_flag("--ended", words.grant.ended, "Also what is over");
}

void add_device(CLI::App& app, Words& words) {
  CLI::App* device = add_command(app, words, "device", "The phones that were enrolled", nullptr);
  device->require_subcommand(1);
  add_command(*device, words, "list", "Id, studio, member, status, last seen, name", [&words] {
    return run_device_list(words.server, words.device);
  })->add_flag("--retired", words.device.retired, "Also those that took a new key");
  CLI::App* revoke = add_command(*device, words, "revoke", "It hands over what it has and is then emptied",
                                 [&words] { return run_device_revoke(words.server, words.device); });
  revoke->add_flag("--lost", words.device.lost, "It may be found again");
  CLI::App* reactivate = add_command(*device, words, "reactivate", "It goes on, where it was not emptied yet",
                                     [&words] { return run_device_reactivate(words.server, words.device); });
  CLI::App* pin = add_command(*device, words, "reset-pin", "A duty phone asks that member for a new PIN",
                              [&words] { return run_device_reset_pin(words.server, words.device); });
  pin->add_option("--member", words.device.member, "Name or id")->required();
  for (CLI::App* command : {revoke, reactivate, pin}) {
    command->add_option("--id", words.device.device)->required();
    command->add_option("--reason", words.device.reason, "For the record");
  }
}

void add_code(CLI::App& app, Words& words) {
  CLI::App* code = add_command(app, words, "code", "Enrolment codes that nobody has used yet", nullptr);
  code->require_subcommand(1);
  add_command(*code, words, "list", "Id, studio, member, when it ends, who issued it",
              [&words] { return run_code_list(words.server); });
  CLI::App* withdraw = add_command(*code, words, "withdraw", "It enrols nobody any more",
                                   [&words] { return run_code_withdraw(words.server, words.code); });
  withdraw->add_option("--id", words.code.code, "As the list names it")->required();
  withdraw->add_option("--reason", words.code.reason, "For the record");
}

void add_commands(CLI::App& app, Words& words) {
  app.require_subcommand(1);
  app.add_option("--data", words.data, "The folder that holds everything")
      ->envname("LIANXIN_DATA")
      ->capture_default_str();
  app.add_option("--kinds", words.kinds, "The folder of the record kinds that come with the program");
  add_command(app, words, "init", "Make the data folder, with its keys", [&words] { return run_init(words.server); });
  add_serve(app, words);
  CLI::App* import = add_command(app, words, "import", "Take reference data and grants from a JSON file",
                                 [&words] { return run_import(words.server, words.import_file); });
  import->add_option("file", words.import_file)->required()->check(CLI::ExistingFile);
  add_kinds(app, words);
  add_move(app, words);
  add_enrol_code(app, words);
  add_address(app, words);
  add_account(app, words);
  add_grant(app, words);
  add_device(app, words);
  add_code(app, words);
  add_audit(app, words);
  add_lifecycle(app, words);
  add_command(app, words, "receipt", "Whether an acknowledgement is genuine, and what it tells of still here",
              [&words] { return run_receipt(words.server, words.receipt); })
      ->add_option("text", words.receipt, "As the phone shows it")
      ->required();
  CLI::App* rebuild = add_command(app, words, "rebuild", "Make rows and digests anew from the logs", [&words] {
    return words.rebuild_seals ? run_seal(words.server) : run_rebuild(words.server, words.rebuild_studio);
  });
  rebuild->add_option("--studio", words.rebuild_studio, "Code or id; all of them where absent");
  rebuild->add_flag("--seals", words.rebuild_seals,
                    "Instead: take the tables nothing can make anew for what they now are");
}

int run(int argc, char** argv) {
  Words words;
  CLI::App app("Lianxin: offline-first records of committee members' studios", "lianxin-server");
  app.set_version_flag("--version", std::string("lianxin-server " LIANXIN_VERSION));
  add_commands(app, words);
  CLI11_PARSE(app, argc, argv);
  words.server.data = words.data;
  words.kinds_check.beside_data = app.get_option("--data")->count() > 0;
  words.server.kinds = shipped_kinds(words.kinds);
  for (const auto& [command, act] : words.commands) {
    if (!command->parsed()) continue;
    const Result<int> status = act();
    const CLI::App* of = command->get_parent();  // `account add`
    const std::string name = (of == &app ? "" : of->get_name() + " ") + command->get_name();
    return status ? *status : failed(name, status.error());
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {  // the last border: nothing of ours throws, but libraries may
    std::cerr << "lianxin-server: " << error.what() << "\n";
    return 1;
  }
}
