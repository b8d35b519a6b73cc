// server/http/* and server/log.*: routing and refusals as values, then real sockets on 127.0.0.1 with peers that are
// polite, silent, or hostile.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "schema/json.h"
#include "server/http/encoding.h"
#include "server/http/head.h"
#include "server/http/http_server.h"
#include "server/http/message.h"
#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/log.h"

using namespace lianxin;

namespace {

constexpr std::size_t mib = 1024 * 1024;

Handler says(std::string text) {
  return [text = std::move(text)](const Request&) { return text_response(text); };
}

Request get(std::string path, std::string method = "GET") {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

std::string code_of(std::string_view body) {
  const auto parsed = parse_json(body);
  return parsed ? std::string(parsed->text_at("code")) : "not JSON: " + std::string(body.substr(0, 200));
}

// Memory of this process now, in bytes.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t whole = 0;
  std::size_t resident = 0;
  statm >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// A server on a free port of 127.0.0.1 with routes that show what arrived.
class Served {
 public:
  explicit Served(HttpOptions options = {}) {
    options.threads = std::min<std::size_t>(options.threads, 4);
    router.add("GET", "/hello", says("hello"));
    router.add("GET", "/throws", [](const Request&) -> Response { throw std::runtime_error("secret 13800138000"); });
    router.add("GET", "/long", says(std::string(100'000, 'x')));
    router.add("GET", "/secret", says(std::string(100'000, 'x')), 0, route_no_gzip);
    router.add("GET", "/stream", [](const Request&) {
      Response response;
      response.content_type = "text/csv";
      response.stream = [](const WriteBody& write) {
        for (int i = 0; i < 10'000; ++i) {
          if (!write("row " + std::to_string(i) + "\n")) return false;
        }
        return true;
      };
      return response;
    });
    router.add("GET", "/cut", [](const Request&) {
      Response response;
      response.content_type = "text/csv";
      response.stream = [](const WriteBody& write) -> bool {
        static_cast<void>(write("row 1\n"));
        throw std::runtime_error("disk");
      };
      return response;
    });
    router.add("GET", "/address", [](const Request& request) { return text_response(request.remote_address); });
    router.add("GET", "/slow", [this](const Request&) {
      ++handled;
      std::this_thread::sleep_for(std::chrono::milliseconds(400));
      return text_response("done");
    });
    router.add("GET", "/huge", [](const Request&) {
      Response response;
      response.content_type = "text/csv";
      response.stream = [](const WriteBody& write) {
        const std::string piece(65'536, 'x');
        for (int i = 0; i < 1024; ++i) {
          if (!write(piece)) return false;
        }
        return true;
      };
      return response;
    });
    const auto echo = [this](const Request& request) {
      ++handled;
      return text_response(std::to_string(request.body.size()) + " " + request.body.substr(0, 20));
    };
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) router.add(method, "/echo", echo, mib);
    server = std::make_unique<HttpServer>(router, std::move(options));
    const auto bound = server->bind("127.0.0.1", 0);
    REQUIRE(bound.has_value());
    port = *bound;
    thread = std::thread([this] { server->run(); });
  }
  ~Served() {
    server->stop();
    thread.join();
  }

  httplib::Client client() const {
    httplib::Client made("127.0.0.1", port);
    made.set_keep_alive(true);
    return made;
  }

  Router router;
  std::atomic<int> handled{0};
  int port = 0;
  std::unique_ptr<HttpServer> server;
  std::thread thread;
};

// A peer that sends exactly the bytes it is told to.
class RawPeer {
 public:
  explicit RawPeer(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  }
  ~RawPeer() { ::close(socket_); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  // False as soon as the server takes no more.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

  // What comes until the server closes, or until it says nothing for `wait_ms`.
  std::string receive(int wait_ms = 3000) const {
    std::string all;
    char buffer[4096];
    for (;;) {
      pollfd waiting{socket_, POLLIN, 0};
      if (::poll(&waiting, 1, wait_ms) <= 0) return all + "(silence)";
      const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
      if (size <= 0) return all;
      all.append(buffer, static_cast<std::size_t>(size));
    }
  }

 private:
  int socket_;
};

// A self-signed certificate for localhost and its key, in files that go with this object.
class Certificate {
 public:
  Certificate() {
    directory_ = (std::filesystem::temp_directory_path() / "lianxin-http-XXXXXX").string();
    REQUIRE(::mkdtemp(directory_.data()) != nullptr);
    certificate_file = directory_ + "/chain.pem";
    key_file = directory_ + "/key.pem";
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> made(X509_new(), &X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_NAME* const name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), key.get());
    REQUIRE(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
    write(certificate_file, [&](FILE* file) { return PEM_write_X509(file, made.get()); });
    write(key_file,
          [&](FILE* file) { return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
  ~Certificate() {
    ::unlink(certificate_file.c_str());
    ::unlink(key_file.c_str());
    ::rmdir(directory_.c_str());
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  std::string certificate_file;
  std::string key_file;

 private:
  template <class Writer>
  static void write(const std::string& path, Writer writer) {
    FILE* const file = std::fopen(path.c_str(), "w");
    REQUIRE(file != nullptr);
    CHECK(writer(file) == 1);
    std::fclose(file);
  }
  std::string directory_;
};

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::string gzip_of_zeros(std::size_t size) { return gzip(std::string(size, '\0')); }

}  // namespace

TEST_SUITE("server/http") {
  TEST_CASE("a route matches its method and its captures are decoded") {
    Router router;
    router.add("GET", "/v1/records/{id}",
               [](const Request& request) { return text_response(std::string(request.capture("id"))); });
    CHECK(router.answer(get("/v1/records/abc")).body == "abc");
    CHECK(router.answer(get("/v1/records/%E8%BF%9E")).body == "连");
    CHECK(router.answer(get("/v1/records/a%2Fb")).body == "a/b");
  }

  TEST_CASE("a path that is no clean text matches no capture") {
    Router router;
    router.add("GET", "/v1/records/{id}", says("matched"));
    for (const char* path : {"/v1/records/", "/v1/records/%0d%0a", "/v1/records/%", "/v1/records/%4", "/v1/records/%ff",
                             "/v1/records/%C0%AF", "/v1/records/a/b", "/v1/records"}) {
      CAPTURE(path);
      CHECK(router.answer(get(path)).status == 404);
    }
  }

  TEST_CASE("a literal segment is preferred to a capture and a capture to a rest") {
    Router router;
    router.add("GET", "/a/{rest...}", says("rest"));
    router.add("GET", "/a/{id}", says("capture"));
    router.add("GET", "/a/me", says("literal"));
    CHECK(router.answer(get("/a/me")).body == "literal");
    CHECK(router.answer(get("/a/you")).body == "capture");
    CHECK(router.answer(get("/a/you/too")).body == "rest");
  }

  TEST_CASE("a known path with another method is refused with the methods it takes") {
    Router router;
    router.add("GET", "/a", says("a"));
    router.add("POST", "/a", says("a"));
    const Response response = router.answer(get("/a", "DELETE"));
    CHECK(response.status == 405);
    CHECK(code_of(response.body) == "method_not_allowed");
    CHECK(std::find(response.headers.begin(), response.headers.end(),
                    std::pair<std::string, std::string>("Allow", "GET, HEAD, OPTIONS, POST")) !=
          response.headers.end());
    CHECK(router.answer(get("/b", "DELETE")).status == 404);
    CHECK(router.answer(get("/a", "OPTIONS")).status == 204);
    CHECK(router.answer(get("/a", "HEAD")).status == 200);
  }

  TEST_CASE("every problem has a document in both languages") {
    for (const ProblemText& text : all_problems()) {
      CAPTURE(text.code);
      for (const Language language : {Language::zh, Language::en}) {
        const Response response = problem(text.problem, language, "the reason");
        const auto document = parse_json(response.body);
        REQUIRE(document.has_value());
        CHECK(response.status == text.status);
        CHECK(response.content_type == "application/problem+json");
        CHECK(document->text_at("type") == "/problems/" + std::string(text.code));
        CHECK(document->integer_at("status") == text.status);
        CHECK(document->text_at("title") == (language == Language::zh ? text.title_zh : text.title_en));
        CHECK(document->text_at("next") == (language == Language::zh ? text.next_zh : text.next_en));
        CHECK(document->text_at("detail") == "the reason");
      }
    }
  }

  TEST_CASE("busy says when to come back") {
    const Response response = problem(Problem::busy, Language::zh);
    CHECK(std::any_of(response.headers.begin(), response.headers.end(),
                      [](const auto& field) { return field.first == "Retry-After" && field.second == "5"; }));
  }

  TEST_CASE("a failure of our own keeps its message for the log") {
    const Response ours = problem(Error{Errc::corrupt, "row 7 of studio x"}, Language::en);
    CHECK(ours.status == 500);
    CHECK(ours.body.find("row 7") == std::string::npos);
    CHECK(ours.note == "row 7 of studio x");
    CHECK(problem(Error{Errc::invalid_argument, "n is 0"}, Language::en).body.find("n is 0") != std::string::npos);
  }

  TEST_CASE("Chinese unless English is liked better") {
    CHECK(language_of("") == Language::zh);
    CHECK(language_of("fr-FR") == Language::zh);
    CHECK(language_of("en-US,en;q=0.9") == Language::en);
    CHECK(language_of("zh-CN,zh;q=0.9,en;q=0.8") == Language::zh);
    CHECK(language_of("en;q=0.8,zh-TW") == Language::zh);
    CHECK(language_of("en;q=0") == Language::zh);
  }

  TEST_CASE("gzip is used where it is welcome") {
    CHECK(accepts_gzip("gzip, deflate"));
    CHECK(accepts_gzip("br;q=1.0, *;q=0.5"));
    CHECK_FALSE(accepts_gzip(""));
    CHECK_FALSE(accepts_gzip("gzip;q=0, *"));
    CHECK_FALSE(accepts_gzip("deflate"));
  }

  TEST_CASE("a bearer token is plain characters or nothing") {
    CHECK(bearer_token_of("Bearer abc-_.9") == "abc-_.9");
    CHECK(bearer_token_of("bearer abc") == "abc");
    CHECK(bearer_token_of("Basic abc").empty());
    CHECK(bearer_token_of("Bearer a b").empty());
    CHECK(bearer_token_of("Bearer a%0d").empty());
    CHECK(bearer_token_of("Bearer " + std::string(513, 'a')).empty());
  }

  TEST_CASE("an entity tag matches whether weak or strong") {
    CHECK(etag_matches("\"a\", W/\"b\"", "\"b\""));
    CHECK(etag_matches("*", "\"b\""));
    CHECK_FALSE(etag_matches("\"a\"", "\"b\""));
    CHECK_FALSE(etag_matches("", "\"b\""));
  }

  TEST_CASE("a query is decoded and a malformed one refused") {
    NamedTexts query;
    REQUIRE(parse_query("q=%E4%B9%89%E8%AF%8A+1&flag&&x=a=b", query));
    CHECK(query == NamedTexts{{"q", "义诊 1"}, {"flag", ""}, {"x", "a=b"}});
    for (const char* text : {"q=%zz", "q=%ff", "q=%00", "q=%ED%A0%80"}) {
      CAPTURE(text);
      NamedTexts ignored;
      CHECK_FALSE(parse_query(text, ignored));
    }
  }

  TEST_CASE("a plain head is read") {
    const auto head = parse_head("POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nX-Y:  z \r\n\r\n");
    REQUIRE(head.has_value());
    CHECK(head->method == "POST");
    CHECK(head->path == "/a/b");
    CHECK(head->query == "c=d");
    CHECK(head->content_length == 12);
    CHECK(head->field("x-y") == "z");
    CHECK(head->keep_alive);
  }

  TEST_CASE("a head that two readers could read differently is refused") {
    for (const char* head : {
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n",
             "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
             "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
             "GET / HTTP/1.1\r\nA: b\r\n\r\n",
             "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
             "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
             "\r\n\r\n",
         }) {
      CAPTURE(head);
      CHECK_FALSE(parse_head(head).has_value());
    }
  }

  TEST_CASE("a chunked body is the same in whatever pieces it comes") {
    const std::string longest = "0;" + std::string(254, 'x');  // as long as the line of a chunk's size may be
    const std::string wire = "5\r\nhello\r\n6;a=b\r\n world\r\n" + longest + "\r\n\r\nGET";
    for (std::size_t piece = 1; piece <= wire.size(); ++piece) {
      CAPTURE(piece);
      ChunkedDecoder decoder;
      std::string pending;
      std::string body;
      auto step = ChunkedDecoder::Step::needs_more;
      for (std::size_t at = 0; at < wire.size() && step == ChunkedDecoder::Step::needs_more; at += piece) {
        pending += wire.substr(at, piece);
        step = decoder.take(pending, body, 100);
      }
      CHECK(step == ChunkedDecoder::Step::done);
      CHECK(body == "hello world");
      CHECK(std::string("GET").starts_with(pending));
    }
  }

  TEST_CASE("a chunked body that is no chunked body is refused") {
    const auto step_of = [](std::string wire) {
      ChunkedDecoder decoder;
      std::string body;
      return decoder.take(wire, body, 100);
    };
    CHECK(step_of("-2\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("0x5\r\nhello\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("5\r\nhelloX") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("0\r\nTrailer: x\r\n\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of(std::string(1000, '0')) == ChunkedDecoder::Step::malformed);
    CHECK(step_of("fffffffffffffffff\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("ffffffffffffffff\r\n") == ChunkedDecoder::Step::too_large);
    CHECK(step_of("65\r\n") == ChunkedDecoder::Step::too_large);
  }

  TEST_CASE("compressed bodies unpack as far as their limit") {
    const std::string text(50'000, 'a');
    std::string zstd(ZSTD_compressBound(text.size()), '\0');
    zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), text.data(), text.size(), 3));
    for (const auto& [encoding, packed] : {std::pair<std::string, std::string>{"gzip", gzip(text)}, {"zstd", zstd}}) {
      CAPTURE(encoding);
      std::string body = packed;
      CHECK(decompress(encoding, text.size(), body) == Decompressed::done);
      CHECK(body == text);
      body = packed;
      CHECK(decompress(encoding, text.size() - 1, body) == Decompressed::too_large);
      body = packed.substr(0, packed.size() - 1);
      CHECK(decompress(encoding, text.size(), body) == Decompressed::malformed);
      body = packed + "x";
      CHECK(decompress(encoding, text.size(), body) == Decompressed::malformed);
      body = "not compressed";
      CHECK(decompress(encoding, text.size(), body) == Decompressed::malformed);
    }
  }

  TEST_CASE("a request is answered and the connection kept") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(
        peer.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    const std::string replies = peer.receive();
    CHECK(count_of(replies, "HTTP/1.1 200 OK") == 2);
    CHECK(count_of(replies, "Connection: close") == 1);
    CHECK(replies.ends_with("hello"));
  }

  TEST_CASE("HEAD is answered like GET without the body") {
    Served served;
    auto client = served.client();
    const auto reply = client.Head("/long", {{"Accept-Encoding", "identity"}});
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(reply->get_header_value("Content-Length") == "100000");
    CHECK(reply->body.empty());
    CHECK(client.Head("/stream")->status == 200);
    CHECK(client.Get("/hello")->body == "hello");
  }

  TEST_CASE("an unknown path and a wrong method are problem documents on the wire") {
    Served served;
    auto client = served.client();
    const auto missing = client.Get("/nowhere", {{"Accept-Language", "en"}});
    REQUIRE(missing);
    CHECK(missing->status == 404);
    CHECK(missing->get_header_value("Content-Type") == "application/problem+json");
    CHECK(missing->get_header_value("Content-Language") == "en");
    CHECK(code_of(missing->body) == "not_found");
    const auto wrong = client.Post("/hello", "body", "text/plain");
    REQUIRE(wrong);
    CHECK(wrong->status == 405);
    CHECK(wrong->get_header_value("Allow") == "GET, HEAD, OPTIONS");
    CHECK(code_of(wrong->body) == "method_not_allowed");
  }

  TEST_CASE("what a handler throws is answered without its text") {
    std::mutex mutex;
    std::string lines;
    set_log_sink([&](const std::string& line) {
      const std::lock_guard lock(mutex);
      lines += line + "\n";
    });
    {
      Served served;
      const auto reply = served.client().Get("/throws");
      REQUIRE(reply);
      CHECK(reply->status == 500);
      CHECK(code_of(reply->body) == "internal");
      CHECK(reply->body.find("13800138000") == std::string::npos);
      for (const auto& [name, value] : reply->headers) CHECK(value.find("13800138000") == std::string::npos);
    }
    set_log_sink({});
    CHECK(lines.find("route=/throws") != std::string::npos);
    CHECK(lines.find("runtime_error") != std::string::npos);
    CHECK(lines.find("13800138000") == std::string::npos);
  }

  TEST_CASE("a body within the limit arrives whole whatever its framing and encoding") {
    Served served;
    auto client = served.client();
    const std::string text(mib, 'a');
    CHECK(client.Post("/echo", text, "text/plain")->body == "1048576 aaaaaaaaaaaaaaaaaaaa");
    CHECK(client.Put("/echo", gzip(text), "text/plain")->status == 200);
    CHECK(client.Post("/echo", {{"Content-Encoding", "gzip"}}, gzip(text), "text/plain")->body.starts_with("1048576 "));
    const auto chunked = client.Post(
        "/echo",
        [&](std::size_t, httplib::DataSink& sink) {
          sink.write(text.data(), text.size());
          sink.done();
          return true;
        },
        "text/plain");
    REQUIRE(chunked);
    CHECK(chunked->body.starts_with("1048576 "));
    CHECK(client.Delete("/echo")->body == "0 ");
    CHECK(client.Delete("/echo", "abc", "text/plain")->body == "3 abc");
    CHECK(client.Patch("/echo", "abc", "text/plain")->body == "3 abc");
  }

  TEST_CASE("a body past the limit is refused without being taken") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"));
    const std::string reply = peer.receive();  // before one byte of the body
    CHECK(reply.starts_with("HTTP/1.1 413"));
    CHECK(reply.find("payload_too_large") != std::string::npos);
    CHECK(reply.find("1048576") != std::string::npos);
    CHECK(reply.find("Connection: close") != std::string::npos);
    CHECK(served.handled == 0);
  }

  TEST_CASE("a chunked body without end stays out of memory") {
    Served served;
    const std::size_t before = resident_bytes();
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const std::string chunk = "10000\r\n" + std::string(65536, 'a') + "\r\n";
    int sent = 0;
    while (sent < 1024 && peer.send(chunk)) ++sent;  // 64 MiB, if it were let
    const std::size_t grown = resident_bytes() - std::min(before, resident_bytes());
    MESSAGE("64 MiB chunked: sent " << sent * 64 << " KiB, grown by " << grown / 1024 << " KiB");
    CHECK(sent < 1024);
    CHECK(served.handled == 0);
    CHECK(grown < 16 * mib);
  }

  TEST_CASE("a chunked body just past the limit is answered with 413") {
    Served served;
    RawPeer peer(served.port);
    static_cast<void>(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\nabc"));
    CHECK(peer.receive().starts_with("HTTP/1.1 413"));
    CHECK(served.handled == 0);
  }

  TEST_CASE("a gzip bomb is refused and the memory stays bounded") {
    Served served;
    const std::string bomb = gzip_of_zeros(200 * mib);
    auto client = served.client();
    CHECK(client.Get("/hello")->status == 200);
    // What is freed may stay with the allocator, so the height is watched while it is happening.
    std::atomic<bool> done{false};
    std::size_t highest = 0;
    const std::size_t before = resident_bytes();
    std::thread watch([&] {
      while (!done) {
        highest = std::max(highest, resident_bytes());
        std::this_thread::yield();
      }
    });
    const auto reply = client.Post("/echo", {{"Content-Encoding", "gzip"}}, bomb, "text/plain");
    done = true;
    watch.join();
    const std::size_t grown = highest - std::min(before, highest);
    MESSAGE("bomb of " << bomb.size() << " bytes: grown by " << grown / 1024 << " KiB");
    REQUIRE(reply);
    CHECK(reply->status == 413);
    CHECK(code_of(reply->body) == "payload_too_large");
    CHECK(served.handled == 0);
    CHECK(grown < 16 * mib);
  }

  TEST_CASE("an unknown content encoding is refused") {
    Served served;
    const auto reply = served.client().Post("/echo", {{"Content-Encoding", "br"}}, "abc", "text/plain");
    REQUIRE(reply);
    CHECK(reply->status == 415);
    CHECK(code_of(reply->body) == "unsupported_encoding");
    CHECK(reply->get_header_value("Accept-Encoding") == "gzip, zstd");
    CHECK(served.handled == 0);
  }

  TEST_CASE("the rest of a refused body is never answered as a request") {
    const std::string hidden = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\nDELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const char* head :
         {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n",
          "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 9\r\n\r\n"}) {
      CAPTURE(head);
      Served served;
      RawPeer peer(served.port);
      static_cast<void>(peer.send(head + hidden));
      const std::string replies = peer.receive();
      CHECK(count_of(replies, "HTTP/1.1 ") == 1);
      CHECK(replies.starts_with("HTTP/1.1 4"));
      CHECK(served.handled == 0);
    }
  }

  TEST_CASE("a head without end is cut off") {
    Served served;
    const std::size_t before = resident_bytes();
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /hello HTTP/1.1\r\nHost: x\r\nA: "));
    const std::string more(mib, 'a');
    int sent = 0;
    while (sent < 100 && peer.send(more)) ++sent;
    CHECK(sent < 100);
    CHECK(resident_bytes() < before + 16 * mib);
  }

  TEST_CASE("too many header fields are refused") {
    Served served;
    RawPeer peer(served.port);
    std::string head = "GET /hello HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 100; ++i) head += "A: b\r\n";
    REQUIRE(peer.send(head + "\r\n"));
    CHECK(peer.receive().starts_with("HTTP/1.1 431"));
  }

  TEST_CASE("several ranges are refused and one is not heeded") {
    Served served;
    auto client = served.client();
    const auto several = client.Get("/long", {{"Range", "bytes=0-,0-,0-"}});
    REQUIRE(several);
    CHECK(several->status == 416);
    CHECK(code_of(several->body) == "range_not_supported");
    const auto one = client.Get("/long", {{"Range", "bytes=0-9"}});
    REQUIRE(one);
    CHECK(one->status == 200);
    CHECK(one->body.size() == 100'000);
  }

  TEST_CASE("idle and silent connections hold no thread") {
    Served served;  // four threads
    std::vector<std::unique_ptr<RawPeer>> silent;
    for (int i = 0; i < 100; ++i) silent.push_back(std::make_unique<RawPeer>(served.port));
    for (int i = 0; i < 50; ++i) {
      REQUIRE(
          silent[static_cast<std::size_t>(i)]->send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
    }
    const auto began = std::chrono::steady_clock::now();
    CHECK(served.client().Get("/hello")->status == 200);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
  }

  TEST_CASE("a body that does not come is answered with 408") {
    HttpOptions options;
    options.limits.progress_wait_ms = 300;
    Served served(options);
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
    CHECK(peer.receive().starts_with("HTTP/1.1 408"));
    CHECK(served.handled == 0);
  }

  TEST_CASE("a silent connection is closed in the end") {
    HttpOptions options;
    options.limits.head_wait_ms = 300;
    Served served(options);
    RawPeer peer(served.port);
    CHECK(peer.receive().empty());
  }

  TEST_CASE("bodies beyond what may be held are told to come back") {
    HttpOptions options;
    options.limits.body_bytes_held_max = 100'000;
    Served served(options);
    auto client = served.client();
    const auto reply = client.Post("/echo", std::string(200'000, 'a'), "text/plain");
    REQUIRE(reply);
    CHECK(reply->status == 503);
    CHECK(reply->has_header("Retry-After"));
    CHECK(client.Post("/echo", "abc", "text/plain")->status == 200);  // nothing stays counted
  }

  TEST_CASE("one client may only have so many connections") {
    HttpOptions options;
    options.limits.connections_per_client_max = 3;
    Served served(options);
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (int i = 0; i < 3; ++i) peers.push_back(std::make_unique<RawPeer>(served.port));
    while (served.server->open_connections() < 3) std::this_thread::yield();
    RawPeer fourth(served.port);
    CHECK(fourth.receive().empty());
    peers.clear();
    while (served.server->open_connections() > 0) std::this_thread::yield();
    CHECK(served.client().Get("/hello")->status == 200);
  }

  TEST_CASE("who waits for a go-ahead gets it or the refusal") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    CHECK(peer.receive(300) == "HTTP/1.1 100 Continue\r\n\r\n(silence)");
    REQUIRE(peer.send("abc"));
    CHECK(peer.receive(300).find("3 abc") != std::string::npos);
    RawPeer other(served.port);
    REQUIRE(other.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n\r\n"));
    CHECK(other.receive().starts_with("HTTP/1.1 413"));
  }

  TEST_CASE("a long reply is compressed for who accepts it") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /long HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"));
    const std::string reply = peer.receive();
    CHECK(reply.find("Content-Encoding: gzip") != std::string::npos);
    CHECK(reply.find("Vary: Accept-Encoding") != std::string::npos);
    CHECK(reply.size() < 1500);
    std::string body = reply.substr(reply.find("\r\n\r\n") + 4);
    REQUIRE(decompress("gzip", mib, body) == Decompressed::done);
    CHECK(body == std::string(100'000, 'x'));
    const auto short_reply = served.client().Get("/hello", {{"Accept-Encoding", "gzip"}});
    CHECK_FALSE(short_reply->has_header("Content-Encoding"));
    CHECK_FALSE(served.client().Get("/secret", {{"Accept-Encoding", "gzip"}})->has_header("Content-Encoding"));
    CHECK_FALSE(served.client().Get("/long", {{"Accept-Encoding", "identity"}})->has_header("Content-Encoding"));
  }

  TEST_CASE("a stream arrives whole plain or compressed") {
    Served served;
    auto client = served.client();
    std::string expected;
    for (int i = 0; i < 10'000; ++i) expected += "row " + std::to_string(i) + "\n";
    const auto plain = client.Get("/stream");
    REQUIRE(plain);
    CHECK(plain->get_header_value("Transfer-Encoding") == "chunked");
    CHECK(plain->body == expected);
    const auto packed = client.Get("/stream", {{"Accept-Encoding", "gzip"}});
    REQUIRE(packed);
    CHECK(packed->get_header_value("Content-Encoding") == "gzip");
    CHECK(packed->body == expected);  // the client unpacks
    RawPeer old(served.port);
    REQUIRE(old.send("GET /stream HTTP/1.0\r\n\r\n"));
    CHECK(old.receive().ends_with(expected));
  }

  TEST_CASE("a stream that fails is seen as cut") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n"));
    const std::string reply = peer.receive();
    CHECK(reply.find("row 1") != std::string::npos);
    CHECK_FALSE(reply.ends_with("0\r\n\r\n"));
    CHECK_FALSE(reply.ends_with("(silence)"));
  }

  TEST_CASE("a reader who stops reading a long stream holds its thread for a bounded time") {
    HttpOptions options;
    options.threads = 1;
    options.limits.progress_wait_ms = 300;
    Served served(options);
    const std::size_t before = resident_bytes();
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n"));  // 64 MiB, never read
    CHECK(served.client().Get("/hello")->status == 200);
    CHECK(resident_bytes() < before + 16 * mib);
  }

  TEST_CASE("replies are encrypted where there is a certificate") {
    const Certificate certificate;
    HttpOptions options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    Served served(options);
    RawPeer silent(served.port);  // never begins its handshake
    RawPeer plain(served.port);
    REQUIRE(plain.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK(plain.receive().find("200") == std::string::npos);

    httplib::SSLClient client("localhost", served.port);
    client.set_ca_cert_path(certificate.certificate_file);
    client.enable_server_certificate_verification(true);
    client.set_keep_alive(true);
    for (int i = 0; i < 3; ++i) {
      const auto reply = client.Get("/hello");
      REQUIRE(reply);
      CHECK(reply->body == "hello");
    }
    const std::string text(mib, 'a');
    CHECK(client.Post("/echo", text, "text/plain")->body.starts_with("1048576 "));
    CHECK(client.Get("/long")->body.size() == 100'000);
    CHECK(client.Get("/huge")->body.size() == 64 * mib);
    CHECK(client.Post("/echo", text + "b", "text/plain")->status == 413);
  }

  TEST_CASE("TLS older than 1.2 is not spoken") {
    const Certificate certificate;
    HttpOptions options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    Served served(options);
    httplib::SSLClient client("localhost", served.port);
    client.enable_server_certificate_verification(false);
    SSL_CTX_set_security_level(client.ssl_context(), 0);
    SSL_CTX_set_min_proto_version(client.ssl_context(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client.ssl_context(), TLS1_1_VERSION);
    CHECK_FALSE(client.Get("/hello"));
  }

  TEST_CASE("certificate files that do not serve are an error at bind") {
    Router router;
    const Certificate certificate;
    const Certificate other;
    for (const auto& [chain, key] : {std::pair<std::string, std::string>{"/nowhere", certificate.key_file},
                                     {certificate.certificate_file, ""},
                                     {certificate.certificate_file, other.key_file}}) {
      HttpOptions options;
      options.certificate_file = chain;
      options.key_file = key;
      HttpServer server(router, options);
      const auto bound = server.bind("127.0.0.1", 0);
      REQUIRE_FALSE(bound.has_value());
      CHECK(bound.error().code == Errc::invalid_argument);
    }
  }

  TEST_CASE("behind a proxy on this machine the address is the last forwarded one") {
    for (const bool behind : {false, true}) {
      CAPTURE(behind);
      HttpOptions options;
      options.behind_local_proxy = behind;
      Served served(options);
      const auto address = [&](const std::string& through) {
        return served.client().Get("/address", {{"X-Forwarded-For", through}})->body;
      };
      CHECK(address("6.6.6.6, 10.1.2.3") == (behind ? "10.1.2.3" : "127.0.0.1"));
      CHECK(address("not an address") == "127.0.0.1");
    }
  }

  TEST_CASE("HTTP 1.0 is answered and closed unless it asks to stay") {
    Served served;
    RawPeer peer(served.port);
    REQUIRE(peer.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n"));
    const std::string replies = peer.receive();
    CHECK(count_of(replies, "200 OK") == 2);
    CHECK(count_of(replies, "Connection: keep-alive") == 1);
    CHECK(replies.ends_with("hello"));
  }

  TEST_CASE("a port is had by one server only") {
    Served served;
    Router router;
    HttpServer second(router, {});
    const auto bound = second.bind("127.0.0.1", served.port);
    REQUIRE_FALSE(bound.has_value());
    CHECK(bound.error().code == Errc::unavailable);
  }

  TEST_CASE("an address beyond loopback is refused unless it is meant") {
    Router router;
    for (const char* host : {"0.0.0.0", "::", "192.168.1.1", ""}) {
      CAPTURE(host);
      HttpServer server(router, {});
      const auto bound = server.bind(host, 0);
      REQUIRE_FALSE(bound.has_value());
      CHECK(bound.error().code == Errc::not_allowed);
    }
    HttpOptions meant;
    meant.beyond_loopback = true;
    HttpServer server(router, meant);
    CHECK(server.bind("0.0.0.0", 0).has_value());
  }

  TEST_CASE("a server stopped before it runs returns at once") {
    Router router;
    HttpServer server(router, {});
    REQUIRE(server.bind("127.0.0.1", 0).has_value());
    server.stop();
    server.run();
    CHECK(server.open_connections() == 0);
  }

  TEST_CASE("a request at hand is answered while the server stops") {
    auto served = std::make_unique<Served>();
    RawPeer peer(served->port);
    REQUIRE(peer.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    while (served->handled == 0) std::this_thread::yield();
    served.reset();
    CHECK(peer.receive().find("done") != std::string::npos);
  }

  TEST_CASE("a line of the log is one line whatever is in it") {
    CHECK(log_line(1'700'000'000'123, LogLevel::info, "sync",
                   {{"device", "7f3a"}, {"note", "a \"b\"\nc=\x01"}, {"x", ""}}) ==
          "2023-11-14T22:13:20.123Z info sync device=7f3a note=\"a \\\"b\\\"\\nc=\\x01\" x=\"\"");
    CHECK(log_line(0, LogLevel::error, "e", {{"v", std::string(5000, 'a')}}).size() < 1100);
  }
}
