// What the running server says of itself, judged by the tools of others.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "client-sdk/demo/desk.h"
#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

std::string answer_of(const ServerProcess& server, const std::string& path) {
  demo::Desk reader("127.0.0.1", server.port());
  return reader.get_text(path);
}

}  // namespace

TEST_SUITE("whole/interface") {
  TEST_CASE("the metrics pass promtool and count what happened") {
    TempFolder folder;
    ServerProcess server(folder);
    server.start({"--metrics", "127.0.0.1:" + std::to_string(server.second_port())});
    Phone phone = enrolled_phone(server, folder / "phone", "990121-S01", "米小满");
    must(phone.sync());
    const std::string metrics = demo::Desk("127.0.0.1", server.second_port()).get_text("/metrics");
    const Ended judged = run({"promtool", "check", "metrics"}, metrics);
    CAPTURE(judged.out + judged.err);
    CHECK(judged.code == 0);
    CHECK(judged.out + judged.err == "");
    CHECK(metrics.find("lianxin_") != std::string::npos);
  }

  TEST_CASE("the interface document lints clean") {
    TempFolder folder;
    ServerProcess server(folder);
    server.start();
    std::ofstream(folder / "openapi.json") << answer_of(server, "/openapi.json");
    const Ended judged = run({LIANXIN_REDOCLY, "lint", "--config", LIANXIN_REDOCLY_CONFIG, folder / "openapi.json"});
    CAPTURE(judged.out + judged.err);
    CHECK(judged.code == 0);
    CHECK((judged.out + judged.err).find("warning") == std::string::npos);
  }
}
