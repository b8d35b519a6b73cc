// A coordinator at her desk: she counts questionnaires into visits over HTTP. An act that was not answered is not sent
// again, for she would look first; its reason tells it apart in the log.
#include <httplib.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "schema/json.h"
#include "tests/fault/clients.h"

namespace lianxin::test {
namespace {

constexpr const char* login = "cxy";
constexpr const char* password = "correct horse 2026";
constexpr int not_answered = 0;

class DeskClient final : public Client {
 public:
  DeskClient(Surroundings& around, int number)
      : around_(around), random_(around.seed * 1000 + static_cast<std::uint64_t>(number)) {
    around_.server.command({"account", "add", "--login", login, "--member", "程协友"}, std::string(password) + "\n");
    // Before the kills begin: hashing a password takes longer than a server here lives. The session outlives them all.
    const Answer answer =
        post(around_.server.url(), "/v1/sessions", Value::Object{{"login", login}, {"password", password}});
    token_ = answer.body.text_at("token");
    if (token_.empty()) throw std::runtime_error("sign in: " + std::to_string(answer.status) + to_json(answer.body));
  }

  void work() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(random_.between(10, 100)));
    const auto [studio, visit] = around_.board.any(random_);
    if (!visit.empty()) count(studio, visit);
  }

  void settle() override {}

 private:
  struct Answer {
    int status = not_answered;
    Value body;
  };

  Answer post(const std::string& url, const std::string& path, const Value& body) {
    httplib::Client http(url);
    http.set_read_timeout(10);
    if (!token_.empty()) http.set_bearer_token_auth(token_.c_str());
    const httplib::Result result = http.Post(path.c_str(), to_json(body), "application/json");
    if (!result || result->status >= 500) return {};
    const auto parsed = parse_json(result->body);
    return {result->status, parsed ? *parsed : Value()};
  }

  void count(const std::string& studio, const std::string& visit) {
    const std::string reason = "desk act " + std::to_string(++acts_);
    const Value::Object write{{"at", "questionnaires"}, {"count", 1}};
    const Answer answer = post(around_.url, "/v1/records/" + studio + "/" + visit + "/edits",
                               Value::Object{{"writes", Value::List{write}}, {"reason", reason}});
    if (answer.status == 404) return;  // on a phone, and not here yet
    if (answer.status != not_answered && answer.status != 200) {
      throw std::runtime_error("edit: " + std::to_string(answer.status) + " " + to_json(answer.body));
    }
    around_.ledger.acted(reason, answer.status == 200);
  }

  Surroundings& around_;
  SeededRandom random_;
  std::string token_;
  int acts_ = 0;
};

}  // namespace

std::unique_ptr<Client> desk(Surroundings& around, int number) { return std::make_unique<DeskClient>(around, number); }

}  // namespace lianxin::test
