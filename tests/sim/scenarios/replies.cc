// F3: in one fixed story, the reply of one request is lost after the server has done it: once, and three times running.
// Each seed is a request of the story and one of the two.
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

constexpr std::uint64_t story = 20'260'101;  // its seed; some 200 requests
constexpr int story_actions = 260;

class LosesReplies final : public Transport {
 public:
  LosesReplies(Transport& server, int& request, int from, int times)
      : server_(server), request_(request), from_(from), times_(times) {}
  TransportReply call(const TransportRequest& request) override {
    TransportReply reply = server_.call(request);
    const int now = ++request_;
    if (now < from_ || now >= from_ + times_) return reply;
    reply = {};
    reply.delivery = Delivery::unknown;
    return reply;
  }

 private:
  Transport& server_;
  int& request_;
  const int from_, times_;
};

}  // namespace

void run_replies(const Trial& trial, Report& report) {
  const int request = static_cast<int>((trial.seed - 1) / 2) + 1, times = trial.seed % 2 == 1 ? 1 : 3;
  LifeOptions options;
  options.actions = story_actions;
  options.sync_percent = 65;
  options.edit_percent = 30;
  Life life({story, trial.actions_max}, options, report);
  int requests = 0;
  std::vector<std::unique_ptr<LosesReplies>> lossy;
  for (Life::Actor& actor : life.phones) {
    lossy.push_back(std::make_unique<LosesReplies>(actor.network->server(), requests, request, times));
    actor.network->set_server(*lossy.back());
  }
  life.live();
  life.settle();
  life.check();
  report.count("story requests", requests);
}

}  // namespace lianxin::sim
