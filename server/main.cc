// lianxin-server: what its words are, and which function each calls.
#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>
#include <vector>

#include "server/commands/commands.h"

namespace {

using namespace lianxin;

// What stands on the command line, and what each command does with it once all of it is read.
struct Words {
  std::string data = "data", kinds;
  ServerOptions server;
  ServeOptions serve;
  std::string import_file;
  EnrolCodeOptions enrol;
  AccountOptions account;
  std::string rebuild_studio;
  std::vector<std::pair<const CLI::App*, std::function<int()>>> commands;
};

CLI::App* add_command(CLI::App& parent, Words& words, const char* name, const char* what, std::function<int()> run) {
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
  auto* certificate = serve->add_option("--tls-cert", words.serve.certificate_file, "Certificate chain, PEM");
  auto* key = serve->add_option("--tls-key", words.serve.key_file, "Its key, PEM");
  certificate->needs(key);
  key->needs(certificate);
  serve->add_flag("--beyond-loopback", words.serve.beyond_loopback, "Other machines may connect: say that it is meant");
  serve->add_flag("--behind-proxy", words.serve.behind_proxy, "A proxy on this machine stands in front");
}

void add_account(CLI::App& app, Words& words) {
  CLI::App* account = add_command(app, words, "account", "Accounts of people at desks", nullptr);
  account->require_subcommand(1);
  CLI::App* add = add_command(*account, words, "add", "A new one; the password from standard input, or made and printed",
                              [&words] { return run_account_add(words.server, words.account); });
  add->add_option("--login", words.account.login)->required();
  add->add_option("--member", words.account.member, "Name or id")->required();
  CLI::App* password = add_command(*account, words, "password", "A new password, found the same way",
                                   [&words] { return run_account_password(words.server, words.account); });
  password->add_option("--login", words.account.login)->required();
  add_command(*account, words, "list", "Login, member and status of each",
              [&words] { return run_account_list(words.server); });
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
}

void add_commands(CLI::App& app, Words& words) {
  app.require_subcommand(1);
  app.add_option("--data", words.data, "The folder that holds everything")->envname("LIANXIN_DATA")->capture_default_str();
  app.add_option("--kinds", words.kinds, "The folder of the record kinds that come with the program");
  add_command(app, words, "init", "Make the data folder, with its keys", [&words] { return run_init(words.server); });
  add_serve(app, words);
  CLI::App* import = add_command(app, words, "import", "Take reference data and grants from a JSON file",
                                 [&words] { return run_import(words.server, words.import_file); });
  import->add_option("file", words.import_file)->required()->check(CLI::ExistingFile);
  add_enrol_code(app, words);
  add_account(app, words);
  CLI::App* rebuild = add_command(app, words, "rebuild", "Make rows and digests anew from the logs",
                                  [&words] { return run_rebuild(words.server, words.rebuild_studio); });
  rebuild->add_option("--studio", words.rebuild_studio, "Code or id; all of them where absent");
}

int run(int argc, char** argv) {
  Words words;
  CLI::App app("Lianxin: offline-first records of committee members' studios", "lianxin-server");
  app.set_version_flag("--version", std::string("lianxin-server " LIANXIN_VERSION));
  add_commands(app, words);
  CLI11_PARSE(app, argc, argv);
  words.server.data = words.data;
  words.server.kinds = shipped_kinds(words.kinds);
  for (const auto& [command, act] : words.commands) {
    if (command->parsed()) return act();
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
