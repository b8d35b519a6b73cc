// What a Phone does with the network, a clock of the system's and threads. All else of it: phone/.
#include "lianxin/phone.h"

#include <atomic>

#include "client-sdk/core/border.h"
#include "client-sdk/core/phone_core.h"
#include "client-sdk/driver/drive.h"
#include "client-sdk/driver/system_random.h"
#include "client-sdk/session/enrolment.h"
#include "client-sdk/session/server_address.h"
#include "client-sdk/session/sync_session.h"
#include "client-sdk/transport/http_transport.h"

namespace lianxin {

using namespace client;

// How a phone reaches its server.
class client::PhoneDriver {
 public:
  explicit PhoneDriver(const PhoneOptions& options)
      : own_(options.transport ? nullptr : std::make_unique<HttpTransport>(options.http)),
        transport(options.transport ? *options.transport : *own_) {}

 private:
  std::unique_ptr<Transport> own_;  // where the app handed in none

 public:
  Transport& transport;
  std::atomic<bool> syncing{false};
};

namespace {

void renew_lists(PhoneCore& core, const std::atomic<bool>* cancel) {
  for (Result<bool> more = true; more && *more && !(cancel && cancel->load());) more = core.renew_some_lists();
}

}  // namespace

Expected<Phone> Phone::open(const PhoneOptions& given) {
  return border([&]() -> Result<Expected<Phone>> {
    PhoneOptions options = given;
    if (!options.clock) options.clock = &system_clock();
    if (!options.random) options.random = &system_random();
    LX_TRY(std::shared_ptr<PhoneCore> core, PhoneCore::open(options));
    return Expected<Phone>(Phone(std::move(core), std::make_shared<PhoneDriver>(options)));
  });
}

Expected<void> Phone::enrol(std::string_view server_url, std::string_view code, std::string_view device_name,
                            std::string_view pin) {
  return border([&]() -> Expected<void> {
    Enrolment enrolment(*core_, server_url, pin, code, device_name);
    if (auto problem = drive(enrolment, driver_->transport)) return *problem;
    return {};
  });
}

Expected<void> Phone::enrol_by(std::string_view uri, std::string_view device_name) {
  return border([&]() -> Expected<void> {
    const Result<OfficeCode> scanned = office_code(uri);
    if (!scanned) return problem_of(scanned.error());
    Enrolment enrolment(*core_, scanned->server, scanned->pins, scanned->code, device_name);
    if (auto problem = drive(enrolment, driver_->transport)) return *problem;
    return {};
  });
}

Expected<void> Phone::move_to(std::string_view server_url, std::string_view pin) {
  return border([&]() -> Expected<void> {
    Move move(*core_, server_url, pin);
    if (auto problem = drive(move, driver_->transport)) return *problem;
    return {};
  });
}

Expected<SyncReport> Phone::sync(const SyncOptions& options) {
  if (driver_->syncing.exchange(true)) return problem(problem_code::sync_running);
  struct Ended {  // also where the caller's progress function throws
    std::atomic<bool>& syncing;
    ~Ended() { syncing = false; }
  } const ended{driver_->syncing};
  return border([&]() -> Expected<SyncReport> {
    SyncSession session(*core_, options.retry_for_ms, options.progress);
    const std::optional<Problem> failed = drive(session, driver_->transport, options);
    renew_lists(*core_, options.cancel);
    if (failed) return *failed;
    return session.report();
  });
}

}  // namespace lianxin
