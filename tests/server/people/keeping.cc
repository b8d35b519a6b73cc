#include "tests/server/people/keeping.h"

#include <algorithm>

#include "schema/json.h"
#include "server/parts/all_routes.h"
#include "server/routes/opaque_number.h"

namespace lianxin::server_test {

namespace {

const char* const far_county = R"json({
  "org_units": [
    {"org_code": "990221", "name": "政协远山县委员会", "level": "county", "region_code": "990221", "parent": "990100"}],
  "studios": [
    {"id": "9d9a9f53-00f4-468e-814a-ac3b4f890743", "studio_code": "990221-S01", "name": "远山工作室",
     "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990221"}],
  "members": [
    {"id": "a1000000-0000-4000-8000-000000000005", "name": "远协调", "person_kind": "staff", "studios": ["990221-S01"]},
    {"id": "a1000000-0000-4000-8000-000000000006", "name": "远管理", "person_kind": "staff", "studios": ["990221-S01"]}]
})json";
const char* const more_people = R"json({
  "org_units": [
    {"org_code": "990121", "name": "政协溪禾县委员会", "level": "county", "region_code": "990121", "parent": "990100"}],
  "members": [
    {"id": "a1000000-0000-4000-8000-000000000001", "name": "管一", "person_kind": "staff", "studios": ["990121-S01"]},
    {"id": "a1000000-0000-4000-8000-000000000002", "name": "管二", "person_kind": "staff", "studios": ["990121-S01"]},
    {"id": "a1000000-0000-4000-8000-000000000003", "name": "审计", "person_kind": "staff", "studios": ["990121-S01"]},
    {"id": "a1000000-0000-4000-8000-000000000004", "name": "新来", "person_kind": "staff", "studios": ["990121-S01"]}]
})json";

MemberId numbered(int number) {
  return *MemberId::parse("a1000000-0000-4000-8000-00000000000" + std::to_string(number));
}

}  // namespace

const MemberId Keeping::admin = numbered(1), Keeping::second_admin = numbered(2), Keeping::auditor = numbered(3),
               Keeping::newcomer = numbered(4), Keeping::far_coordinator = numbered(5),
               Keeping::far_admin = numbered(6);

const std::string Keeping::password = "一个够长的口令，谁也猜不到";

Keeping::Keeping() {
  for (const char* json : {far_county, more_people}) {
    const Imported imported = must(server.import(json));
    for (const std::string& refused : imported.refused) FAIL_CHECK(refused);
  }
  server->moments->note_change();
  give(admin, "admin", "990121", Sensitivity::public_);
  give(auditor, "auditor", "990121", Sensitivity::internal);
  give(far_coordinator, "coordinator", "990221", Sensitivity::personal);
  give(far_admin, "admin", "990221", Sensitivity::public_);
  for (const auto& [login, member] : std::map<std::string, MemberId>{{"cheng", coordinator},
                                                                     {"hao", hao},
                                                                     {"admin", admin},
                                                                     {"auditor", auditor},
                                                                     {"far", far_coordinator},
                                                                     {"far-admin", far_admin}}) {
    must(server->accounts->add(login, member, password, false));
  }
}

Response Keeping::ask(const std::string& who, const std::string& method, const std::string& target, const Value& body) {
  // A session that nobody used for so long has ended.
  constexpr std::int64_t soon_idle_ms = 20 * 60 * 1000;
  const auto signed_in = signed_in_ms.find(who);
  const bool old = signed_in != signed_in_ms.end() && server.now_ms - signed_in->second > soon_idle_ms;
  if (old || !tokens.contains(who)) sign_in_again(who);
  return server.ask_json(method, target, body, tokens.at(who), Language::en);
}

Value Keeping::get(const std::string& who, const std::string& target) {
  const Response response = ask(who, "GET", target);
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  return json_of(response);
}

Value Keeping::post(const std::string& who, const std::string& target, const Value& body) {
  const Response response = ask(who, "POST", target, body);
  CAPTURE(target);
  CAPTURE(response.body);
  REQUIRE(response.status / 100 == 2);
  return json_of(response);
}

std::string Keeping::end_of(std::int64_t grant) {
  return "/v1/grants/" + opaque_number(server->self, "grant", grant) + "/end";
}

std::int64_t Keeping::give(const MemberId& member, const std::string& role, const std::string& place,
                           Sensitivity clearance) {
  Grant grant;
  grant.member = member;
  grant.role = role;
  grant.clearance = clearance;
  if (place.find('-') == std::string::npos) {
    grant.org_code = place;
  } else {
    grant.studio = must(server->moments->now()).places->place_of_code(place)->studio;
  }
  const Grants::Given given = must(server->grants->give(grant));
  server->moments->note_change();
  return given.kept.id;
}

void Keeping::sign_in(const std::string& login, const MemberId& member) {
  must(server->accounts->add(login, member, password, false));
  sign_in_again(login);
}

void Keeping::sign_in_again(const std::string& login) {
  const SignedIn signed_in = must(server->accounts->sign_in(login, password, server.now_ms));
  REQUIRE(signed_in.outcome == SignedIn::Outcome::ok);
  tokens[login] = signed_in.token;
  signed_in_ms[login] = server.now_ms;
}

void only_for(Keeping& county, const std::vector<std::string>& may, const std::string& method,
              const std::string& target, const Value& body) {
  for (const char* who : {"cheng", "hao", "admin", "auditor", "far", "far-admin"}) {
    if (std::find(may.begin(), may.end(), who) != may.end()) continue;
    const bool far = std::string(who).starts_with("far");
    const Response response = county.ask(who, method, target, body);
    CAPTURE(who);
    CAPTURE(target);
    CAPTURE(response.body);
    CHECK(response.status == (far ? 404 : 403));
  }
}

}  // namespace lianxin::server_test
