#include "server/telemetry/metrics.h"

#include <sstream>

#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

// The value of one series; fails where a line is none of the text format's.
double series(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  double found = -1;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
    const std::size_t space = line.rfind(' ');
    REQUIRE(space != std::string::npos);
    std::size_t read = 0;
    const double value = std::stod(line.substr(space + 1), &read);
    CHECK(read == line.size() - space - 1);
    if (line.substr(0, space) == name) found = value;
  }
  return found;
}

}  // namespace

TEST_SUITE_BEGIN("server/telemetry/metrics");

TEST_CASE("what was pushed and what waits is counted") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  phone_of(server, 2, studio_1, mi);
  phone.record(studio_1, hao, record_id(1), "outreach_visit", {put("visit_kind", "household")});
  phone.record(studio_1, hao, record_id(2), "outreach_visit", {put("no_such_field", 1)});
  phone.sync(server, phone.request(studio_1));
  const Response response = server.ask("GET", "/metrics");
  CHECK(response.content_type.starts_with("text/plain; version=0.0.4"));
  CAPTURE(response.body);
  CHECK(series(response.body, "lianxin_pushes_total") == 1);
  CHECK(series(response.body, "lianxin_changes_total{outcome=\"applied\"}") == 1);
  CHECK(series(response.body, "lianxin_changes_total{outcome=\"held\"}") == 1);
  CHECK(series(response.body, "lianxin_held_open") == 1);
  CHECK(series(response.body, "lianxin_conflicts_open") == 0);
  CHECK(series(response.body, "lianxin_sync_seconds_count") == 1);
  CHECK(series(response.body, "lianxin_devices{last_sync=\"day\"}") == 1);
  CHECK(series(response.body, "lianxin_devices{last_sync=\"never\"}") == 1);
  CHECK(series(response.body, "lianxin_kinds_version") == 1);
  CHECK(series(response.body, "lianxin_writer_queue") == 0);
}

TEST_CASE("a server that answers is well") {
  TestServer server;
  CHECK(json_of(server.ask("GET", "/healthz")).text_at("status") == "ok");
}

TEST_CASE("the interface document names every route of phones and machines") {
  TestServer server;
  const Value document = json_of(server.ask("GET", "/openapi.json"));
  for (const char* path : {"/healthz", "/v1/enrol", "/v1/rekey", "/v1/sync", "/v1/kinds", "/v1/sessions"}) {
    CAPTURE(path);
    CHECK(document.object_at("paths").contains(path));
  }
}

TEST_SUITE_END();
