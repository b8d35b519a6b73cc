#include "server/http/library.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <typeinfo>
#include <utility>

#include "server/http/encoding.h"
#include "server/http/problem.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

constexpr std::size_t gzip_from_bytes = 1024;  // below, the framing and the phone's work outweigh the gain
constexpr int listen_backlog = 1024;           // all phones of a county come back when a server restarts

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

// The library calls its handlers on the thread that calls it, so each worker has one exchange at a time.
thread_local Exchange* exchange_at_hand = nullptr;

class AtHand {
 public:
  explicit AtHand(Exchange& exchange) { exchange_at_hand = &exchange; }
  ~AtHand() { exchange_at_hand = nullptr; }
  AtHand(const AtHand&) = delete;
  AtHand& operator=(const AtHand&) = delete;
};

// What the library reads is a head of our own making; what it writes is kept.
class ExchangeStream : public httplib::Stream {
 public:
  ExchangeStream(std::string head, Exchange& exchange) : head_(std::move(head)), exchange_(exchange) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* into, size_t size) override {
    size = std::min(size, head_.size() - read_);
    std::memcpy(into, head_.data() + read_, size);
    read_ += size;
    return static_cast<ssize_t>(size);
  }
  ssize_t write(const char* bytes, size_t size) override {
    exchange_.reply.bytes.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string head_;
  std::size_t read_ = 0;
  Exchange& exchange_;
};

// A stream as it goes over the wire: compressed where that is welcome, in chunks (RFC 9112, 7.1) where they are known.
class WireStream {
 public:
  WireStream(NextPiece stream, bool gzipped, bool chunked)
      : stream_(std::move(stream)), gzip_(gzipped ? std::make_shared<GzipWriter>() : nullptr), chunked_(chunked) {}

  Piece operator()(std::string& out) {
    std::string piece;
    const Piece what = next(piece);
    if (what == Piece::failed) return what;
    if (gzip_) {
      std::string packed;
      gzip_->write(piece, packed);
      if (what == Piece::last) gzip_->finish(packed);
      piece = std::move(packed);
    }
    if (!piece.empty()) out += chunked_ ? hexadecimal(piece.size()) + "\r\n" + piece + "\r\n" : piece;
    if (chunked_ && what == Piece::last) out += "0\r\n\r\n";
    return what;
  }

 private:
  static std::string hexadecimal(std::size_t number) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return {digits.data(), end};
  }

  Piece next(std::string& piece) {
    try {
      return stream_(piece);
    } catch (const std::exception& thrown) {
      log_event(LogLevel::error, "http_stream_failed", {{"exception", typeid(thrown).name()}});
    } catch (...) {
      log_event(LogLevel::error, "http_stream_failed");
    }
    return Piece::failed;
  }

  NextPiece stream_;
  std::shared_ptr<GzipWriter> gzip_;  // shared: a std::function is copied
  bool chunked_;
};

void fill(Exchange& exchange, httplib::Response& res) {
  Response& ours = exchange.response;
  const RequestHead& head = exchange.arrived.head;
  res.status = ours.status;
  NamedTexts& fields = ours.headers;
  if (!has_field(fields, "cache-control")) fields.emplace_back("Cache-Control", "no-store");
  fields.emplace_back("X-Content-Type-Options", "nosniff");

  const std::size_t size = ours.fixed ? ours.fixed->plain.size() : ours.body.size();
  const bool worthwhile = ours.stream || size > gzip_from_bytes;
  const bool may = exchange.may_gzip && is_textual(ours.content_type) && !has_field(fields, "content-encoding");
  exchange.gzipped = worthwhile && may && accepts_gzip(head.field("accept-encoding"));
  if (worthwhile && may) fields.emplace_back("Vary", "Accept-Encoding");
  if (exchange.gzipped) fields.emplace_back("Content-Encoding", "gzip");
  for (const auto& [name, value] : fields) {
    // Other bytes than those of the plain reply: the validator may only be a weak one.
    const bool weaken = exchange.gzipped && lower(name) == "etag" && !value.starts_with("W/");
    res.set_header(name, clean_field(weaken ? "W/" + value : value));
  }
  if (ours.stream || size > 0) res.set_header("Content-Type", clean_field(ours.content_type));
  if (ours.stream && !head.chunked_replies) exchange.keep_alive = false;  // its end is that of the connection
  if (ours.stream || ours.fixed) return;                                  // follow the head
  res.body = exchange.gzipped ? gzip(ours.body) : std::move(ours.body);
}

// The last word on the fields, after the library's own.
void settle_fields(httplib::Response& res) {
  const Exchange& exchange = *exchange_at_hand;
  const Response& ours = exchange.response;
  const bool chunks = exchange.arrived.head.chunked_replies;
  res.headers.erase("Keep-Alive");
  res.headers.erase("Accept-Ranges");
  res.headers.erase("Connection");
  if (!exchange.keep_alive) {
    res.set_header("Connection", "close");
  } else if (!chunks) {
    res.set_header("Connection", "keep-alive");
  }
  if (res.status != ours.status) return;  // the library's failure in the place of ours
  if (res.status == 204 || res.status == 304 || ours.stream || ours.fixed) res.headers.erase("Content-Length");
  if (ours.stream && chunks) res.set_header("Transfer-Encoding", "chunked");
  if (ours.fixed) {
    const std::string& body = exchange.gzipped ? ours.fixed->gzipped : ours.fixed->plain;
    res.set_header("Content-Length", std::to_string(body.size()));
  }
}

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

}  // namespace

Library::Library() {
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

Library::~Library() {
  end_listening();
  if (ended_socket_ != INVALID_SOCKET) ::close(ended_socket_);
}

bool Library::deepen_backlog() { return ::listen(svr_sock_, listen_backlog) == 0; }

void Library::end_listening() {
  const socket_t socket = svr_sock_.exchange(INVALID_SOCKET);
  if (socket == INVALID_SOCKET) return;
  ::shutdown(socket, SHUT_RDWR);
  ended_socket_ = socket;
}

bool Library::process_and_close_socket(socket_t socket) {
  connections->add(socket);
  return true;
}

bool Library::write_head(httplib::Stream& stream) {
  bool closed = false;
  const auto write = [&](auto& self) {
    // Later versions of the library (0.18) are told the addresses as well.
    if constexpr (requires { self.process_request(stream, false, closed, nullptr); }) {
      return self.process_request(stream, false, closed, nullptr);
    } else {
      return self.process_request(stream, std::string(), 0, std::string(), 0, false, closed, nullptr);
    }
  };
  return write(*this);
}

Reply Library::reply_to(Exchange& exchange) {
  const bool head_only = exchange.arrived.head.method == "HEAD";
  ExchangeStream stream(head_only ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n", exchange);
  const AtHand at_hand(exchange);
  const bool written = write_head(stream);
  Reply& reply = exchange.reply;
  reply.whole = written;
  reply.keep_alive = written && exchange.keep_alive;
  Response& ours = exchange.response;
  reply.at_least_ms = ours.at_least_ms;
  if (!written || head_only) return std::move(reply);
  if (ours.stream) {
    reply.more = WireStream(std::move(ours.stream), exchange.gzipped, exchange.arrived.head.chunked_replies);
  } else if (const auto& fixed = ours.fixed) {
    reply.shared = {fixed, exchange.gzipped ? &fixed->gzipped : &fixed->plain};
  }
  return std::move(reply);
}

}  // namespace lianxin::server
