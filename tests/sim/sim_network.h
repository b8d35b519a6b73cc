// The network between one phone and the server. While it is bad it drops, doubles, delays, reorders and cuts what
// passes, by a seed; and while a request is under way the rest of the world goes on.
#pragma once

#include <functional>
#include <vector>

#include "lianxin/transport.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::sim {

// In percent of requests.
struct NetworkFaults {
  int drop = 0;         // the request never arrives
  int lose_reply = 0;   // it arrives, and is done; the reply does not
  int twice = 0;        // it arrives twice
  int cut_request = 0;  // only its first bytes arrive
  int late_copy = 0;    // a copy of it arrives again after later ones
  int delay = 0;        // up to 300 s pass on the way, each way

  static NetworkFaults bad() { return {10, 10, 10, 5, 10, 10}; }
};

class SimNetwork final : public Transport {
 public:
  SimNetwork(Transport& server, std::int64_t& true_ms, std::uint64_t seed)
      : server_(&server), true_ms_(true_ms), random_(seed) {}

  TransportReply call(const TransportRequest& request) override;

  Transport& server() { return *server_; }
  void set_server(Transport& server) { server_ = &server; }  // must outlive this, as the first

  NetworkFaults faults;
  std::function<void()> meanwhile;  // what others do while a request is under way
  int requests = 0;

 private:
  void pass(std::int64_t ms_max);
  void deliver_late();

  Transport* server_;
  std::int64_t& true_ms_;
  SeededRandom random_;
  std::vector<TransportRequest> late_;
};

}  // namespace lianxin::sim
