#include "server/http/connections.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <utility>

#include "server/http/front.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

// What the process may open, less what databases, backups and whatever else opens files need. Hosts often allow 1,024
// and more to whoever asks for it.
std::size_t connections_allowed(std::size_t wanted) {
  constexpr std::size_t descriptors_kept = 128;
  rlimit may_open{};
  if (::getrlimit(RLIMIT_NOFILE, &may_open) != 0) return wanted;
  const rlim_t needed = wanted + descriptors_kept;
  if (may_open.rlim_cur < needed) {
    const rlimit more{std::min(needed, may_open.rlim_max), may_open.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0) may_open = more;
  }
  const auto all = static_cast<std::size_t>(std::min<rlim_t>(may_open.rlim_cur, 1U << 20));
  const std::size_t ours = all > 2 * descriptors_kept ? all - descriptors_kept : all / 2;
  if (ours >= wanted) return wanted;
  log_event(LogLevel::warning, "http_connections_lowered",
            {{"wanted", std::to_string(wanted)}, {"open_files_allow", std::to_string(ours)}});
  return ours;
}

}  // namespace

Connections::Connections(ConnectionLimits limits, std::size_t worker_count, std::shared_ptr<TlsContext> tls,
                         Admit admit, TokenOwners owners, Serve serve) {
  limits.connections_max = connections_allowed(limits.connections_max);
  front_ = std::make_unique<Front>(limits, worker_count, std::move(tls), std::move(admit), std::move(owners),
                                   std::move(serve));
}

Connections::~Connections() = default;

void Connections::add(int socket) { front_->add(socket); }
void Connections::stop() { front_->stop(); }
std::size_t Connections::open_count() const { return front_->open_count(); }

}  // namespace lianxin::server
