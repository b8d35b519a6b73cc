#include "server/http/http_server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <sys/socket.h>

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
#include "server/http/encoding.h"
#include "server/http/problem.h"
#include "server/language/said.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

constexpr std::size_t gzip_from_bytes = 1024;  // below, the framing and the phone's work outweigh the gain
constexpr int listen_backlog = 1024;           // all phones of a county come back when a server restarts

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr v4{};
  return ::inet_pton(AF_INET, host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

bool is_address(const std::string& text) {
  in6_addr any{};
  return ::inet_pton(AF_INET, text.c_str(), &any) == 1 || ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

bool is_proxy(const HttpOptions& options, const std::string& address) {
  return std::find(options.proxies.begin(), options.proxies.end(), address) != options.proxies.end();
}

bool is_textual(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  return content_type.starts_with("text/") || content_type.ends_with("json") || content_type.ends_with("javascript") ||
         content_type.ends_with("xml") || content_type == "application/wasm";
}

// A handler may have put in what somebody typed, such as a file's name; a line break in it would begin a field.
std::string clean_field(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text;
}

bool has_field(const NamedTexts& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return lower(field.first) == name; });
}

// One request on its way through the library, which is told only as much as it needs to write the reply.
struct Exchange {
  Exchange(const Arrived& from, const WriteBody& to) : arrived(from), write(to), keep_alive(from.keep_alive) {}

  const Arrived& arrived;
  const WriteBody& write;
  Response response;
  bool keep_alive;
  bool may_gzip = true;
  bool stream_whole = true;  // false as soon as a stream begins, until it has ended well
  std::size_t bytes_out = 0;
};

// The library calls its handlers on the thread that calls it, so each worker has one exchange at a time.
thread_local Exchange* exchange_at_hand = nullptr;

// What the library reads is a head of our own making; what it writes goes to the connection.
class ExchangeStream : public httplib::Stream {
 public:
  ExchangeStream(std::string head, Exchange& exchange) : head_(std::move(head)), exchange_(exchange) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return there_; }
  ssize_t read(char* into, size_t size) override {
    size = std::min(size, head_.size() - read_);
    std::memcpy(into, head_.data() + read_, size);
    read_ += size;
    return static_cast<ssize_t>(size);
  }
  ssize_t write(const char* bytes, size_t size) override {
    there_ = there_ && exchange_.write({bytes, size});
    exchange_.bytes_out += size;
    return there_ ? static_cast<ssize_t>(size) : -1;
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string head_;
  std::size_t read_ = 0;
  bool there_ = true;
  Exchange& exchange_;
};

// The library hands each accepted socket to its pool; ours is passed on at once, so its pool is a call.
class CallAtOnce : public httplib::TaskQueue {
 public:
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue({}));  // void, and bool in later versions
  Enqueued enqueue(std::function<void()> task) override {
    task();
    return static_cast<Enqueued>(true);
  }
  void shutdown() override {}
};

bool run_stream(Exchange& exchange, bool gzipped, httplib::DataSink& sink) {
  const auto& stream = exchange.response.stream;
  const WriteBody write = [&](std::string_view piece) {
    return piece.empty() || sink.write(piece.data(), piece.size());
  };
  try {
    if (gzipped) {
      GzipWriter writer(write);
      const WriteBody compress = [&](std::string_view piece) { return writer.write(piece); };
      if (!stream(compress) || !writer.finish()) return false;
    } else if (!stream(write)) {
      return false;
    }
  } catch (const std::exception& thrown) {
    log_event(LogLevel::error, "http_stream_failed", {{"exception", typeid(thrown).name()}});
    return false;
  } catch (...) {
    log_event(LogLevel::error, "http_stream_failed");
    return false;
  }
  exchange.stream_whole = true;
  sink.done();
  return true;
}

void fill(Exchange& exchange, httplib::Response& res) {
  Response& ours = exchange.response;
  const RequestHead& head = exchange.arrived.head;
  res.status = ours.status;
  NamedTexts& fields = ours.headers;
  if (!has_field(fields, "cache-control")) fields.emplace_back("Cache-Control", "no-store");
  fields.emplace_back("X-Content-Type-Options", "nosniff");

  const bool worthwhile = ours.stream || ours.body.size() > gzip_from_bytes;
  const bool may = exchange.may_gzip && is_textual(ours.content_type) && !has_field(fields, "content-encoding");
  const bool gzipped = worthwhile && may && accepts_gzip(head.field("accept-encoding"));
  if (worthwhile && may) fields.emplace_back("Vary", "Accept-Encoding");
  if (gzipped) fields.emplace_back("Content-Encoding", "gzip");
  for (const auto& [name, value] : fields) {
    // Other bytes than those of the plain reply: the validator may only be a weak one.
    const bool weaken = gzipped && lower(name) == "etag" && !value.starts_with("W/");
    res.set_header(name, clean_field(weaken ? "W/" + value : value));
  }

  if (!ours.stream) {
    if (!ours.body.empty()) res.set_header("Content-Type", clean_field(ours.content_type));
    res.body = gzipped ? gzip(ours.body) : std::move(ours.body);
    return;
  }
  const auto provide = [&exchange, gzipped](std::size_t, httplib::DataSink& sink) {
    return run_stream(exchange, gzipped, sink);
  };
  if (head.method != "HEAD") exchange.stream_whole = false;
  if (head.chunked_replies) {
    res.set_chunked_content_provider(clean_field(ours.content_type), provide);
  } else {
    exchange.keep_alive = false;  // HTTP/1.0 knows the end of such a body by the end of the connection
    res.set_content_provider(clean_field(ours.content_type), provide);
  }
}

// The last word on the fields, after the library's own.
void settle_fields(httplib::Response& res) {
  const Exchange& exchange = *exchange_at_hand;
  res.headers.erase("Keep-Alive");
  res.headers.erase("Accept-Ranges");
  res.headers.erase("Connection");
  if (!exchange.keep_alive) {
    res.set_header("Connection", "close");
  } else if (!exchange.arrived.head.chunked_replies) {
    res.set_header("Connection", "keep-alive");
  }
  if (res.status == 204 || res.status == 304) res.headers.erase("Content-Length");
}

class Library : public httplib::Server {
 public:
  Library() {
    new_task_queue = [] { return new CallAtOnce; };
    // The library would share the port with a second process, and each would get half of the phones.
    set_socket_options([](socket_t socket) {
      const int on = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    set_pre_routing_handler([](const httplib::Request&, httplib::Response& res) {
      fill(*exchange_at_hand, res);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& res) { settle_fields(res); });
    set_exception_handler([](const httplib::Request&, httplib::Response& res, std::exception_ptr) {
      res.status = 500;  // of fill(): out of memory, most likely
      exchange_at_hand->keep_alive = false;
    });
    set_error_handler(HandlerWithResponse([](const httplib::Request&, httplib::Response& res) {
      if (res.status == exchange_at_hand->response.status) return HandlerResponse::Unhandled;  // ours already
      const Language language = language_of(exchange_at_hand->arrived.head.field("accept-language"));
      res.headers.clear();
      res.set_content(problem(Problem::internal, language).body, "application/problem+json");
      return HandlerResponse::Handled;
    }));
  }

  // Accepted sockets go here; set before listening.
  Connections* connections = nullptr;

  bool deepen_backlog() { return ::listen(svr_sock_, listen_backlog) == 0; }

  // Unlike the library's stop(), at any time: ends accept(). The socket itself is closed with this object, so that its
  // number cannot meanwhile become that of another file.
  void end_listening() {
    const socket_t socket = svr_sock_.exchange(INVALID_SOCKET);
    if (socket == INVALID_SOCKET) return;
    ::shutdown(socket, SHUT_RDWR);
    ended_socket_ = socket;
  }

  ~Library() override {
    end_listening();
    if (ended_socket_ != INVALID_SOCKET) ::close(ended_socket_);
  }

  // Has the library write the exchange's reply. False where the reply could not be written whole.
  bool write_reply(Exchange& exchange) {
    const bool head_only = exchange.arrived.head.method == "HEAD";
    ExchangeStream stream(head_only ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n", exchange);
    exchange_at_hand = &exchange;
    const bool written = process(*this, stream);
    exchange_at_hand = nullptr;
    return written && exchange.stream_whole;
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    connections->add(socket);
    return true;
  }

  // Later versions of the library (0.18) are told the addresses as well.
  template <class Self>
  static bool process(Self& self, httplib::Stream& stream) {
    bool closed = false;
    if constexpr (requires { self.process_request(stream, false, closed, nullptr); }) {
      return self.process_request(stream, false, closed, nullptr);
    } else {
      return self.process_request(stream, std::string(), 0, std::string(), 0, false, closed, nullptr);
    }
  }

  std::atomic<socket_t> ended_socket_{INVALID_SOCKET};
};

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

  Admission admit(const RequestHead& head) const;
  bool serve(const Arrived& arrived, const WriteBody& write);
  Response answer(const Arrived& arrived, const Router::Match& match, Request& request) const;
  static std::string at_most(const Route& route);
  std::optional<Response> read_body(const Arrived& arrived, const Route& route, Request& request) const;
  Request request_of(const Arrived& arrived) const;
};

Admission HttpServer::Impl::admit(const RequestHead& head) const {
  Admission admission;
  if (head.field("range").find(',') != std::string_view::npos) admission.refused = Problem::range_not_supported;
  const Router::Match match = router.find(head.method, head.path);
  if (match.route == nullptr) {
    // With a body, the connection ends with this reply; serve() gives the same answer, with Allow.
    if (!admission.refused) admission.refused = match.allow.empty() ? Problem::not_found : Problem::method_not_allowed;
    return admission;
  }
  const std::string encoding = lower(head.field("content-encoding"));
  if (head.framing != RequestHead::Framing::none && !is_known_encoding(encoding)) {
    admission.refused = Problem::unsupported_encoding;
  }
  const std::size_t most = match.route->body_bytes_max;
  // What cannot be compressed grows a little when it is.
  admission.body_bytes_max = most == 0 || encoding.empty() || encoding == "identity" ? most : most + most / 64 + 1024;
  return admission;
}

Request HttpServer::Impl::request_of(const Arrived& arrived) const {
  const RequestHead& head = arrived.head;
  Request request;
  request.method = head.method;
  request.path = head.path;
  request.headers = head.fields;
  request.remote_address = arrived.remote_address;
  if (is_proxy(options, arrived.remote_address)) {
    const std::string_view through = head.field("x-forwarded-for");
    std::string last(through.substr(through.rfind(',') + 1));
    last.erase(0, std::min(last.find_first_not_of(' '), last.size()));
    if (is_address(last)) request.remote_address = last;
  }
  request.bearer_token = bearer_token_of(head.field("authorization"));
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

bool HttpServer::Impl::serve(const Arrived& arrived, const WriteBody& write) try {
  const auto began = std::chrono::steady_clock::now();
  Request request = request_of(arrived);
  const std::string remote = request.remote_address;
  const Router::Match match = router.find(request.method, request.path);
  const unsigned flags = match.route == nullptr ? route_plain : match.route->flags;

  Exchange exchange(arrived, write);
  exchange.response = answer(arrived, match, request);
  exchange.may_gzip = (flags & route_no_gzip) == 0;
  const bool whole = library.write_reply(exchange);

  const int status = exchange.response.status;
  if ((flags & route_quiet) == 0 || status >= 500) {
    const auto took = std::chrono::steady_clock::now() - began;
    const auto level = status >= 500 ? LogLevel::error : !whole ? LogLevel::warning : LogLevel::info;
    log_event(level, "http",
              {{"method", arrived.head.method.empty() ? "-" : arrived.head.method},
               {"route", match.route == nullptr ? "-" : match.route->pattern},
               {"status", std::to_string(status)},
               {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())},
               {"in", std::to_string(arrived.body.size())},
               {"out", std::to_string(exchange.bytes_out)},
               {"from", remote},
               {"whole", whole ? "yes" : "no"},
               {"note", exchange.response.note}});
  }
  return whole && exchange.keep_alive;
} catch (const std::exception& thrown) {
  log_event(LogLevel::error, "http_reply_failed", {{"exception", typeid(thrown).name()}});
  exchange_at_hand = nullptr;
  return false;
}

HttpServer::HttpServer(const Router& router, HttpOptions options)
    : impl_(std::make_unique<Impl>(router, std::move(options))) {
  LX_ASSERT(impl_->options.threads > 0);
  const std::vector<std::string>& proxies = impl_->options.proxies;
  impl_->options.limits.loopback_is_one_client = std::none_of(proxies.begin(), proxies.end(), is_loopback);
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
        [&impl](const RequestHead& head) { return impl.admit(head); },
        [&impl](const Arrived& arrived, const WriteBody& write) { return impl.serve(arrived, write); });
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
