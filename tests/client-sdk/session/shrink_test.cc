// What stands in between lets through only so much at a time.
#include <algorithm>

#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

class Narrow final : public Transport {
 public:
  explicit Narrow(FakeServer& server) : server_(server) {}

  TransportReply call(const TransportRequest& request) override {
    sizes.push_back(request.body.size());
    if (request.path != "/v1/sync" || request.body.size() <= body_bytes_max) return server_.call(request);
    if (dies) return {Delivery::unknown, 0, {}, -1, {}};
    if (status != 413) return {Delivery::answered, status, "<html>blocked</html>", -1, {}, "text/html"};
    return {Delivery::answered, 413, "<html>413 Request Entity Too Large</html>", -1, {}, "text/html"};
  }

  std::size_t body_bytes_max = SIZE_MAX;
  bool dies = false;  // the line does, instead of an answer
  int status = 413;   // of the answer
  std::vector<std::size_t> sizes;

 private:
  FakeServer& server_;
};

struct Behind {
  FakeServer server;
  Narrow narrow{server};
  TestPhone phone{server, "narrow"};

  explicit Behind(int changes, int chars = 300) {
    phone.enrol(server.code_for(server.add_member("李红", "convener")));
    phone.sync();
    std::string text;
    for (int i = 0; i < chars; ++i) text += "字";
    for (int i = 0; i < changes; ++i) phone.make(R"({"consensus_text":")" + text + "\"}");
  }
  Expected<SyncReport> sync(std::int64_t retry_for_ms = 0) {
    PhoneOptions options;
    options.path = phone.path;
    options.clock = &phone.clock;
    options.store_key = phone.store_key;
    options.transport = &narrow;
    Phone other = must(Phone::open(options));
    SyncOptions sync_options;
    sync_options.retry_for_ms = retry_for_ms;
    sync_options.wait = [this](std::int64_t ms) { phone.clock.now_ms += ms; };
    return other.sync(sync_options);
  }
};

}  // namespace

TEST_SUITE("client-sdk/session/shrink") {
  TEST_CASE("what is refused for its size is sent in smaller parts, by one sync that was to be tried once") {
    for (const std::size_t room : {30'000, 8'000, 2'500}) {
      CAPTURE(room);
      Behind behind(40);
      behind.narrow.body_bytes_max = room;
      const SyncReport report = must(behind.sync());
      CHECK(report.complete);
      CHECK(report.pushed == 40);
      CHECK(behind.server.head() == 40);
      // What passes is found once: after the first that did none was refused any more.
      const auto passed = std::find_if(behind.narrow.sizes.begin(), behind.narrow.sizes.end(),
                                       [&](std::size_t size) { return size > 2000 && size <= room; });
      CHECK(std::all_of(passed, behind.narrow.sizes.end(), [&](std::size_t size) { return size <= room; }));
      CHECK(behind.narrow.sizes.size() < 60);
    }
  }

  TEST_CASE("a line that dies at some size is got through too, by one sync or by several that are tried once each") {
    Behind patient(40);
    patient.narrow.body_bytes_max = 8'000;
    patient.narrow.dies = true;
    CHECK(must(patient.sync(600'000)).complete);
    CHECK(patient.server.head() == 40);

    Behind brief(40);
    brief.narrow.body_bytes_max = 8'000;
    brief.narrow.dies = true;
    int tries = 0;
    while (!brief.sync().ok() && ++tries < 30) {
    }
    CHECK(brief.phone.status().waiting == 0);
    CHECK(brief.server.head() == 40);
  }

  TEST_CASE("a firewall that blocks what is large with whatever answer is got through too") {
    for (const int status : {400, 403, 404, 500, 502}) {
      CAPTURE(status);
      Behind behind(40);
      behind.narrow.body_bytes_max = 8'000;
      behind.narrow.status = status;
      int tries = 0;
      while (!behind.sync().ok() && ++tries < 30) {
      }
      CHECK(behind.phone.status().waiting == 0);
      CHECK(behind.server.head() == 40);
    }
  }

  TEST_CASE("one lost answer makes nothing smaller") {
    Behind behind(40);
    behind.server.fates = {FakeServer::Fate::lost_after};
    CHECK(must(behind.sync(60'000)).complete);
    REQUIRE(behind.narrow.sizes.size() >= 2);
    CHECK(behind.narrow.sizes[1] > behind.narrow.sizes[0] / 2);
  }

  TEST_CASE("a change that does not pass alone is told as such, and stays; the next line lets it through") {
    Behind behind(3, 4000);
    behind.narrow.body_bytes_max = 6'000;
    const auto stuck = behind.sync();
    REQUIRE(!stuck);
    CHECK(stuck.problem().code == "change_not_passing");
    CHECK(stuck.problem().kind == ProblemKind::network);
    CHECK(behind.phone.status().waiting == 3);
    behind.narrow.body_bytes_max = SIZE_MAX;
    CHECK(must(behind.sync()).complete);
    CHECK(behind.server.head() == 3);
  }

  TEST_CASE("what the server is asked of after a fork is asked in smaller parts as well") {
    Behind behind(200, 10);
    behind.phone.sync();
    behind.phone.copy_file_to("narrow-backup");
    behind.phone.make(R"({"title":"甲"})");
    behind.phone.sync();
    behind.phone.take_file_from("narrow-backup");
    behind.phone.make(R"({"title":"乙"})");
    behind.narrow.body_bytes_max = 2'500;  // 200 ids are 7,000 bytes
    const SyncReport report = must(behind.sync());
    CHECK(report.forked);
    CHECK(report.complete);
    CHECK(behind.server.head() == 202);
  }
}

}  // namespace lianxin::client
