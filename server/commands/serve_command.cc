#include <malloc.h>

#include <charconv>
#include <csignal>
#include <iostream>
#include <thread>

#include "server/commands/commands.h"
#include "server/http/http_server.h"
#include "server/parts/all_routes.h"
#include "server/parts/token_owners.h"
#include "server/telemetry/log.h"
#include "server/upkeep/background.h"

namespace lianxin::server {
namespace {

struct ListenAddress {
  std::string host;
  int port = 0;
};

// HOST:PORT, or [HOST]:PORT for IPv6.
std::optional<ListenAddress> parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  ListenAddress address{text.substr(0, colon), 0};
  if (address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc{} || at != end || address.port < 0 || address.port > 65535) return std::nullopt;
  return address;
}

// Waits for SIGTERM or SIGINT on a thread of its own and then stops `http`. The signals are blocked before any thread
// starts, so that no other one is interrupted by them.
class SignalWatch {
 public:
  SignalWatch() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }

  void watch(HttpServer& http) {
    thread_ = std::thread([this, &http] {
      int signal = 0;
      sigwait(&signals_, &signal);
      log_event("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
      http.stop();
    });
  }

  void join() { thread_.join(); }

 private:
  sigset_t signals_{};
  std::thread thread_;
};

BackupPlan plan_of(const ServerOptions& options, const ServeOptions& serve) {
  return {options.data, serve.backups.empty() ? options.data / "backups" : std::filesystem::path(serve.backups),
          static_cast<std::int64_t>(serve.backup_every_hours * 3'600'000), serve.backups_kept};
}

UpkeepParts upkeep_of(Parts& parts) {
  return {*parts.moments,    *parts.kinds,          *parts.store,           *parts.lists,
          *parts.sync_notes, *parts.accounts,       *parts.marks,           *parts.machine,
          *parts.mender,     *parts.kinds_settling, *parts.grants_settling, *parts.studios_settling, *parts.journal_settling,
          parts.metrics};
}

HttpOptions http_options_of(const ServeOptions& serve, RememberedOwners& owners) {
  HttpOptions options;
  options.certificate_file = serve.certificate_file;
  options.key_file = serve.key_file;
  options.beyond_loopback = serve.beyond_loopback;
  options.behind_local_proxy = serve.behind_proxy;
  options.owners = owners.hooks();
  return options;
}

// Answers /metrics on a port of its own while it lives, so that neither who may read them nor what they cost is a
// stranger's matter.
class MetricsPort {
 public:
  explicit MetricsPort(Parts& parts) : router_(make_metrics_router(parts)), http_(router_, options()) {}
  ~MetricsPort() {
    http_.stop();
    if (thread_.joinable()) thread_.join();
  }
  MetricsPort(const MetricsPort&) = delete;
  MetricsPort& operator=(const MetricsPort&) = delete;

  Status open(const std::string& listen) {
    const auto address = parse_listen(listen);
    if (!address) return failure(Errc::invalid_argument, "--metrics is 127.0.0.1:PORT");
    LX_TRY(const int port, http_.bind(address->host, address->port));
    log_event("metrics", {{"address", address->host}, {"port", std::to_string(port)}});
    thread_ = std::thread([this] { http_.run(); });
    return {};
  }

 private:
  static HttpOptions options() {
    HttpOptions few;
    few.threads = 2;
    few.limits.connections_max = few.limits.connections_per_client_max = 64;
    return few;
  }

  const Router router_;
  HttpServer http_;
  std::thread thread_;
};

// The largest bodies go back to the machine as soon as they are dealt with: the allocator would else keep what a crowd
// once made it take, and each of its arenas the most that it ever held.
void give_memory_back() {
  constexpr int from_bytes = 128 * 1024, arenas_max = 4;
  ::mallopt(M_ARENA_MAX, arenas_max);
  ::mallopt(M_MMAP_THRESHOLD, from_bytes);
  ::mallopt(M_TRIM_THRESHOLD, from_bytes);
}

}  // namespace

Result<int> run_serve(const ServerOptions& options, const ServeOptions& serve) {
  const auto address = parse_listen(serve.listen);
  if (!address)
    return failure(Errc::invalid_argument, "--listen is HOST:PORT, such as 127.0.0.1:8640, with a port of 0 to 65535");
  give_memory_back();
  SignalWatch signals;
  LX_TRY(const auto opened, Parts::open(options, Parts::Purpose::serve));
  Parts& parts = *opened;
  const Router router = make_router(parts);
  RememberedOwners owners(parts);
  HttpServer http(router, http_options_of(serve, owners));
  LX_TRY(const int port, http.bind(address->host, address->port));
  MetricsPort metrics(parts);
  parts.metrics.connections_by([&http] { return http.open_connections(); });
  log_event("listening", {{"address", address->host},
                          {"port", std::to_string(port)},
                          {"tls", serve.certificate_file.empty() ? "no" : "yes"},
                          {"kinds", std::to_string(parts.kinds->catalog()->version)},
                          {"version", LIANXIN_VERSION}});
  if (!serve.metrics.empty()) LX_CHECK(metrics.open(serve.metrics));
  {
    const Background background(upkeep_of(parts), plan_of(options, serve));
    signals.watch(http);
    http.run();  // until the signal
    signals.join();
  }
  log_event("stopped");
  return 0;
}

}  // namespace lianxin::server
