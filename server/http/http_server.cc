#include "server/http/http_server.h"

#include <arpa/inet.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <typeinfo>
#include <utility>

#include "schema/assert.h"
#include "server/http/connection.h"
#include "server/http/encoding.h"
#include "server/http/library.h"
#include "server/http/problem.h"
#include "server/language/said.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr v4{};
  return ::inet_pton(AF_INET, host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

bool is_address(const std::string& text) {
  in6_addr any{};
  return ::inet_pton(AF_INET, text.c_str(), &any) == 1 || ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

// The token that a request shows: looked up when its head has come, and again by its route.
std::string token_shown(const RequestHead& head) { return std::string(bearer_token_of(head.field("authorization"))); }

bool is_proxy(const HttpOptions& options, const std::string& address) {
  return std::find(options.proxies.begin(), options.proxies.end(), address) != options.proxies.end();
}

}  // namespace

struct HttpServer::Impl {
  Impl(const Router& router_, HttpOptions options_) : router(router_), options(std::move(options_)) {}

  const Router& router;
  HttpOptions options;
  std::shared_ptr<TlsContext> tls;
  Library library;
  std::atomic<bool> stopping{false};
  mutable std::mutex connections_mutex;
  std::unique_ptr<Connections> connections;  // while run() is at it

  Admission admit(const RequestHead& head, const std::string& address) const;
  std::string address_of(const RequestHead& head, const std::string& peer) const;
  Reply serve(const Arrived& arrived);
  Response answer(const Arrived& arrived, const Router::Match& match, Request& request) const;
  static std::string at_most(const Route& route);
  std::optional<Response> read_body(const Arrived& arrived, const Route& route, Request& request) const;
  Request request_of(const Arrived& arrived) const;
};

Admission HttpServer::Impl::admit(const RequestHead& head, const std::string& address) const {
  Admission admission;
  admission.client = client_of(address_of(head, address));
  admission.token = token_shown(head);
  if (admission.token.empty() && head.field("authorization").empty() && !options.cookie_name.empty()) {
    const std::string_view cookie = cookie_named(head.field("cookie"), options.cookie_name);
    if (!cookie.empty()) admission.token = std::string(cookie_mark) + std::string(cookie);
  }
  if (head.field("range").find(',') != std::string_view::npos) admission.refused = Problem::range_not_supported;
  const Router::Match match = router.find(head.method, head.path);
  if (match.route == nullptr) {
    // With a body, the connection ends with this reply; serve() gives the same answer, with Allow.
    if (!admission.refused) admission.refused = match.allow.empty() ? Problem::not_found : Problem::method_not_allowed;
    return admission;
  }
  const Route& route = *match.route;
  admission.password = (route.flags & route_password) != 0;
  admission.stream = (route.flags & route_stream) != 0 && head.method == "GET";
  if ((route.flags & route_open) == 0) {
    const bool lost = (route.flags & route_device) != 0 && admission.token.empty();
    admission.unknown = lost ? Problem::token_missing : Problem::not_signed_in;
  }
  const std::string encoding = lower(head.field("content-encoding"));
  if (head.framing != RequestHead::Framing::none && !is_known_encoding(encoding)) {
    admission.refused = Problem::unsupported_encoding;
  }
  const std::size_t most = route.body_bytes_max;
  // What cannot be compressed grows a little when it is.
  admission.body_bytes_max = most == 0 || encoding.empty() || encoding == "identity" ? most : most + most / 64 + 1024;
  return admission;
}

// Of the client: behind a trusted proxy, whom it asks for.
std::string HttpServer::Impl::address_of(const RequestHead& head, const std::string& peer) const {
  if (!is_proxy(options, peer)) return peer;
  const std::string_view through = head.field("x-forwarded-for");
  const std::string last(trimmed(through.substr(through.rfind(',') + 1)));
  return is_address(last) ? last : peer;
}

Request HttpServer::Impl::request_of(const Arrived& arrived) const {
  const RequestHead& head = arrived.head;
  Request request;
  request.method = head.method;
  request.path = head.path;
  request.headers = head.fields;
  request.remote_address = address_of(head, arrived.remote_address);
  request.client = client_of(request.remote_address);
  request.bearer_token = token_shown(head);
  request.language = language_of(head.field("accept-language"));
  const std::string type = lower(head.field("content-type"));
  request.content_type = type.substr(0, type.find_first_of("; \t"));
  request.if_none_match = head.field("if-none-match");
  return request;
}

std::string HttpServer::Impl::at_most(const Route& route) {
  const std::string bytes = std::to_string(route.body_bytes_max);
  return both("最多 " + bytes + " 字节", "at most " + bytes + " bytes");
}

std::optional<Response> HttpServer::Impl::read_body(const Arrived& arrived, const Route& route,
                                                    Request& request) const {
  request.body = arrived.body;
  if (request.body.empty()) return std::nullopt;
  const std::string encoding = lower(arrived.head.field("content-encoding"));
  switch (decompress(encoding, route.body_bytes_max, request.body)) {
    case Decompressed::done: return std::nullopt;
    case Decompressed::too_large: return problem(Problem::payload_too_large, request, at_most(route));
    case Decompressed::malformed:
      return problem(Problem::bad_request, request,
                     both("请求内容与 Content-Encoding 所说的不符", "the body is not what Content-Encoding says"));
  }
  return std::nullopt;
}

Response HttpServer::Impl::answer(const Arrived& arrived, const Router::Match& match, Request& request) const {
  try {
    const bool unrouted = match.route == nullptr && !arrived.head.method.empty();
    const bool of_router =
        !arrived.refused || *arrived.refused == Problem::not_found || *arrived.refused == Problem::method_not_allowed;
    if (unrouted && of_router) return router.answer(match, request);
    if (arrived.refused) {
      const bool names_limit = *arrived.refused == Problem::payload_too_large && match.route != nullptr;
      return problem(*arrived.refused, request, names_limit ? at_most(*match.route) : std::string());
    }
    if (!parse_query(arrived.head.query, request.query)) {
      return problem(Problem::bad_request, request,
                     both("查询部分不是正确编码的 UTF-8，或参数多于 64 个",
                          "the query is not properly encoded UTF-8, or has more than 64 parts"));
    }
    if (auto refusal = read_body(arrived, *match.route, request)) return std::move(*refusal);
    return router.answer(match, std::move(request));
  } catch (const std::exception& thrown) {
    // The type alone: the text of a parser's or a database's exception may quote what somebody recorded.
    Response response = problem(Problem::internal, request);
    response.note = std::string("threw ") + typeid(thrown).name();
    return response;
  } catch (...) {
    return problem(Problem::internal, request);
  }
}

Reply HttpServer::Impl::serve(const Arrived& arrived) try {
  const auto began = std::chrono::steady_clock::now();
  Request request = request_of(arrived);
  const std::string remote = request.remote_address;
  const Router::Match match = router.find(request.method, request.path);
  const unsigned flags = match.route == nullptr ? route_plain : match.route->flags;

  Exchange exchange(arrived);
  exchange.response = answer(arrived, match, request);
  if (arrived.refused && options.refused) options.refused(match.route, request, exchange.response);
  exchange.may_gzip = (flags & route_no_gzip) == 0;
  Reply reply = library.reply_to(exchange);

  const int status = exchange.response.status;
  if ((flags & route_quiet) == 0 || status >= 500) {
    const auto took = std::chrono::steady_clock::now() - began;
    log_event(status >= 500 ? LogLevel::error : LogLevel::info, "http",
              {{"method", arrived.head.method.empty() ? "-" : arrived.head.method},
               {"route", match.route == nullptr ? "-" : match.route->pattern},
               {"status", std::to_string(status)},
               {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())},
               {"in", std::to_string(arrived.body.size())},
               {"out", reply.more ? "stream" : std::to_string(reply.bytes.size())},
               {"from", remote},
               {"note", exchange.response.note}});
  }
  return reply;
} catch (const std::exception& thrown) {
  log_event(LogLevel::error, "http_reply_failed", {{"exception", typeid(thrown).name()}});
  Reply cut;
  cut.whole = false;
  return cut;
}

HttpServer::HttpServer(const Router& router, HttpOptions options)
    : impl_(std::make_unique<Impl>(router, std::move(options))) {
  LX_ASSERT(impl_->options.threads > 0);
  const std::vector<std::string>& proxies = impl_->options.proxies;
  impl_->options.limits.loopback_is_one_client = std::none_of(proxies.begin(), proxies.end(), is_loopback);
  if (!proxies.empty() && impl_->options.certificate_file.empty()) impl_->options.limits.clear_only_for = proxies;
}

HttpServer::~HttpServer() = default;

Result<int> HttpServer::bind(const std::string& host, int port) {
  const HttpOptions& options = impl_->options;
  if (!options.beyond_loopback && !is_loopback(host)) {
    return failure(Errc::not_allowed, "bind " + host +
                                          ": not an address of this machine alone, so others could connect; where that "
                                          "is meant, say --beyond-loopback");
  }
  if (!is_loopback(host) && options.certificate_file.empty() && options.proxies.empty()) {
    return failure(Errc::not_allowed,
                   "bind " + host +
                       ": what phones send there could be read on its way; leave TLS on, or name the "
                       "proxy in front that has it (--behind-proxy)");
  }
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return failure(Errc::invalid_argument, "TLS needs a certificate and a key");
  }
  if (!options.certificate_file.empty()) {
    LX_TRY(impl_->tls, TlsContext::load(options.certificate_file, options.key_file));
  }
  errno = 0;
  const int bound =
      port == 0 ? impl_->library.bind_to_any_port(host) : (impl_->library.bind_to_port(host, port) ? port : -1);
  if (bound <= 0 || !impl_->library.deepen_backlog()) {
    const int why = errno;
    return failure(Errc::unavailable, "bind " + host + " port " + std::to_string(port) + ": " +
                                          (why == 0 ? "not possible" : std::strerror(why)));
  }
  return bound;
}

void HttpServer::run() {
  Impl& impl = *impl_;
  {
    const std::lock_guard lock(impl.connections_mutex);
    impl.connections = std::make_unique<Connections>(
        impl.options.limits, impl.options.threads, impl.tls,
        [&impl](const RequestHead& head, const std::string& address) { return impl.admit(head, address); },
        impl.options.owners, [&impl](const Arrived& arrived) { return impl.serve(arrived); });
    impl.library.connections = impl.connections.get();
  }
  if (!impl.library.listen_after_bind() && !impl.stopping) log_event(LogLevel::error, "http_accept_failed");
  impl.connections->stop();
  const std::lock_guard lock(impl.connections_mutex);
  impl.connections.reset();
}

void HttpServer::stop() {
  impl_->stopping = true;
  impl_->library.end_listening();
}

Result<bool> HttpServer::renew_tls() { return impl_->tls ? impl_->tls->renew_if_changed() : Result<bool>(false); }

std::size_t HttpServer::open_connections() const {
  const std::lock_guard lock(impl_->connections_mutex);
  return impl_->connections ? impl_->connections->open_count() : 0;
}

}  // namespace lianxin::server
