// lianxin-demo: plays the story against a running server. server/demo.sh prepares that server and calls this.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "client-sdk/demo/stage.h"
#include "client-sdk/demo/terminal.h"
#include "schema/json.h"

namespace {

using namespace lianxin;
using namespace lianxin::demo;

struct Words {
  std::string story, data, codes, login, password_file, report;
  int port = 0;
  unsigned order_seed = 0;
  bool list_phones = false;
};

// Lines of "PHONE CODE".
std::map<std::string, std::string> read_codes(const std::string& path) {
  std::ifstream file(path);
  std::map<std::string, std::string> codes;
  std::string phone, code;
  while (file >> phone >> code) codes[phone] = code;
  return codes;
}

std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

void write_report(const std::string& path, const Value& outcome) {
  std::ofstream file(path);
  file << to_json(outcome) << "\n";
  file.close();
  if (!file) throw StoryStopped{"写不了 cannot write " + path};
}

// What the script needs to ask codes for: phone, studio, member, and whether it is shared.
int list_phones(const Story& story) {
  for (const PhoneInStory& phone : story.phones()) {
    std::cout << phone.name << " " << phone.studio << " " << phone.member << " " << (phone.shared ? "shared" : "own")
              << "\n";
  }
  return 0;
}

void enrol_all(Stage& stage, const std::string& server, const std::map<std::string, std::string>& codes) {
  for (const auto& phone : stage.phones.all()) {
    const auto code = codes.find(phone->who().name);
    if (code == codes.end()) throw StoryStopped{"没有手机 " + phone->who().name + " 的登记码"};
    phone->enrol(server, code->second);
  }
  // Still in the office: kinds, villages and names come down before anybody leaves.
  sync_until_all_have_all(stage);
}

int play(const Words& words, const Story& story) {
  const auto started = std::chrono::steady_clock::now();
  std::filesystem::create_directories(words.data);
  const Plan plan = plan_of(story);
  LossyLine line(static_cast<std::uint16_t>(words.port));
  FieldPhones phones(story, words.data);
  Desk desk("127.0.0.1", words.port);
  Checks checks;
  Stage stage{story, plan, phones, line, desk, checks, words.order_seed};

  enrol_all(stage, line.address(), read_codes(words.codes));
  desk.sign_in(words.login, first_line_of(words.password_file));
  act_offline(stage);
  act_homecoming(stage);
  act_clashes(stage);
  act_desk(stage);
  act_answers(stage);
  act_totals(stage);
  if (!words.report.empty()) write_report(words.report, outcome_of(stage));

  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f", took.count());
  std::cout << heading("核对：说到的都做到了吗") << checks.text() << "\n  " << checks.kept() << " / " << checks.count()
            << "，用时 " << seconds << " 秒\n";
  return checks.all() ? 0 : 1;
}

int run(int argc, char** argv) {
  Words words;
  CLI::App app("Plays the Lianxin demo story: eleven phones, thirty records, one coordinator", "lianxin-demo");
  app.add_option("--story", words.story, "Folder of records.json and reference.json")->required();
  app.add_flag("--list-phones", words.list_phones, "Print the phones to be enrolled, and end");
  app.add_option("--port", words.port, "Of the server on this machine");
  app.add_option("--data", words.data, "Folder for the phones' files");
  app.add_option("--codes", words.codes, "File with an enrolment code for each phone: PHONE CODE");
  app.add_option("--login", words.login, "The coordinator's");
  app.add_option("--password-file", words.password_file);
  app.add_option("--order-seed", words.order_seed, "Shuffles the order in which the phones sync; 0: as they are named");
  app.add_option("--report", words.report, "Write totals, heads and conflicts here, as JSON that no order may change");
  CLI11_PARSE(app, argc, argv);
  const Story story = Story::read(words.story);
  return words.list_phones ? list_phones(story) : play(words, story);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const StoryStopped& stopped) {
    std::cerr << "\n演示中断 / the demo stopped: " << stopped.sentence << "\n";
  } catch (const std::exception& error) {
    std::cerr << "\n演示中断 / the demo stopped: " << error.what() << "\n";
  }
  return 2;
}
