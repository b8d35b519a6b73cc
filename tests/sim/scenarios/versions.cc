// F19: old and new phones, an old and a new server, kinds of three versions, in every combination. Phones that know
// less keep what they do not know; phones that know more wait until the server knows as much.
#include "sync/server/release.h"
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

constexpr std::int64_t newest = 3;

// To a phone behind it the kinds are those of its own version, whatever the server has: an app that cannot learn more.
class KindsOf final : public Transport {
 public:
  KindsOf(Transport& server, std::int64_t version) : server_(server), version_(version) {}
  TransportReply call(const TransportRequest& request) override {
    TransportReply reply = server_.call(request);
    if (request.path == "/v1/kinds" && reply.status == 200) reply.body = sim_kinds(version_).document;
    return reply;
  }

 private:
  Transport& server_;
  const std::int64_t version_;
};

void know_version(SimPhone& phone, std::int64_t version) {
  (void)phone.core().db().write([&] { return phone.core().set_catalog(sim_kinds(version).document); });
}

// The server learns the newest kinds, and what waited for them is let in.
void upgrade(Life& life) {
  life.server.set_kinds(sim_kinds(newest));
  std::vector<ChangeId> waiting;
  for (const Logged& logged : life.log()) {
    if (logged.code == "kinds_newer" && logged.applied_seq == 0) waiting.push_back(logged.id);
  }
  life.server.now_ms = life.now_ms;
  const auto released =
      release_known_kinds(life.server.store(), life.server.studio, life.server.rules(life.server.studio), waiting);
  life.report.expect(17, released.has_value(), "the server lets in what it now knows");
  life.report.count("waited for kinds", static_cast<std::int64_t>(waiting.size()));
}

}  // namespace

void run_versions(const Trial& trial, Report& report) {
  LifeOptions options;
  options.kinds = newest;
  options.look_at_views = false;
  Life life(trial, options, report);
  const std::int64_t phone_kinds = 1 + static_cast<std::int64_t>(trial.seed % 3);
  const std::int64_t server_kinds = 1 + static_cast<std::int64_t>(trial.seed / 3 % 3);
  life.server.set_kinds(sim_kinds(server_kinds));
  std::vector<std::unique_ptr<KindsOf>> between;
  for (std::size_t i = 0; i < life.phones.size(); ++i) {
    const std::int64_t version = i < 2 ? phone_kinds : server_kinds;
    between.push_back(std::make_unique<KindsOf>(life.phones[i].network->server(), version));
    life.phones[i].network->set_server(*between.back());
    know_version(*life.phones[i].phone, version);
  }
  life.live();
  life.settle();
  if (!report.wedged.empty()) return;
  upgrade(life);
  life.settle();
  life.check();
  for (const Logged& logged : life.log()) {
    if (logged.code == "kinds_newer") report.expect(17, logged.applied_seq > 0, "what was too new is in force by now");
  }
}

}  // namespace lianxin::sim
