#include "tests/server/http/served.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "schema/json.h"

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

Served::Served(HttpOptions options) {
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
