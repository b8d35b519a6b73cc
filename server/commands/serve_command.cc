#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <iostream>
#include <thread>

#include "server/commands/commands.h"
#include "server/http/http_server.h"
#include "server/http/proxies.h"
#include "server/http/tls_identity.h"
#include "server/parts/all_routes.h"
#include "server/parts/token_owners.h"
#include "server/people/public_address.h"
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

// Waits for SIGTERM or SIGINT on a thread of its own and then stops `http`; until then it has the certificate read
// again when its files change, and on SIGHUP. The signals are blocked before any thread starts, so that no other one is
// interrupted by them.
class SignalWatch {
 public:
  SignalWatch() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }

  void watch(HttpServer& http) {
    thread_ = std::thread([this, &http] {
      constexpr timespec look_every{5, 0};
      int signal = 0;
      do {
        signal = sigtimedwait(&signals_, nullptr, &look_every);
        if (signal != SIGTERM && signal != SIGINT) renew_tls(http);
      } while (signal != SIGTERM && signal != SIGINT);
      log_event("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
      http.stop();
    });
  }

  void join() { thread_.join(); }

 private:
  static void renew_tls(HttpServer& http) {
    const Result<bool> renewed = http.renew_tls();
    if (!renewed) log_event(LogLevel::error, "certificate_not_renewed", {{"reason", renewed.error().message}});
    if (renewed && *renewed) log_event("certificate_renewed");
  }

  sigset_t signals_{};
  std::thread thread_;
};

Result<HttpOptions> http_options_of(const ServerOptions& options, const ServeOptions& serve, RememberedOwners& owners) {
  HttpOptions http;
  http.certificate_file = serve.certificate_file;
  http.key_file = serve.key_file;
  if (!serve.plain && serve.certificate_file.empty()) {
    LX_TRY(const OwnTls own, own_tls(options.data));
    http.certificate_file = own.certificate_file;
    http.key_file = own.key_file;
  }
  http.beyond_loopback = serve.beyond_loopback;
  if (!serve.proxy.empty()) {
    LX_TRY(http.proxies, addresses_of(serve.proxy));
  }
  http.owners = owners.hooks();
  return http;
}

// The pin that is served; empty without TLS. Phones that enrol are told another one where nobody thought of it.
Result<std::string> served_pin(const PublicAddress& address, const HttpOptions& http) {
  if (http.certificate_file.empty()) return std::string();
  LX_TRY(std::string pin, tls_pin(http.certificate_file));
  const auto place = address.place();
  const bool told = place && !place->pins.empty();
  if (told && std::find(place->pins.begin(), place->pins.end(), pin) == place->pins.end()) {
    log_event(LogLevel::warning, "pin_not_told", {{"pin", pin}, {"address", place->address}});
  }
  return pin;
}

BackupPlan plan_of(const ServerOptions& options, const ServeOptions& serve) {
  return {options.data, serve.backups.empty() ? options.data / "backups" : std::filesystem::path(serve.backups),
          static_cast<std::int64_t>(serve.backup_every_hours * 3'600'000), serve.backups_kept};
}

UpkeepParts upkeep_of(Parts& parts, const ServeOptions& serve) {
  return {*parts.moments,
          *parts.kinds,
          *parts.store,
          *parts.lists,
          *parts.sync_notes,
          *parts.accounts,
          *parts.marks,
          *parts.machine,
          *parts.mender,
          *parts.kinds_settling,
          *parts.grants_settling,
          *parts.studios_settling,
          *parts.consent_settling,
          *parts.journal_settling,
          *parts.audit,
          parts.metrics,
          serve.audit_keep_days};
}

// With what it was told to be: who changed that is then to be found.
Entry started(const ServeOptions& serve) {
  Entry entry;
  entry.act = Act::server_started;
  entry.by.kind = Actor::Kind::server;
  entry.add("version", LIANXIN_VERSION);
  entry.add("listen", serve.listen);
  entry.add("tls", serve.plain ? "no" : "yes");
  entry.add("beyond_loopback", serve.beyond_loopback ? "yes" : "no");
  entry.add("behind_proxy", serve.proxy.empty() ? "no" : "yes");
  entry.add("second_factor", serve.second_factor_required ? "required" : "optional");
  entry.add("audit_keep_days", std::to_string(serve.audit_keep_days));
  return entry;
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
  ServerOptions served = options;
  served.behind_tls = !serve.plain || !serve.proxy.empty();
  served.second_factor_required = serve.second_factor_required;
  LX_TRY(const auto opened, Parts::open(served, Parts::Purpose::serve));
  Parts& parts = *opened;
  const Router router = make_router(parts);
  RememberedOwners owners(parts);
  LX_TRY(HttpOptions http_options, http_options_of(options, serve, owners));
  http_options.cookie_name = parts.sessions->cookie_name();
  http_options.refused = refusals_noted(parts);
  LX_TRY(const std::string pin, served_pin(*parts.address, http_options));
  HttpServer http(router, http_options);
  LX_TRY(const int port, http.bind(address->host, address->port));
  MetricsPort metrics(parts);
  parts.metrics.connections_by([&http] { return http.open_connections(); });
  log_event("listening", {{"address", address->host},
                          {"port", std::to_string(port)},
                          {"tls", http_options.certificate_file.empty() ? "no" : "yes"},
                          {"pin", pin},
                          {"kinds", std::to_string(parts.kinds->catalog()->version)},
                          {"version", LIANXIN_VERSION}});
  if (!serve.metrics.empty()) LX_CHECK(metrics.open(serve.metrics));
  LX_CHECK(parts.audit->note(started(serve)));
  {
    const Background background(upkeep_of(parts, serve), plan_of(options, serve));
    signals.watch(http);
    http.run();  // until the signal
    signals.join();
  }
  Entry stopped;
  stopped.act = Act::server_stopped;
  stopped.by.kind = Actor::Kind::server;
  parts.audit->keep(stopped);
  log_event("stopped");
  return 0;
}

}  // namespace lianxin::server
