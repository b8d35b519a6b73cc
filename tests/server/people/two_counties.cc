#include "tests/server/people/two_counties.h"

namespace lianxin::server_test {
namespace {

constexpr std::int64_t long_ago_ms = 1'000'000'000'000;  // 2001

const std::string second_county_json = R"json({
  "org_units": [
    {"org_code": "990221", "name": "政协望川县委员会", "level": "county", "region_code": "990221", "parent": "990100"}],
  "villages": [{"region_code": "990221100201", "name": "望川村"}],
  "studios": [
    {"id": "7a0c6d5e-1b2f-4c3d-8e9f-0a1b2c3d4e5f", "studio_code": "990221-S01", "name": "望川县委员工作室",
     "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990221"}],
  "members": [
    {"id": "8b1d7e6f-2c30-4d4e-9fa0-1b2c3d4e5f60", "name": "江回澜", "person_kind": "member", "studios": ["990221-S01"]},
    {"id": "9c2e8f70-3d41-4e5f-8ab1-2c3d4e5f6071", "name": "严守正", "person_kind": "staff", "studios": ["990221-S01"]}],
  "grants": [
    {"member": "8b1d7e6f-2c30-4d4e-9fa0-1b2c3d4e5f60", "role": "convener", "studio": "990221-S01", "clearance": "personal"},
    {"member": "9c2e8f70-3d41-4e5f-8ab1-2c3d4e5f6071", "role": "coordinator", "org_code": "990221",
     "clearance": "personal"},
    {"member": "ad3f9081-4e52-4f60-9bc2-3d4e5f607182", "role": "coordinator", "org_code": "990100",
     "clearance": "personal"}]
})json";

}  // namespace

TwoCounties::TwoCounties() : attacker(phone_of(server, 9, studio_1, coordinator)) {
  attacker.claims_ms = long_ago_ms;
  REQUIRE(must(server.import(second_county_json)).refused.empty());
  them = sign_in("yan", their_coordinator);
  city = sign_in("city", city_coordinator);
}

std::string TwoCounties::pushed(const RecordId& record, const std::string& kind, std::vector<Write> writes) {
  const ChangeId id = attacker.record(own_data, coordinator, record, kind, std::move(writes));
  sync(attacker, own_data);
  std::string code = "not in the log";
  must(server->store->read(own_data, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const auto logged, snapshot.logged(std::span(&id, 1)));
    if (logged.front()) code = logged.front()->code;
    return {};
  }));
  return code;
}

std::string TwoCounties::held_code(const StudioId& studio, const RecordId& record) {
  std::string code;
  must(server->store->read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const auto log, snapshot.log_of(record));
    if (!log.empty() && log.back().applied_seq == 0) code = log.back().code;
    return {};
  }));
  return code;
}

std::shared_ptr<const Places> TwoCounties::places() {
  server->directory->note_change();
  return must(server->moments->now()).places;
}

std::string TwoCounties::theirs() {
  const auto now = places();
  std::string text;
  for (const StudioPlace& place : now->all()) {
    const bool theirs = place.studio == their_studio || place.studio == their_data || place.code.starts_with("990221");
    if (!theirs) continue;
    text += place.studio.text() + " " + place.code + " " + now->name_of(place.studio);
    for (const std::string& code : place.org_codes) text += "/" + code;
    text += place.gate == StudioGate::open ? " open\n" : " shut\n";
  }
  const OrgUnit* org = now->org("990221");
  text += org ? org->name + " " + org->level + " " + org->parent : "no org unit";
  for (const MemberId& member : {their_member, their_coordinator}) text += "\n" + now->name_of(member);
  text += "\n" + now->named_region("990221100201")->name;
  const StudioPlace* by_code = now->place_of_code("990221-S01");
  return text + "\n" + (by_code ? by_code->studio.text() : "no such code");
}

std::vector<Write> studio_writes(const std::string& code, const std::string& name) {
  return {put("studio_code", code),      put("name", name),
          put("place_kind", "studio"),   put("studio_kind", "region"),
          put("studio_level", "county"), put("region_code", "990121")};
}

}  // namespace lianxin::server_test
