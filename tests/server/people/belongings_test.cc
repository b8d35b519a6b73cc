// What one county says in its reference data is believed about what is its own, and about nothing else.
#include <random>

#include "schema/json.h"
#include "server/storage/sql.h"
#include "sync/model/view.h"
#include "tests/server/people/two_counties.h"
#include "tests/support/lost_cursor.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr Query forget_belongings{"forget_belongings", "DELETE FROM belonging"};
constexpr Query forget_found{"forget_found", "DELETE FROM belongings_found"};

RecordId as_record(const auto& id) { return RecordId{id.bytes}; }

// A UUID as phones make them.
RecordId random_id(std::mt19937& random) {
  RecordId id;
  for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  return id;
}

}  // namespace

TEST_SUITE_BEGIN("server/people/belongings");

TEST_CASE_FIXTURE(TwoCounties,
                  "a county's phone cannot take over another's studio, code, person, village or org unit") {
  const std::string before = theirs();
  CHECK(pushed(as_record(their_studio), "studio", studio_writes("990121-S09", "拿来的")) == "belongs_elsewhere");
  CHECK(pushed(record_id(1), "studio", studio_writes("990221-S01", "同码")) == "belongs_elsewhere");
  CHECK(pushed(record_id(2), "studio", studio_writes("990221-S77", "占先")) == "belongs_elsewhere");
  CHECK(pushed(record_id(3), "studio", studio_writes("990221", "当作县")) == "belongs_elsewhere");
  CHECK(pushed(as_record(reference_studio_of("990321")), "studio", studio_writes("990121-S10", "将来的县")) ==
        "belongs_elsewhere");
  CHECK(pushed(as_record(their_member), "member", {put("name", "冒名"), put("person_kind", "member")}) ==
        "belongs_elsewhere");
  CHECK(pushed(record_id(4), "village", {put("region_code", "990221100201"), put("name", "改名村")}) ==
        "belongs_elsewhere");
  CHECK(pushed(record_id(5), "village", {put("region_code", "990221100999"), put("name", "占先村")}) ==
        "belongs_elsewhere");
  const RecordId their_org = places()->org("990221")->record;
  CHECK(pushed(their_org, "org_unit", {put("org_code", "990121"), put("name", "冒名县")}) == "belongs_elsewhere");
  CHECK(pushed(record_id(6), "org_unit", {put("org_code", "990221"), put("parent", "990121")}) == "belongs_elsewhere");
  CHECK(theirs() == before);
  CHECK(places()->named_org(their_org)->name == "政协望川县委员会");
  // Nothing is lost: it waits where the county sees it.
  CHECK(get("/v1/held?studio=990121").list_at("held").size() == 10);
  CHECK(pushed(record_id(7), "studio", studio_writes("990121-S11", "自己的")).empty());
  CHECK(places()->place_of_code("990121-S11") != nullptr);
}

TEST_CASE_FIXTURE(TwoCounties, "who cannot take over a studio cannot read it, count it, or cut off its phones") {
  TestPhone theirs_phone = phone_of(server, 11, their_studio, their_member);
  theirs_phone.record(their_studio, their_member, record_id(1), "concern", whole("concern"));
  sync(theirs_phone, their_studio);
  pushed(as_record(their_studio), "studio", studio_writes("990121-S09", "拿来的"));
  server->directory->note_change();
  CHECK(ask("GET", path(their_studio, record_id(1))).status == 404);
  CHECK(ask("GET", "/v1/records?studio=990221-S01").status == 404);
  CHECK(ask("GET", "/v1/totals?studio=" + their_studio.text()).status == 404);
  CHECK(ask("POST", "/v1/devices/" + theirs_phone.device().text() + "/revoke", Value::Object{}).status == 404);
  CHECK_FALSE(theirs_phone.sync(server, theirs_phone.request(their_studio)).purge);
  const SyncReply reply = attacker.sync(server, attacker.request(their_studio));
  CHECK_FALSE(reply.studios[0].problem.empty());
  CHECK(reply.studios[0].page.rows.empty());
  CHECK(record(their_studio, record_id(1), them).text_at("kind") == "concern");
}

TEST_CASE_FIXTURE(TwoCounties, "no org unit says itself where it stands; those above it do") {
  const RecordId own = places()->org("990121")->record, their_org = places()->org("990221")->record;
  CHECK(pushed(own, "org_unit", {put("parent", "990221")}) == "belongs_elsewhere");
  CHECK(pushed(own, "org_unit", {put("parent", "990000")}) == "belongs_elsewhere");
  CHECK(pushed(own, "org_unit", {put("parent", Value())}) == "belongs_elsewhere");
  CHECK(pushed(own, "org_unit", {put("level", "province")}) == "belongs_elsewhere");
  CHECK(pushed(own, "org_unit", {put("org_code", "990221")}) == "belongs_elsewhere");
  CHECK(pushed(own, "org_unit", {put("brand_name", "有事好商量")}).empty());
  const auto edit = [&](const StudioId& data, const RecordId& id, const char* at, const char* value,
                        const std::string& who) {
    const Value::List writes{Value::Object{{"at", at}, {"put", value}}};
    return ask("POST", path(data, id) + "/edits", Value::Object{{"reason", "调整"}, {"writes", writes}}, who);
  };
  const Response refused = edit(own_data, own, "parent", "990221", token);
  CHECK(refused.status == 422);
  CHECK(json_of(refused).text_at("code") == "belongs_elsewhere");
  // The township group stands under the county, which the county says; the county stands under the city.
  const RecordId group = places()->org("990121100")->record;
  CHECK(edit(reference_studio_of("990121100"), group, "level", "township_group", token).status != 404);
  CHECK(edit(own_data, own, "level", "county", city).status == 200);
  CHECK(edit(their_data, their_org, "parent", "990121", city).status == 200);
  CHECK(places()->org("990221")->parent == "990121");
  CHECK(edit(their_data, their_org, "parent", "990100", them).status == 422);
}

TEST_CASE_FIXTURE(TwoCounties, "a desk and an import are told at once what is another's") {
  const std::string before = theirs();
  const auto make = [&](const char* code) {
    return ask("POST", "/v1/studios", Value::Object{{"name", "占用"}, {"org", "990121"}, {"code", code}});
  };
  CHECK(json_of(make("990121-S01")).text_at("code") == "studio_code_taken");
  // In use there, free there, of a county that is not here: he is told the same.
  for (const char* code : {"990221-S01", "990221-S88", "990555-S01", "990221", "990555"}) {
    CAPTURE(code);
    CHECK(json_of(make(code)).text_at("code") == "belongs_elsewhere");
  }
  const Imported imported = must(server.import(R"({
    "studios": [
      {"id": "7a0c6d5e-1b2f-4c3d-8e9f-0a1b2c3d4e5f", "studio_code": "990121-S09", "name": "拿来的", "org_code": "990121"},
      {"studio_code": "990221-S01", "name": "同码", "org_code": "990121"}],
    "members": [
      {"id": "8b1d7e6f-2c30-4d4e-9fa0-1b2c3d4e5f60", "name": "冒名", "person_kind": "member", "org_code": "990121"}]})"));
  REQUIRE(imported.refused.size() == 3);
  CHECK(imported.refused[0].find("belongs to org unit 990221") != std::string::npos);
  CHECK(imported.refused[1].find(their_studio.text()) != std::string::npos);
  CHECK(imported.refused[1].find("990221") != std::string::npos);
  CHECK(imported.refused[2].find("belongs_elsewhere") != std::string::npos);
  CHECK(theirs() == before);
}

TEST_CASE_FIXTURE(TwoCounties, "a studio without an id gets one that does not follow from its code, and keeps it") {
  const char* file = R"({"studios": [{"studio_code": "990221-S05", "name": "新的", "place_kind": "studio",
                                      "studio_kind": "region", "studio_level": "county", "region_code": "990221"}]})";
  CHECK(must(server.import(file)).added == 1);
  const StudioId made = places()->place_of_code("990221-S05")->studio;
  CHECK(made.text()[14] == '4');
  const Imported again = must(server.import(file));
  CHECK(again.added == 0);
  CHECK(again.unchanged == 1);
  TwoCounties elsewhere;
  CHECK(must(elsewhere.server.import(file)).added == 1);
  CHECK(elsewhere.places()->place_of_code("990221-S05")->studio != made);
}

TEST_CASE_FIXTURE(TwoCounties, "what is held as another's is let in by a coordinator of both, and by no other") {
  const RecordId id = as_record(their_studio);
  CHECK(pushed(id, "studio", studio_writes("990121-S09", "并入的")) == "belongs_elsewhere");
  const Value held = get("/v1/held?studio=990121").list_at("held").at(0);
  const std::string decide = "/v1/held/" + own_data.text() + "/" + std::string(held.text_at("change"));
  const Value release = Value::Object{{"decision", "release"}, {"reason", "两县商定"}};
  CHECK(ask("POST", decide, release).status == 422);
  CHECK(ask("POST", decide, release, them).status == 404);
  CHECK(places()->place(their_studio)->org_codes.front() == "990221");
  CHECK(ask("POST", decide, release, city).status == 200);
  CHECK(places()->place(their_studio)->org_codes.front() == "990121");
  CHECK(places()->name_of(their_studio) == "并入的");
}

TEST_CASE_FIXTURE(TwoCounties, "a studio is moved by a coordinator of both, with its names and its phones' grants") {
  const auto move = [&](const char* to, const std::string& who) {
    return ask("POST", "/v1/moves", Value::Object{{"kind", "studio"}, {"id", "990121-S02"}, {"to", to}}, who);
  };
  CHECK(move("990221", token).status == 403);
  CHECK(move("990221", them).status == 404);
  CHECK(move("990999", city).status == 403);
  REQUIRE(move("990221", city).status == 200);
  const StudioPlace* moved = places()->place(studio_2);
  REQUIRE(moved != nullptr);
  CHECK(moved->org_codes == std::vector<std::string>{"990221", "990100", "990000"});
  CHECK(moved->code == "990121-S02");
  CHECK(places()->name_of(studio_2) == "医药卫生界委员工作室");
  CHECK(move("990221", city).status == 409);
  // From now on it is the other county's, and this one's words about it are held.
  CHECK(pushed(as_record(studio_2), "studio", {put("name", "还要")}) == "belongs_elsewhere");
  server.reopen();
  CHECK(places()->place(studio_2)->org_codes.front() == "990221");
}

TEST_CASE_FIXTURE(TwoCounties, "no county learns by an id or a code what another one is called, or that it is there") {
  const RecordId their_org = places()->org("990221")->record;
  const std::string named[] = {their_org.text(), their_data.text(), their_studio.text(), their_member.text(),
                               "990221100201"};
  const RecordId id = record_id(70);
  std::vector<Write> writes = whole("outreach_visit");
  for (const std::string& each : named) writes.push_back({{"visitors", each, {}}, Op::add, Value(), {}, {}, {}});
  writes.push_back(put("region_code", "990221100201"));
  attacker.record(studio_1, coordinator, id, "outreach_visit", writes);
  sync(attacker, studio_1);
  const std::string shown = ask("GET", path(studio_1, id)).body + ask("GET", path(studio_1, id) + "/history").body +
                            ask("GET", "/v1/records?studio=990121-S01").body;
  for (const char* name : {"望川", "望川县", "远山"}) CHECK(shown.find(name) == std::string::npos);
  CHECK(shown.find(places()->name_of(their_member)) == std::string::npos);
  CHECK(shown.find(places()->name_of(their_studio)) == std::string::npos);
  CHECK(shown.find(their_member.text()) != std::string::npos);

  // What is there is refused as what is not, to the letter but for what he gave himself.
  const auto told = [&](const char* target, const Value& body, const std::string& given) {
    const Response answer = ask("POST", target, body);
    Value::Object document = *json_of(answer).object();
    document.erase("draft");
    std::string text = to_json(Value(document));
    for (std::size_t at = text.find(given); at != std::string::npos; at = text.find(given, at))
      text.erase(at, given.size());
    return std::to_string(answer.status) + text;
  };
  const std::string nobody = record_id(99).text();
  const auto move = [&](const std::string& what, const std::string& to, const std::string& given) {
    return told("/v1/moves", Value::Object{{"kind", "studio"}, {"id", what}, {"to", to}}, given);
  };
  CHECK(move(their_studio.text(), "990121", their_studio.text()) == move(nobody, "990121", nobody));
  CHECK(move(studio_1.text(), "990221", "990221") == move(studio_1.text(), "990555", "990555"));
  const auto grant = [&](const std::string& member) {
    const Value body =
        Value::Object{{"member", member}, {"role", "convener"}, {"place", "990121-S01"}, {"clearance", "internal"}};
    return told("/v1/grants", body, member);
  };
  CHECK(grant(their_member.text()) == grant(nobody));
  CHECK(grant(their_member.text()).starts_with("400"));
  const auto make = [&](const std::string& code, const std::string& member) {
    const Value::List grants{Value::Object{{"member", member}, {"role", "convener"}}};
    return told("/v1/studios", Value::Object{{"name", "新的"}, {"org", "990121"}, {"code", code}, {"grants", grants}},
                code.starts_with("990121") ? member : code);
  };
  CHECK(make("990121-S77", their_member.text()) == make("990121-S77", nobody));
  CHECK(make("990221-S01", hao.text()) == make("990555-S01", hao.text()));
}

TEST_CASE_FIXTURE(TwoCounties, "what a county lists does not count what another one does") {
  must(server.import(R"({"grants": [{"member": "26866b18-0865-421c-9318-8d0cfd515c9b", "role": "auditor",
                                     "org": "990121", "clearance": "internal"}]})"));
  const std::string auditor = sign_in("mi", mi);
  const auto entries = [&] {
    std::string text;
    std::string after;
    for (int pages = 0; pages < 100; ++pages) {
      const Value page = get("/v1/audit?limit=3&act=record_read" + (after.empty() ? "" : "&after=" + after), auditor);
      for (const Value& entry : page.list_at("entries")) {
        CHECK(entry.find("number") == nullptr);
        text += to_json(entry) + "\n";
      }
      after = page.text_at("next");
      if (after.empty()) break;
      CHECK(after.size() == 22);
    }
    CHECK(after.empty());
    return text;
  };
  attacker.record(studio_1, coordinator, record_id(71), "concern", whole("concern"));
  sync(attacker, studio_1);
  for (int i = 0; i < 4; ++i) (void)get(path(studio_1, record_id(71)));
  const std::string before = entries();
  CHECK_FALSE(before.empty());
  for (int i = 0; i < 5; ++i) (void)ask("GET", path(studio_1, record_id(71)), {}, them);
  CHECK(entries() == before);
  CHECK(ask("GET", "/v1/audit?after=17", {}, auditor).status == 400);
  CHECK(ask("GET", "/v1/grants?place=990121&after=17").status == 400);
  CHECK(ask("POST", "/v1/grants/17/end", Value::Object{}).status == 400);
}

TEST_CASE_FIXTURE(TwoCounties, "what belongs to whom outlives a restore to before it was known") {
  const auto backup = server.backup();
  REQUIRE(must(server.import(R"({"studios": [
    {"id": "be40a192-5f63-4071-8cd3-4e5f60718293", "studio_code": "990221-S06", "name": "新的", "place_kind": "studio",
     "studio_kind": "region", "studio_level": "county", "region_code": "990221"}]})"))
              .refused.empty());
  const RecordId made = *RecordId::parse("be40a192-5f63-4071-8cd3-4e5f60718293");
  TestPhone theirs_phone = phone_of(server, 12, their_studio, their_coordinator);
  const RecordId by_phone = record_id(60);
  theirs_phone.record(their_data, their_coordinator, by_phone, "studio", studio_writes("990221-S07", "手机上建的"));
  sync(theirs_phone, their_data);
  REQUIRE(places()->place(StudioId{by_phone.bytes}) != nullptr);
  server.set_back(backup);
  const auto shown_to = [&](const char* login) {
    const std::string who = must(server->accounts->sign_in(login, "一个够长的口令，谁也猜不到", server.now_ms)).token;
    std::string studios;
    const Value restoration = get("/v1/restoration", who);
    for (const Value& studio : restoration.list_at("studios")) studios += studio.text_at("studio");
    return studios;
  };
  CHECK(shown_to("yan").find(their_data.text()) != std::string::npos);
  CHECK(shown_to("cheng").find(their_data.text()) == std::string::npos);
  CHECK(pushed(made, "studio", studio_writes("990121-S20", "趁机")) == "belongs_elsewhere");
  // Its own row is still on its phone: until then it is known whose it is.
  CHECK(pushed(by_phone, "studio", studio_writes("990121-S21", "趁机")) == "belongs_elsewhere");
  CHECK(places()->place(StudioId{by_phone.bytes}) == nullptr);
  REQUIRE(places()->place_of_owner(StudioId{by_phone.bytes}).has_value());
  CHECK(places()->place_of_owner(StudioId{by_phone.bytes})->org_codes.front() == "990221");
}

TEST_CASE_FIXTURE(TwoCounties, "heads that a phone gives back after a restore name nothing that is another's") {
  OfferedHead offered{as_record(their_studio), "studio", {"name", {}, {}}, {}};
  offered.head.id.bytes = {9, 9};
  offered.head.value = "拿来的";
  offered.head.member = coordinator;
  offered.head.role = "coordinator";
  offered.head.clock = Hlc::at(noon_ms - 1000, 0);
  OfferedHead parent{places()->org("990121")->record, "org_unit", {"parent", {}, {}}, offered.head};
  parent.head.id.bytes = {9, 8};
  parent.head.value = "990221";
  OfferedHead own{record_id(1), "village", {"name", {}, {}}, offered.head};
  own.head.id.bytes = {9, 7};
  SyncRequest request = attacker.request(own_data);
  request.studios[0].offered = {offered, parent, own};
  request.studios[0].cursor = lost_cursor(own_data, server->self).text();
  CHECK(attacker.sync(server, request).studios[0].problem.empty());
  const auto lines_of = [&](const RecordId& record) {
    std::size_t lines = 0;
    must(server->store->read(own_data, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const auto log, snapshot.log_of(record));
      lines = log.size();
      return {};
    }));
    return lines;
  };
  CHECK(lines_of(offered.record) == 0);
  CHECK(lines_of(parent.record) == 1);  // as it was imported
  CHECK(lines_of(own.record) == 1);
  CHECK(places()->org("990121")->parent == "990100");
  CHECK(places()->name_of(their_studio) == "望川县委员工作室");
}

TEST_CASE_FIXTURE(TwoCounties, "a database of before learns from its logs what belongs to whom") {
  pushed(as_record(their_studio), "studio", studio_writes("990121-S09", "拿来的"));
  const std::string before = theirs();
  const auto rows_of = [&] {
    Owners owners;
    must(server->belongings->read_after(0, owners));
    return owners;
  };
  const Owners owners = rows_of();
  CHECK(owners.at({"studio", their_studio.text()}) == "990221");
  CHECK(owners.at({"studio_code", "990221-S01"}) == "990221");
  CHECK(owners.at({"member", their_member.text()}) == "990221");
  CHECK(owners.at({"region_code", "990121100201"}) == "990121");
  must(server->database->write([](SqlConnection& connection) -> Status {
    connection.exec(forget_belongings);
    connection.exec(forget_found);
    return {};
  }));
  server.reopen();
  CHECK(rows_of() == owners);
  CHECK(theirs() == before);
}

TEST_CASE("whatever a county writes, places of the other are what they were") {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    TwoCounties counties;
    std::mt19937 random(seed);
    const auto one_of = [&](const auto& values) { return values[random() % values.size()]; };
    const std::vector<RecordId> ids{as_record(their_studio),
                                    as_record(their_member),
                                    as_record(their_coordinator),
                                    as_record(their_data),
                                    as_record(studio_1),
                                    as_record(coordinator),
                                    counties.places()->org("990221")->record,
                                    counties.places()->org("990121")->record,
                                    record_id(40),
                                    random_id(random)};
    const std::vector<std::string> texts{"990221",     "990221-S01",   "990121", "990100",     "990000",
                                         "990221-S05", "990221100201", "冒名",   "990121-S01", "990121100201"};
    const std::vector<std::string> kinds{"studio", "member", "org_unit", "village"};
    const std::vector<std::string> fields{"studio_code", "name",   "region_code", "org_code",
                                          "parent",      "status", "level",       "_deleted"};
    const std::string before = counties.theirs();
    for (int n = 0; n < 60; ++n) {
      std::vector<Write> writes;
      for (int left = 1 + static_cast<int>(random() % 4); left > 0; --left) {
        const std::string field = one_of(fields);
        const Value value = field == "_deleted" ? Value(true)
                            : field == "status" ? Value("closed")
                                                : Value(one_of(texts));
        const bool twice =
            std::any_of(writes.begin(), writes.end(), [&](const Write& w) { return w.at.field == field; });
        if (!twice) writes.push_back(put(field, value));
      }
      counties.attacker.record(own_data, coordinator, one_of(ids), one_of(kinds), std::move(writes), "随意");
    }
    counties.sync(counties.attacker, own_data);
    CHECK(counties.theirs() == before);
    counties.server.reopen();
    CHECK(counties.theirs() == before);
  }
}

TEST_SUITE_END();
