// The SDK's own transport against a server that does what those in between do.
#include "client-sdk/transport/http_transport.h"

#include <doctest/doctest.h>
#include <httplib.h>

#include <thread>

namespace lianxin::client {
namespace {

struct Peer {
  httplib::Server server;
  int port = 0;
  std::thread thread;
  int asked = 0;

  explicit Peer(std::function<void(const httplib::Request&, httplib::Response&)> answer) {
    server.Post("/v1/sync", [this, answer](const httplib::Request& request, httplib::Response& response) {
      ++asked;
      answer(request, response);
    });
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Peer() {
    server.stop();
    thread.join();
  }

  TransportReply call(const std::string& body) {
    HttpTransport transport({});
    TransportRequest request;
    request.server = "http://127.0.0.1:" + std::to_string(port);
    request.path = "/v1/sync";
    request.body = body;
    request.content_type = "application/x-ndjson";
    return transport.call(request);
  }
};

}  // namespace

TEST_SUITE("client-sdk/transport/http_transport") {
  TEST_CASE("the media type and where a redirect points are told, and it is not followed") {
    Peer peer([](const httplib::Request&, httplib::Response& response) {
      response.status = 302;
      response.set_header("Location", "http://127.0.0.1:1/login");
      response.set_content("<html>", "text/html; charset=utf-8");
    });
    const TransportReply reply = peer.call("{}");
    CHECK(reply.status == 302);
    CHECK(reply.location == "http://127.0.0.1:1/login");
    CHECK(reply.content_type == "text/html; charset=utf-8");
    CHECK(peer.asked == 1);
  }

  TEST_CASE("a reply that says it is packed and is not is asked for once more, unpacked") {
    Peer peer([](const httplib::Request& request, httplib::Response& response) {
      response.set_content("{}", "application/x-ndjson");
      if (request.get_header_value("Accept-Encoding") == "gzip") response.set_header("Content-Encoding", "gzip");
    });
    const TransportReply reply = peer.call("{}");
    CHECK(reply.delivery == Delivery::answered);
    CHECK(reply.body == "{}");
    CHECK(peer.asked == 2);
  }

  TEST_CASE("a request that was unpacked on its way, its header left behind, is sent once more as it is") {
    const std::string body(4000, 'x');
    std::string came;
    Peer peer([&](const httplib::Request& request, httplib::Response& response) {
      response.status = request.has_header("Content-Encoding") ? 400 : 200;
      came = request.body;
    });
    CHECK(peer.call(body).status == 200);
    CHECK(came == body);
    CHECK(peer.asked == 2);
    CHECK(peer.call("{}").status == 200);  // too short to be packed
    CHECK(peer.asked == 3);
  }
}

}  // namespace lianxin::client
