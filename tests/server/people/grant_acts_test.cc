#include "server/people/grant_acts.h"

#include "tests/server/people/keeping.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

Value asked(const MemberId& member, const std::string& role, const std::string& place, const char* clearance) {
  return Value::Object{{"member", member.text()}, {"role", role}, {"place", place}, {"clearance", clearance}};
}

bool in_force_now(Keeping& county, const MemberId& member, const StudioId& studio) {
  const Moment moment = must(county.server->moments->now());
  return moment.places->access(member, *moment.places->place(studio), county.server.now_ms).any();
}

Keeper at_the_machine(const Moment& moment) { return {*moment.places, moment.now_ms, "command line", std::nullopt}; }

}  // namespace

TEST_SUITE_BEGIN("server/people/grant_acts");

TEST_CASE_FIXTURE(Keeping, "a coordinator gives others a part in a studio, with an end where it has one") {
  Value body = asked(newcomer, "convener", "990121-S01", "personal");
  body.object()->emplace("to_ms", server.now_ms + day_ms);
  only_for(*this, {"cheng"}, "POST", "/v1/grants", body);
  CHECK_FALSE(in_force_now(*this, newcomer, studio_1));
  const Response given = ask("cheng", "POST", "/v1/grants", body);
  CHECK(given.status == 201);
  CHECK(json_of(given).text_at("place") == "990121-S01");
  CHECK(json_of(given).boolean_at("in_force"));
  CHECK(in_force_now(*this, newcomer, studio_1));
  const Response again = ask("cheng", "POST", "/v1/grants", body);
  CHECK(again.status == 200);
  CHECK(json_of(again).text_at("grant") == json_of(given).text_at("grant"));
  server.now_ms += day_ms;
  CHECK_FALSE(in_force_now(*this, newcomer, studio_1));
}

TEST_CASE_FIXTURE(Keeping, "nobody gives himself anything, more than he holds, or a role that watches over him") {
  CHECK(status("cheng", "POST", "/v1/grants", asked(coordinator, "convener", "990121-S01", "internal")) == 403);
  CHECK(status("cheng", "POST", "/v1/grants", asked(newcomer, "clinic_doctor", "990121-S02", "health")) == 403);
  for (const char* role : {"admin", "auditor", "privacy_officer", "city_supervisor"}) {
    CHECK(status("cheng", "POST", "/v1/grants", asked(newcomer, role, "990121", "internal")) == 403);
  }
  CHECK(status("cheng", "POST", "/v1/grants", asked(newcomer, "convener", "990100", "internal")) == 403);
  CHECK(status("cheng", "POST", "/v1/grants", asked(newcomer, "king", "990121-S01", "internal")) == 400);
  CHECK(status("cheng", "POST", "/v1/grants", asked(newcomer, "server", "990121-S01", "internal")) == 400);
  CHECK(status("cheng", "POST", "/v1/grants", asked(newcomer, "convener", "990121-S01", "royal")) == 400);
  CHECK(status("cheng", "POST", "/v1/grants", asked(MemberId{record_id(9).bytes}, "member", "990121", "public")) ==
        400);
  Value over = asked(newcomer, "convener", "990121-S01", "internal");
  over.object()->emplace("to_ms", server.now_ms - 1);
  CHECK(status("cheng", "POST", "/v1/grants", over) == 400);
  CHECK_FALSE(in_force_now(*this, newcomer, studio_1));
  CHECK_FALSE(in_force_now(*this, newcomer, studio_2));
}

TEST_CASE_FIXTURE(Keeping, "a grant is ended by whoever coordinates there, now or later") {
  const std::int64_t id = give(newcomer, "convener", "990121-S01", Sensitivity::internal);
  only_for(*this, {"cheng"}, "POST", end_of(id), Value::Object{});
  REQUIRE(in_force_now(*this, newcomer, studio_1));
  CHECK(status("cheng", "POST", end_of(id), Value::Object{{"at_ms", server.now_ms - 1}}) == 400);
  post("cheng", end_of(id), Value::Object{{"at_ms", server.now_ms + day_ms}});
  CHECK(in_force_now(*this, newcomer, studio_1));
  post("cheng", end_of(id), Value::Object{{"reason", "调离"}});
  CHECK_FALSE(in_force_now(*this, newcomer, studio_1));
  CHECK(status("cheng", "POST", end_of(id)) == 409);
  CHECK(status("cheng", "POST", end_of(99999)) == 404);
  CHECK(status("cheng", "POST", "/v1/grants/x/end") == 400);
}

TEST_CASE_FIXTURE(Keeping, "nobody ends his own grant, nor that of whoever watches over him") {
  std::int64_t own = 0, watching = 0;
  for (const KeptGrant& kept : must(server->grants->all())) {
    if (kept.grant.member == coordinator) own = kept.id;
    if (kept.grant.member == auditor) watching = kept.id;
  }
  CHECK(status("cheng", "POST", end_of(own)) == 403);
  CHECK(status("cheng", "POST", end_of(watching)) == 403);
}

TEST_CASE_FIXTURE(Keeping, "the grants of a place are listed page by page, what is over only if asked") {
  const std::int64_t id = give(newcomer, "convener", "990121-S01", Sensitivity::internal);
  only_for(*this, {"cheng", "admin"}, "GET", "/v1/grants?place=990121-S01", {});
  CHECK(status("cheng", "GET", "/v1/grants") == 404);
  const auto count = [&](const std::string& query) {
    return get("cheng", "/v1/grants?place=" + query).list_at("grants").size();
  };
  const std::size_t before = count("990121-S01");
  CHECK(before == 7);  // hao, mi, the newcomer; by the township the liaison; by the county three more
  CHECK(get("admin", "/v1/grants?place=990121-S01").list_at("grants").size() == before);
  post("cheng", end_of(id));
  CHECK(count("990121-S01") == before - 1);
  CHECK(count("990121-S01&ended=1") == before);
  std::string after;
  std::set<std::string> seen;
  for (int pages = 0; pages < 9; ++pages) {
    const Value page = get("cheng", "/v1/grants?place=990121&limit=2" + (after.empty() ? "" : "&after=" + after));
    CHECK(page.list_at("grants").size() <= 2);
    for (const Value& grant : page.list_at("grants")) CHECK(seen.emplace(grant.text_at("grant")).second);
    after = page.text_at("next");
    if (after.empty()) break;
  }
  CHECK(after.empty());
  CHECK(seen.size() == 7);  // the liaison of the township and the doctor too, for they are below the county
}

TEST_CASE_FIXTURE(Keeping, "at the machine every role is given and ended, but the last administrator stays") {
  const Moment moment = must(server->moments->now());
  Grant grant;
  grant.member = second_admin;
  grant.role = "admin";
  grant.org_code = "990121";
  const Grants::Given given = must(give_grant(at_the_machine(moment), *server->grants, grant));
  std::int64_t first = 0;
  for (const KeptGrant& kept : must(server->grants->all())) {
    if (kept.grant.member == admin) first = kept.id;
  }
  // Whom nobody can sign in as lets nobody in.
  CHECK(end_grant(at_the_machine(moment), *server->grants, first, 0, "").error().code == Errc::conflict);
  sign_in("second", second_admin);
  must(end_grant(at_the_machine(moment), *server->grants, first, 0, ""));
  CHECK(end_grant(at_the_machine(moment), *server->grants, given.kept.id, 0, "").error().code == Errc::conflict);
}

TEST_CASE_FIXTURE(Keeping, "a grant that was ended is ended after a restore") {
  const std::int64_t id = give(newcomer, "convener", "990121-S01", Sensitivity::internal);
  const auto backup = server.backup();
  post("cheng", end_of(id));
  server.set_back(backup);
  CHECK_FALSE(in_force_now(*this, newcomer, studio_1));
}

TEST_SUITE_END();
