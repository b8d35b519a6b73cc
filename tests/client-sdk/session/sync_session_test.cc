// Sessions as whoever drives them sees them: step by step, without a transport, a thread or a clock. This program links
// the SDK's core alone.
#include "client-sdk/session/sync_session.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "client-sdk/phone/open_form.h"
#include "client-sdk/phone/save_form.h"
#include "client-sdk/session/enrolment.h"
#include "tests/client-sdk/fake_server.h"
#include "tests/client-sdk/test_clock.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::client {
namespace {

using Fate = FakeServer::Fate;

class TestRandom final : public RandomSource {
 public:
  explicit TestRandom(std::uint64_t seed) : random_(seed) {}
  void fill(std::span<std::uint8_t> out) override { random_.fill(out); }

 private:
  SeededRandom random_;
};

// A phone without a driver. Each step that it takes is counted.
class StepPhone {
 public:
  StepPhone(FakeServer& of, const std::string& name, std::uint64_t seed) : server(of), random_(seed) {
    path_ = (std::filesystem::temp_directory_path() / ("steps-" + std::to_string(getpid()) + name)).string();
    remove_file();
    open();
  }
  ~StepPhone() {
    core.reset();
    remove_file();
  }

  void open() {
    core.reset();
    PhoneOptions options;
    options.path = path_;
    options.clock = &clock;
    options.random = &random_;
    auto opened = PhoneCore::open(options);
    REQUIRE(opened);
    core = std::move(*opened);
  }

  void enrol(const std::string& code) {
    Enrolment enrolment(*core, "https://lianxin.example/", {}, code, "手机");
    const std::optional<Problem> problem = drive(enrolment);
    CHECK_MESSAGE(!problem, (problem ? problem->code : ""));
  }

  // Steps until it is done, or `steps_max` were taken; none: it is not done yet.
  template <class Session>
  std::optional<Problem> drive(Session& session, int steps_max = 1000) {
    for (int steps = 0; steps < steps_max; ++steps) {
      Step step = session.next();
      if (const Done* done = std::get_if<Done>(&step)) {
        is_done = true;
        return done->problem;
      }
      if (const Wait* wait = std::get_if<Wait>(&step)) {
        clock.now_ms += wait->ms;
        continue;
      }
      if (++steps >= steps_max) break;  // sent, perhaps; nobody heard what came
      server.now_ms = clock.now_ms;
      session.heard(server.call(std::get<Send>(step).request));
    }
    is_done = false;
    return std::nullopt;
  }

  SyncReport sync() {
    clock.now_ms += 1000;
    SyncSession session(*core, 0);
    const std::optional<Problem> problem = drive(session);
    CHECK_MESSAGE(!problem, (problem ? problem->code : ""));
    CHECK(session.report().complete);
    return session.report();
  }

  void save(const std::string& title) {
    clock.now_ms += 1000;
    const auto saved = core->db().write([&]() -> Result<Expected<Saved>> {
      LX_TRY(OpenForm form, form_for_new(*core, "micro_consultation", {}, {}));
      form.staged.push_back({{"title", {}, {}}, Op::put, title});
      return save_or_keep(*core, form);
    });
    REQUIRE(saved);
    REQUIRE(saved->ok());
  }

  std::string device() {
    const auto who = core->db().read([&] { return core->identity(); });
    REQUIRE(who);
    return who->device.text();
  }

  std::size_t rows() {
    const auto found =
        core->db().read([&]() -> Result<std::size_t> { return Rows(core->db()).records(server.studio).size(); });
    REQUIRE(found);
    return *found;
  }

  FakeServer& server;
  TestClock clock;
  std::shared_ptr<PhoneCore> core;
  bool is_done = false;

 private:
  void remove_file() {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
  }

  TestRandom random_;
  std::string path_;
};

struct Two {
  FakeServer server;
  StepPhone a, b;

  explicit Two(const std::string& name) : a(server, name + "-a", 1), b(server, name + "-b", 2) {
    a.enrol(server.code_for(server.add_member("李红", "convener")));
    b.enrol(server.code_for(server.add_member("王青", "convener")));
    a.sync();
    b.sync();
  }
};

std::string path_of(const Step& step) {
  const Send* send = std::get_if<Send>(&step);
  return send ? send->request.path : "";
}

std::string code_of(const Step& step) {
  const Done* done = std::get_if<Done>(&step);
  return !done ? "not done" : done->problem ? done->problem->code : "";
}

TransportReply answer(int status, std::string body = "{}") {
  TransportReply reply;
  reply.delivery = Delivery::answered;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

TransportReply gone() { return answer(410, R"({"type":"/problems/gone","code":"gone"})"); }

}  // namespace

TEST_SUITE("client-sdk/session/sync_session") {
  TEST_CASE("a sync that is ended after any step goes on with the next one, and nothing is doubled or lost") {
    bool done = false;
    for (int steps = 0; !done; ++steps) {
      CAPTURE(steps);
      Two phones("ended");
      for (const char* title : {"甲", "乙", "丙", "丁"}) phones.a.save(title);
      phones.a.sync();
      phones.b.save("戊");
      phones.b.save("己");
      phones.server.page_bytes = 1;  // one record a page
      {
        SyncSession ended(*phones.b.core, 0);
        CHECK(!phones.b.drive(ended, steps));
        done = phones.b.is_done;
      }
      phones.b.open();
      phones.b.sync();
      CHECK(phones.server.head() == 6);
      CHECK(phones.b.rows() == 6);
      REQUIRE(steps < 100);
    }
  }

  TEST_CASE("progress says of how many changes how many are known to be on the server") {
    Two phones("progress");
    for (const char* title : {"甲", "乙", "丙"}) phones.a.save(title);
    std::vector<Progress> told;
    SyncSession session(*phones.a.core, 0, [&](const Progress& progress) { told.push_back(progress); });
    CHECK(!phones.a.drive(session));
    REQUIRE(!told.empty());
    CHECK(told.front().phase == SyncPhase::connecting);
    const auto pushing =
        std::find_if(told.begin(), told.end(), [](const Progress& one) { return one.phase == SyncPhase::pushing; });
    REQUIRE(pushing != told.end());
    CHECK(pushing->pushed == 0);
    CHECK(pushing->to_push == 3);
    CHECK(told.back().phase == SyncPhase::done);
    CHECK(told.back().pushed == 3);
    CHECK(told.back().to_push == 3);
  }

  TEST_CASE("what is heard before anything was sent, and after the end, is passed over") {
    FakeServer server;
    StepPhone phone(server, "unasked", 3);
    Enrolment enrolment(*phone.core, "https://lianxin.example", {},
                        server.code_for(server.add_member("李红", "convener")), "");
    enrolment.heard(answer(200));
    CHECK(path_of(enrolment.next()) == "/v1/enrol");
    CHECK(!phone.drive(enrolment));
    enrolment.heard(answer(500));
    CHECK(code_of(enrolment.next()).empty());
    SyncSession session(*phone.core, 0);
    session.heard(answer(500));
    CHECK(path_of(session.next()) == "/v1/sync");
  }

  TEST_CASE("a Send is given again, the same, until it was heard") {
    Two phones("again");
    phones.a.save("甲");
    SyncSession session(*phones.a.core, 0);
    const Step first = session.next();
    phones.a.save("乙");
    const Step second = session.next();
    REQUIRE(path_of(first) == "/v1/sync");
    CHECK(std::get<Send>(first).request.body == std::get<Send>(second).request.body);
    session.heard(phones.server.call(std::get<Send>(second).request));
    CHECK(phones.server.head() == 1);
    CHECK(!phones.a.drive(session));  // what was saved meanwhile goes with the next round
    CHECK(phones.server.head() == 2);
    CHECK(session.report().complete);
  }

  TEST_CASE("a Wait is at least as long as the server asks, and the round is sent anew after it") {
    Two phones("wait");
    SyncSession session(*phones.a.core, 60'000);
    phones.server.fates = {Fate::busy};
    session.heard(phones.server.call(std::get<Send>(session.next()).request));
    const Step step = session.next();
    REQUIRE(std::get_if<Wait>(&step));
    CHECK(std::get<Wait>(step).ms >= 7000);
    CHECK(path_of(session.next()) == "/v1/sync");
    CHECK(!phones.a.drive(session));
    CHECK(session.report().retries == 1);
  }

  TEST_CASE("a phone that has brought too much within the hour waits as it is told, loses nothing and says so") {
    Two phones("too-many");
    phones.a.save("甲");
    const auto refused = [&] {
      TransportReply reply;
      reply.delivery = Delivery::answered;
      reply.status = 429;
      reply.content_type = "application/problem+json";
      reply.body =
          R"({"type":"/problems/too_many_requests","title":"请求过于频繁","code":"too_many_requests","status":429,)"
          R"("detail":"这部手机一小时内同步得太多；记录都还在手机上，稍后会自动再送","next":"请稍候再试。"})";
      reply.retry_after_ms = 9000;
      return reply;
    };
    SyncSession patient(*phones.a.core, 60'000);
    (void)patient.next();
    patient.heard(refused());
    const Step step = patient.next();
    REQUIRE(std::get_if<Wait>(&step));
    CHECK(std::get<Wait>(step).ms >= 9000);
    CHECK(!phones.a.drive(patient));
    CHECK(phones.server.head() == 1);

    phones.a.save("乙");
    SyncSession ends(*phones.a.core, 5'000);
    (void)ends.next();
    ends.heard(refused());
    const Step ended = ends.next();
    REQUIRE(std::get_if<Done>(&ended));
    const Problem told = std::get<Done>(ended).problem.value();
    CHECK(told.code == "too_many_requests");
    CHECK(told.kind == ProblemKind::network);
    CHECK(told.zh == "请求过于频繁。这部手机一小时内同步得太多；记录都还在手机上，稍后会自动再送。请稍候再试。");
    phones.a.sync();
    CHECK(phones.server.head() == 2);
  }

  TEST_CASE("one that is asked to wait longer than it may ends with what happened") {
    Two phones("no-wait");
    SyncSession session(*phones.a.core, 5'000);
    phones.server.fates = {Fate::busy};
    session.heard(phones.server.call(std::get<Send>(session.next()).request));
    CHECK(code_of(session.next()) == "busy");
  }

  TEST_CASE("cancelled: no step more, but an answer that comes is taken") {
    Two phones("cancelled");
    phones.a.save("甲");
    SyncSession before(*phones.a.core, 60'000);
    before.cancel();
    CHECK(code_of(before.next()) == "cancelled");

    SyncSession unheard(*phones.a.core, 60'000);
    (void)unheard.next();
    unheard.cancel();
    unheard.heard({});
    CHECK(code_of(unheard.next()) == "cancelled");

    SyncSession waiting(*phones.a.core, 60'000);
    (void)waiting.next();
    waiting.heard({});
    waiting.cancel();
    CHECK(code_of(waiting.next()) == "cancelled");

    SyncSession heard(*phones.a.core, 60'000);
    const Step send = heard.next();
    phones.b.save("乙");
    phones.b.sync();
    phones.server.page_bytes = 1;
    heard.cancel();
    heard.heard(phones.server.call(std::get<Send>(send).request));
    CHECK(code_of(heard.next()) == "cancelled");
    CHECK(heard.report().pushed == 1);
    CHECK(heard.report().rows == 1);
  }

  TEST_CASE("410: a clone was here first, and this phone takes a new key (PROTOCOL 6.1)") {
    Two phones("gone");
    phones.a.save("甲");
    SyncSession session(*phones.a.core, 0);
    REQUIRE(path_of(session.next()) == "/v1/sync");
    session.heard(gone());
    const Step rekey = session.next();
    REQUIRE(path_of(rekey) == "/v1/rekey");
    session.heard(phones.server.call(std::get<Send>(rekey).request));
    const Step sync = session.next();
    CHECK(path_of(sync) == "/v1/sync");
    CHECK(std::get<Send>(sync).request.token != std::get<Send>(rekey).request.token);
    CHECK(!phones.a.drive(session));
    CHECK(session.report().forked);
    CHECK(session.report().complete);
    CHECK(phones.server.head() == 1);
  }

  TEST_CASE("a token that is taken away in between is not asked for anew") {
    Two phones("stripped");
    SyncSession session(*phones.a.core, 0);
    (void)session.next();
    session.heard(answer(401, R"({"type":"/problems/token_missing","code":"token_missing"})"));
    CHECK(code_of(session.next()) == "token_missing");
  }

  TEST_CASE(
      "what somebody in between says is not taken for the server's word: no new key, no certificate, another try") {
    for (const int status : {301, 302, 401, 403, 404, 410}) {
      CAPTURE(status);
      Two phones("between");
      phones.a.save("甲");
      const std::string device = phones.a.device();
      SyncSession session(*phones.a.core, 60'000);
      (void)session.next();
      session.heard(answer(status, "<html>"));
      const Step wait = session.next();
      CHECK(std::get_if<Wait>(&wait));
      CHECK(path_of(session.next()) == "/v1/sync");
      CHECK(!phones.a.drive(session));
      CHECK(phones.a.device() == device);
      CHECK(phones.server.head() == 1);
    }
  }

  TEST_CASE("a new key whose answer was lost is asked for again by the next sync, the same (PROTOCOL 6.1)") {
    Two phones("gone-lost");
    std::string asked;
    {
      SyncSession session(*phones.a.core, 0);
      (void)session.next();
      session.heard(gone());
      asked = std::get<Send>(session.next()).request.body;
    }
    phones.a.open();
    SyncSession next(*phones.a.core, 0);
    const Step rekey = next.next();
    REQUIRE(path_of(rekey) == "/v1/rekey");
    CHECK(std::get<Send>(rekey).request.body == asked);
  }

  TEST_CASE("a server that does not know the token is shown the certificate, and the round is sent once more") {
    Two phones("readmitted");
    phones.a.save("甲");
    phones.server.forget_tokens();
    SyncSession session(*phones.a.core, 0);
    std::vector<std::string> paths;
    std::string last_token;
    while (true) {
      const Step step = session.next();
      if (std::get_if<Done>(&step)) break;
      const TransportRequest& request = std::get<Send>(step).request;
      paths.push_back(request.path);
      last_token = request.token;
      session.heard(phones.server.call(request));
      REQUIRE(paths.size() < 10);
    }
    CHECK(paths == std::vector<std::string>{"/v1/sync", "/v1/readmit", "/v1/readmit", "/v1/sync"});
    CHECK(last_token.starts_with("token-again"));
    CHECK(session.report().complete);
    CHECK(session.report().round_trips == 1);
  }

  TEST_CASE("one that is not admitted again ends with the answer that it had") {
    Two phones("not-readmitted");
    phones.server.forget_tokens();
    phones.server.forget_certificates();
    SyncSession session(*phones.a.core, 60'000);
    const auto problem = phones.a.drive(session);
    REQUIRE(problem);
    CHECK(problem->code == "not_signed_in");
    CHECK(problem->kind == ProblemKind::refused);
  }

  TEST_CASE("newer kinds are fetched before the round ends, and again where that failed") {
    Two phones("kinds");
    KindSet newer = KindSet::shipped();
    newer.document.replace(newer.document.find("\"version\":1"), 11, "\"version\":2");
    newer.catalog.version = 2;
    phones.server.set_kinds(newer);
    SyncSession session(*phones.a.core, 60'000);
    session.heard(phones.server.call(std::get<Send>(session.next()).request));
    REQUIRE(path_of(session.next()) == "/v1/kinds");
    session.heard({});
    REQUIRE(std::get_if<Wait>(&static_cast<const Step&>(session.next())));
    CHECK(path_of(session.next()) == "/v1/kinds");
    CHECK(!phones.a.drive(session));
    CHECK(session.report().complete);
    const auto kinds = phones.a.core->db().read([&] { return phones.a.core->catalog(); });
    REQUIRE(kinds);
    CHECK((*kinds)->version == 2);
  }

  TEST_CASE("what is heard without a Send under way does nothing") {
    Two phones("unasked");
    SyncSession session(*phones.a.core, 0);
    session.heard(gone());
    CHECK(path_of(session.next()) == "/v1/sync");
    CHECK(!phones.a.drive(session));
    session.heard(gone());
    CHECK(code_of(session.next()).empty());
    CHECK(!session.report().forked);
  }

  TEST_CASE("of two sessions of one phone the one that began last has the word (PROTOCOL 5.5)") {
    Two phones("overtaken");
    phones.a.save("甲");
    SyncSession first(*phones.a.core, 0), second(*phones.a.core, 0);
    const Step send = first.next();
    CHECK(!phones.a.drive(second));
    first.heard(phones.server.call(std::get<Send>(send).request));
    CHECK(code_of(first.next()) == "sync_overtaken");
    CHECK(second.report().complete);
    CHECK(phones.server.head() == 1);
  }

  TEST_CASE("an enrolment whose answer was lost is asked for again with the same key") {
    FakeServer server;
    StepPhone phone(server, "enrol", 3);
    const std::string code = server.code_for(server.add_member("李红", "convener"));
    std::string asked;
    {
      Enrolment enrolment(*phone.core, "https://lianxin.example", {}, code, "手机");
      asked = std::get<Send>(enrolment.next()).request.body;
      enrolment.heard({});
      CHECK(code_of(enrolment.next()) == "not_reached");
    }
    phone.open();
    Enrolment again(*phone.core, "https://lianxin.example", {}, code, "手机");
    CHECK(std::get<Send>(again.next()).request.body == asked);
    CHECK(!phone.drive(again));
    Enrolment twice(*phone.core, "https://lianxin.example", {}, code, "手机");
    CHECK(code_of(twice.next()) == "already_enrolled");
  }
}

}  // namespace lianxin::client
