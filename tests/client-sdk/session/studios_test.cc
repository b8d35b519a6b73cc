#include <algorithm>
#include <set>

#include "client-sdk/core/phone_core.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

constexpr Query spoil_grants{"test_spoil_grants", "UPDATE studio SET grant_sealed = x'7b', reference = 1"};

std::vector<ListItem> list_of(Phone& phone) { return must(phone.list({})).items; }

struct ManyStudios {
  FakeServer server;
  MemberId li = server.add_member("李红", "convener");
  std::vector<StudioId> studios;
  TestPhone phone;

  ManyStudios(const std::string& name, std::size_t more) : phone(server, name) {
    for (std::size_t i = 0; i < more; ++i) {
      studios.push_back(server.add_studio());
      server.grant(li, studios.back(), "convener", Sensitivity::internal);
    }
    phone.enrol(server.code_for(li));
  }

  std::string make_in(const StudioId& studio) {
    phone.clock.now_ms += 1000;
    Form form = must(phone.phone->begin_new("micro_consultation", studio.text()));
    must(form.set("title", "甲"));
    return must(form.commit()).record;
  }
};

}  // namespace

TEST_SUITE("client-sdk/session/studios") {
  TEST_CASE("more studios than a request names are asked about in parts until all are settled (PROTOCOL 5.1)") {
    ManyStudios many("many", 199);
    std::set<StudioId> asked;
    std::size_t largest = 0;
    many.server.on_request = [&](SyncRequest& request) {
      largest = std::max(largest, request.studios.size());
      for (const StudioRequest& part : request.studios) asked.insert(part.studio);
    };
    const SyncReport first = many.phone.sync();
    CHECK(first.round_trips == 4);
    CHECK(asked.size() == 200);
    CHECK(largest == 64);
    for (const StudioStatus& studio : many.phone.status().studios) CHECK(studio.synced_ms > 0);
    CHECK(many.phone.sync().round_trips == 4);  // and with nothing new as well
  }

  TEST_CASE("of many studios those with changes to hand over come first") {
    ManyStudios many("many-waiting", 69);
    many.phone.sync();
    for (const StudioId& studio : many.studios) many.make_in(studio);
    std::vector<std::size_t> with_changes;
    many.server.on_request = [&](SyncRequest& request) {
      with_changes.push_back(static_cast<std::size_t>(
          std::count_if(request.studios.begin(), request.studios.end(),
                        [](const StudioRequest& part) { return !part.push.entries.empty(); })));
    };
    many.make_in(many.studios.back());
    const SyncReport report = many.phone.sync();
    CHECK(report.pushed == 70);
    CHECK(report.waiting == 0);
    CHECK(with_changes == std::vector<std::size_t>{64, 5});
  }

  TEST_CASE("what a phone keeps of its grants goes bad: it hands over all the same and the next list mends it") {
    ManyStudios many("grants-bad", 1);
    many.phone.sync();
    many.make_in(many.studios.front());
    Database& db = PhoneInternals::core(*many.phone.phone).db();
    CHECK(db.write([&]() -> Status {
      CHECK(db.exec(spoil_grants) == 2);
      return {};
    }));
    CHECK(many.phone.status().waiting == 1);  // without names, but it says what is so
    CHECK(list_of(*many.phone.phone).empty());
    const SyncReport report = many.phone.sync();
    CHECK(report.pushed == 1);
    CHECK(report.waiting == 0);
    const StatusView status = many.phone.status();
    CHECK(status.studios.size() == 2);
    CHECK(status.studios.front().name != "");
    CHECK(list_of(*many.phone.phone).size() == 1);
    many.make_in(many.studios.front());  // and may be written in again
  }

  TEST_CASE("a server that serves fewer of them at once is asked again for the rest") {
    ManyStudios many("many-refused", 9);
    many.server.on_reply = [&](SyncReply& reply) {
      int served = 0;
      for (StudioReply& part : reply.studios) {
        if (served++ < 4) continue;
        const StudioId studio = part.studio;
        part = {};
        part.studio = studio;
        part.problem = "too_many_studios";
      }
    };
    const SyncReport report = must(many.phone.try_sync());
    CHECK(report.complete);
    CHECK(report.problem.empty());
    CHECK(report.round_trips == 3);  // ten studios
  }

  TEST_CASE("however many are refused for ever the others are handed over and pulled") {
    ManyStudios many("many-for-ever", 150);
    many.phone.sync();
    for (const StudioId& studio : many.studios) many.make_in(studio);
    const std::set<StudioId> refused(many.studios.begin(), many.studios.begin() + 130);
    many.server.on_request = [&](SyncRequest& request) {
      for (StudioRequest& part : request.studios) {
        if (refused.contains(part.studio)) part.push.entries.clear();
      }
    };
    many.server.on_reply = [&](SyncReply& reply) {
      for (StudioReply& part : reply.studios) {
        const StudioId studio = part.studio;
        if (!refused.contains(studio)) continue;
        part = {};
        part.studio = studio;
        part.problem = "over_quota";
      }
    };
    const SyncReport report = must(many.phone.try_sync());
    CHECK(report.pushed == 20);
    CHECK(report.waiting == 130);
    CHECK(report.problem == "over_quota");
    CHECK(report.round_trips <= 6);
  }

  TEST_CASE("lists leave reference data out unless it is asked for") {
    ManyStudios many("reference", 1);
    many.phone.sync();
    const std::string work = many.make_in(many.server.studio), village = many.make_in(many.studios[0]);
    many.phone.sync();
    CHECK(must(many.phone.phone->list()).items.size() == 2);
    many.server.on_reply = [&](SyncReply& reply) {
      for (GrantedStudio& grant : reply.grants) grant.reference = grant.studio == many.studios[0];
    };
    many.phone.sync();
    const auto listed = must(many.phone.phone->list()).items;
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].id == work);
    ListOptions options;
    options.studio = many.studios[0].text();
    const auto of_studio = must(many.phone.phone->list(options)).items;
    REQUIRE(of_studio.size() == 1);
    CHECK(of_studio[0].id == village);
    options.studio.clear();
    options.kind = "micro_consultation";
    CHECK(must(many.phone.phone->list(options)).items.size() == 2);
  }
}

}  // namespace lianxin::client
