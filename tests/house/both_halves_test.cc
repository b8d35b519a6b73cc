// The server's parts and a phone in one process, with nothing but function calls between them. That it links says that
// no name means one thing here and another there; that it runs, that each half found its own.
#include "tests/server/direct_transport.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server_test;

namespace {

// The value, or a failing test that says what the phone said.
template <class T>
T done(Expected<T> expected) {
  if (!expected) FAIL(expected.problem().code << " " << expected.problem().detail);
  return std::move(expected).value();
}

Phone phone_in(TestServer& server, const std::string& name, PhoneClock& clock, Transport& transport,
               const MemberId& member) {
  PhoneOptions options;
  options.path = server.folder() + "/" + name;
  options.clock = &clock;
  options.transport = &transport;
  Phone phone = done(Phone::open(options));
  if (auto enrolled = phone.enrol("http://here", code_for(server, studio_1, member), name); !enrolled)
    FAIL(enrolled.problem().code);
  done(phone.sync());
  return phone;
}

}  // namespace

TEST_SUITE_BEGIN("house/both_halves");

TEST_CASE("what one phone saves another shows, with server and phones in one process") {
  TestServer server;
  ServerClock clock(server);
  DirectTransport transport(server);
  Phone first = phone_in(server, "first", clock, transport, hao),
        second = phone_in(server, "second", clock, transport, mi);

  Form visit = done(first.begin_new("outreach_visit"));
  (void)visit.set("visit_kind", "household");
  (void)visit.count("persons_reached", 3);
  done(visit.commit());
  done(first.sync());
  done(second.sync());

  CHECK(done(first.status()).waiting == 0);
  const RecordView seen = done(second.record(visit.record()));
  REQUIRE(seen.field("persons_reached"));
  CHECK(seen.field("persons_reached")->value.to_text() == "3");
}

TEST_SUITE_END();
