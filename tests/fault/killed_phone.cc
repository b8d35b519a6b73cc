// A phone whose process dies: each command is the program itself, killed after a random part of the time it takes.
#include <chrono>
#include <stdexcept>

#include "schema/json.h"
#include "tests/fault/clients.h"

namespace lianxin::test {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int killed_by_signal_9 = 128 + 9;
constexpr int exit_network = 3, exit_attention = 4;
constexpr int settle_tries_max = 20;

class KilledPhone final : public Client {
 public:
  KilledPhone(Surroundings& around, int number, const Seat& seat, ProcessKills& kills)
      : around_(around),
        number_(number),
        seat_(seat),
        kills_(kills),
        random_(around.seed * 1000 + static_cast<std::uint64_t>(number)),
        file_(around.folder + "/phone" + std::to_string(number)) {}

  void work() override {
    if (!enrolled_) return enrol();
    for (auto saves = random_.between(1, 3); saves > 0; --saves) save();
    sync();
    take_note();
  }

  void settle() override {
    while (!enrolled_) enrol();
    for (int tries = 0; tries < settle_tries_max; ++tries) {
      (void)run(words({"sync", "--retry-for", "20"}));
      const Value status = take_note();
      if (status.integer_at("waiting") != 0) continue;
      if (status.integer_at("here") < promised_) throw std::runtime_error("the phone's file lacks what it promised");
      return;
    }
    throw std::runtime_error("still waiting in calm");
  }

 private:
  // How long a command took when it was let be; kills fall anywhere in that time and a little past it.
  struct Span {
    microseconds whole{0};
    int runs = 0;
  };

  std::vector<std::string> words(const std::vector<std::string>& command) const {
    std::vector<std::string> all{LIANXIN_PHONE, "--store", file_, "--json"};
    all.insert(all.end(), command.begin(), command.end());
    return all;
  }

  void enrol() {
    const std::string code = around_.server.enrol_code(seat_.studio, seat_.member);
    Ended ended;
    do {
      ended = run(words({"enrol", "--server", around_.url, "--code", code, "--name", "killed"}));
    } while (ended.code == exit_network);
    if (ended.code != 0) throw std::runtime_error("enrol: " + ended.out + ended.err);
    while (run(words({"sync", "--retry-for", "2"})).code == exit_network) {  // until it has the kinds as well
    }
    enrolled_ = true;
    take_note();
  }

  // Every fifth run is let be.
  Ended run_perhaps_killed(Span& span, const std::vector<std::string>& command, const std::string& input,
                           std::atomic<int>& kills) {
    if (span.runs++ % 5 == 0) {
      const auto begin = steady_clock::now();
      Ended ended = run(command, input);
      span.whole = std::chrono::duration_cast<microseconds>(steady_clock::now() - begin);
      return ended;
    }
    Ended ended = run_and_kill(command, microseconds(random_.between(0, span.whole.count() * 6 / 5)), input);
    if (ended.code == killed_by_signal_9) ++kills;
    return ended;
  }

  void save() {
    const std::string fields = R"({"visit_kind":"household","persons_reached":2,"notes_text":"上柳湾村三组"})";
    const Ended ended =
        run_perhaps_killed(saving_, words({"new", "outreach_visit", "--studio", seat_.studio}), fields, kills_.in_save);
    const auto receipt = parse_json(ended.out);
    if (!receipt) {  // killed before it said anything: what it did, its file knows
      if (ended.code != killed_by_signal_9) throw std::runtime_error("new: " + ended.out + ended.err);
      return around_.ledger.perhaps_made(number_);
    }
    std::vector<std::string> changes;
    for (const Value& change : receipt->list_at("changes")) changes.push_back(*change.text());
    if (changes.empty()) throw std::runtime_error("new: " + ended.out);
    promised_ += static_cast<std::int64_t>(changes.size());
    around_.ledger.made(number_, studio_, std::string(receipt->text_at("record")), changes, 2);
  }

  void sync() {
    const Ended ended = run_perhaps_killed(syncing_, words({"sync", "--retry-for", "2"}), {}, kills_.in_sync);
    const bool expected = ended.code == 0 || ended.code == killed_by_signal_9 || ended.code == exit_network ||
                          ended.code == exit_attention;
    if (!expected) throw std::runtime_error("sync: " + std::to_string(ended.code) + " " + ended.out + ended.err);
  }

  // What the phone says of itself; it must say so after every kill.
  Value take_note() {
    auto status = parse_json(run_ok(words({"status"})));
    if (!status) throw std::runtime_error("the phone's status is no JSON");
    for (const Value& studio : status->list_at("studios")) {
      const std::string id(studio.text_at("studio"));
      if (studio.text_at("code") == seat_.studio) studio_ = id;
      around_.ledger.told(number_, std::string(status->text_at("device")), id, studio.integer_at("on_server"));
    }
    return std::move(*status);
  }

  Surroundings& around_;
  const int number_;
  const Seat seat_;
  ProcessKills& kills_;
  SeededRandom random_;
  const std::string file_;
  bool enrolled_ = false;
  std::string studio_;
  std::int64_t promised_ = 0;
  Span saving_, syncing_;
};

}  // namespace

std::unique_ptr<Client> killed_phone(Surroundings& around, int number, const Seat& seat, ProcessKills& kills) {
  return std::make_unique<KilledPhone>(around, number, seat, kills);
}

}  // namespace lianxin::test
