#include "tests/sim/sim_network.h"

namespace lianxin::sim {

void SimNetwork::pass(std::int64_t ms_max) {
  true_ms_ += random_.between(1, random_.chance(faults.delay) ? 300'000 : ms_max);
}

void SimNetwork::deliver_late() {
  if (late_.empty() || !random_.chance(50)) return;
  const std::size_t which = random_.below(late_.size());
  const TransportRequest request = late_[which];
  late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(which));
  (void)server_->call(request);  // whoever sent it has long stopped listening
}

TransportReply SimNetwork::call(const TransportRequest& request) {
  ++requests;
  TransportReply lost;
  lost.delivery = Delivery::unknown;
  pass(2'000);
  deliver_late();
  if (random_.chance(faults.drop)) {
    lost.delivery = random_.chance(50) ? Delivery::not_sent : Delivery::unknown;
    return lost;
  }
  if (random_.chance(faults.late_copy)) late_.push_back(request);
  if (!request.body.empty() && random_.chance(faults.cut_request)) {
    TransportRequest part = request;
    part.body.resize(random_.below(part.body.size()));
    (void)server_->call(part);
    return lost;
  }
  TransportReply reply = server_->call(request);
  if (random_.chance(faults.twice)) reply = server_->call(request);
  if (meanwhile) meanwhile();
  pass(2'000);
  return random_.chance(faults.lose_reply) ? lost : reply;
}

}  // namespace lianxin::sim
