#include "client-sdk/driver/drive.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace lianxin::client {
namespace {

bool is_raised(const std::atomic<bool>* flag) { return flag && flag->load(); }

void wait(std::int64_t ms, const SyncOptions& options) {
  if (options.wait) return options.wait(ms);
  for (std::int64_t left = ms; left > 0 && !is_raised(options.cancel); left -= 50) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min<std::int64_t>(left, 50)));
  }
}

// One attempt: nothing is waited for.
template <class Exchange>
std::optional<Problem> drive_once(Exchange& exchange, Transport& transport) {
  while (true) {
    const Step step = exchange.next();
    const Send* send = std::get_if<Send>(&step);
    if (!send) return std::get<Done>(step).problem;
    exchange.heard(transport.call(send->request));
  }
}

}  // namespace

std::optional<Problem> drive(SyncSession& session, Transport& transport, const SyncOptions& options) {
  while (true) {
    if (is_raised(options.cancel)) session.cancel();
    Step step = session.next();
    if (const Done* done = std::get_if<Done>(&step)) return done->problem;
    if (const Wait* asked = std::get_if<Wait>(&step)) {
      wait(asked->ms, options);
      continue;
    }
    TransportRequest& request = std::get<Send>(step).request;
    request.cancel = options.cancel;
    TransportReply reply = transport.call(request);
    if (is_raised(options.cancel)) session.cancel();
    session.heard(std::move(reply));
  }
}

std::optional<Problem> drive(Enrolment& enrolment, Transport& transport) { return drive_once(enrolment, transport); }
std::optional<Problem> drive(Move& move, Transport& transport) { return drive_once(move, transport); }

}  // namespace lianxin::client
