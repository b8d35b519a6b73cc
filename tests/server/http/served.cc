#include "tests/server/http/served.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "schema/json.h"
#include "server/http/encoding.h"

namespace lianxin::server {

Handler says(std::string text) {
  return [text = std::move(text)](const Request&) { return text_response(text); };
}

std::string code_of(std::string_view body) {
  const auto parsed = parse_json(body);
  return parsed ? std::string(parsed->text_at("code")) : "not JSON: " + std::string(body.substr(0, 200));
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t whole = 0;
  std::size_t resident = 0;
  statm >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

TokenOwners some_owners() {
  const auto look_up = [](const std::string& token) -> std::optional<std::string> {
    return token.starts_with("tok-") ? token.substr(4) : std::string();
  };
  return {[](const std::string&) { return std::nullopt; }, look_up};
}

int hello_ms(int port) {
  const auto began = std::chrono::steady_clock::now();
  httplib::Client client("127.0.0.1", port);
  client.set_connection_timeout(8);
  client.set_read_timeout(8);
  const auto reply = client.Get("/hello");
  const auto took = std::chrono::steady_clock::now() - began;
  if (!reply || reply->status != 200) return -1;
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

Served::Served(HttpOptions options) {
  options.threads = std::min<std::size_t>(options.threads, 4);
  router.add("GET", "/hello", says("hello"));
  add_shared();
  router.add("GET", "/throws", [](const Request&) -> Response { throw std::runtime_error("secret 13800138000"); });
  router.add("GET", "/long", says(std::string(100'000, 'x')));
  router.add("GET", "/secret", says(std::string(100'000, 'x')), 0, route_no_gzip);
  router.add("GET", "/stream", [](const Request&) {
    Response response;
    response.content_type = "text/csv";
    response.stream = [i = 0](std::string& out) mutable {
      out += "row " + std::to_string(i) + "\n";
      return ++i < 10'000 ? Piece::follows : Piece::last;
    };
    return response;
  });
  router.add("GET", "/cut", [](const Request&) {
    Response response;
    response.content_type = "text/csv";
    response.stream = [first = true](std::string& out) mutable {
      if (!std::exchange(first, false)) throw std::runtime_error("disk");
      out += "row 1\n";
      return Piece::follows;
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
    response.stream = [i = 0](std::string& out) mutable {
      out.append(65'536, 'x');
      return ++i < 1024 ? Piece::follows : Piece::last;
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

// What strangers may ask for, and what costs more than a glance.
void Served::add_shared() {
  const auto hold = [this](const Request& request) {
    ++handled;
    return text_response(std::to_string(request.body.size()));
  };
  router.add("POST", "/open", hold, open_body_bytes_max, route_open);
  router.add("POST", "/phone", hold, 4 * mib, route_device);
  router.add(
      "POST", "/password",
      [this](const Request&) {
        ++handled;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        Response response = text_response("no");
        response.at_least_ms = 400;
        return response;
      },
      1024, route_open | route_password);
  router.add(
      "GET", "/table",
      [](const Request&) {
        Response response;
        response.content_type = "application/octet-stream";
        response.stream = [i = 0](std::string& out) mutable {
          out.append(65'536, 'x');
          return ++i < 64 ? Piece::follows : Piece::last;
        };
        return response;
      },
      0, route_stream);
  const auto document = fixed_body(std::string(200'000, 'd'));
  router.add(
      "GET", "/document", [document](const Request&) { return fixed_response(document, "application/json"); }, 0,
      route_open);
}

Served::~Served() {
  server->stop();
  thread.join();
}

httplib::Client Served::client() const {
  httplib::Client made("127.0.0.1", port);
  made.set_keep_alive(true);
  return made;
}

}  // namespace lianxin::server
