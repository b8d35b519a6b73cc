// A world with a record for each thing that the policy tells apart, looked at by every role, by every way that there
// is: what comes out is what the table says (tests/sync/model/policy_matrix.txt).
#include <map>

#include "schema/json.h"
#include "server/upkeep/search_indexing.h"
#include "tests/server/review/review_desk.h"
#include "tests/support/whole_stream.h"
#include "tests/sync/model/policy_matrix.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

const char* const more_json = R"json({
  "org_units": [
    {"org_code": "990121200", "name": "彩石镇政协联络组", "level": "township_group", "region_code": "990121200",
     "parent": "990121"},
    {"org_code": "980122", "name": "政协远山县委员会", "level": "county", "region_code": "980122", "parent": null}],
  "studios": [
    {"id": "7d3c1c2a-93b4-4f1a-8a55-0a0b5a3f0001", "studio_code": "990121-S03", "name": "彩石镇区域委员工作室",
     "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990121200"}]
})json";
const char* const far_json = R"json({
  "studios": [
    {"id": "7d3c1c2a-93b4-4f1a-8a55-0a0b5a3f0002", "studio_code": "980122-S01", "name": "远山镇区域委员工作室", "org_code": "980122",
     "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "980122"}]
})json";
const StudioId beside = *StudioId::parse("7d3c1c2a-93b4-4f1a-8a55-0a0b5a3f0001"),
               far = *StudioId::parse("7d3c1c2a-93b4-4f1a-8a55-0a0b5a3f0002");

// Something that can be told: what it says, in which row of the table and how guarded it is; and to whom it is more
// than a record of somebody else's.
struct Secret {
  std::string says, row;
  Sensitivity sensitivity;
  StudioId studio;
  RecordId record;
  std::string column;                          // to everybody
  std::map<std::string, std::string> else_{};  // to these roles
};

struct Reader {
  std::string role, token;
  MemberId member;
  TestPhone phone;
};

struct World : ReviewDesk {
  World() {
    must(server.import(more_json));
    must(server.import(far_json));
    grant(hao, "convener", studio_1);
    grant(hao, "convener", beside);
    grant(hao, "convener", far);
    grant(doctor, "clinic_doctor", studio_1);
    server->directory->note_change();
    std::uint8_t number = 0;
    for (const auto& [role, place] : std::vector<std::pair<std::string, std::string>>{{"convener", ""},
                                                                                      {"member", ""},
                                                                                      {"informant", ""},
                                                                                      {"clinic_doctor", ""},
                                                                                      {"township_liaison", "990121100"},
                                                                                      {"coordinator", "990121"},
                                                                                      {"handling_unit", "990121"},
                                                                                      {"city_supervisor", "990100"},
                                                                                      {"province_supervisor", "990000"},
                                                                                      {"privacy_officer", "990121"},
                                                                                      {"auditor", "990121"},
                                                                                      {"admin", "990121"}}) {
      open_account(role, place, ++number);
    }
    record_all();
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
  }

  void grant(const MemberId& member, const std::string& role, const StudioId& studio, const std::string& org = {}) {
    Grant grant;
    grant.member = member;
    grant.role = role;
    if (org.empty()) grant.studio = studio;
    grant.org_code = org;
    grant.clearance = Sensitivity::health;
    if (role != "clinic_doctor" && role != "auditor" && role != "admin") grant.clearance = Sensitivity::personal;
    must(server->grants->add(grant));
  }

  void open_account(const std::string& role, const std::string& org, std::uint8_t number) {
    const MemberId member{record_id(static_cast<std::uint8_t>(200 + number)).bytes};
    grant(member, role, studio_1, org);
    server->directory->note_change();
    const std::string session = sign_in(role, member);
    accounts.push_back(
        {role, session, member, phone_of(server, static_cast<std::uint8_t>(20 + number), studio_1, member)});
  }
  Reader& account(const std::string& role) {
    return *std::find_if(accounts.begin(), accounts.end(), [&](const Reader& each) { return each.role == role; });
  }

  // What somebody recorded, with what it says that not everybody may read.
  void note(TestPhone& phone, const StudioId& studio, const MemberId& member, const char* kind,
            std::vector<Write> writes, std::vector<Secret> told, const std::string& column,
            std::map<std::string, std::string> else_ = {}) {
    const RecordId record = record_id(++records);
    phone.record(studio, member, record, kind, std::move(writes));
    for (Secret& secret : told) {
      secret.studio = studio;
      secret.record = record;
      secret.column = column;
      secret.else_ = else_;
      secrets.push_back(std::move(secret));
    }
  }
  static Secret says(std::string words, std::string row, Sensitivity sensitivity) {
    return {std::move(words), std::move(row), sensitivity, {}, {}, {}, {}};
  }

  // The text tells a telephone number, and is told by it.
  std::vector<Write> consultation(const char* title, const char* phone, const char* participant) {
    return whole("micro_consultation", {put("title", title), put("opinions_text", std::string("请打 ") + phone),
                                        add("participants", participant)});
  }
  void step(TestPhone& phone, const MemberId& member, const StudioId& studio, const RecordId& record) {
    phone.record(studio, member, record, "micro_consultation", {server_test::step("_review", "draft", "submitted")});
    sync(phone, studio);
    const Value result =
        post("/v1/verdicts", Value::Object{{"studio", studio.text()}, {"record", record.text()}, {"to", "accepted"}});
    REQUIRE(result.list_at("results").at(0).text_at("outcome") == "done");
  }

  void record_all();
  std::string told_at_desk(const Reader& account);
  std::string told_to_phone(Reader& account);

  std::vector<Reader> accounts;
  std::vector<Secret> secrets;
  std::uint8_t records = 0;
};

void World::record_all() {
  using enum Sensitivity;
  const std::map<std::string, std::string> to_unit{{"handling_unit", "assigned"}};
  note(hao_phone, studio_1, hao, "micro_consultation", consultation("甲起稿议题", "13811110001", "甲起稿参加人"),
       {says("甲起稿议题", "event.header", internal), says("13811110001", "event.text", internal),
        says("甲起稿参加人", "event", personal)},
       "studio");
  note(hao_phone, studio_1, hao, "micro_consultation", consultation("乙通过议题", "13811110002", "乙通过参加人"),
       {says("乙通过议题", "event.header", internal), says("13811110002", "event.text", internal),
        says("乙通过参加人", "event", personal)},
       "accepted");
  step(hao_phone, hao, studio_1, record_id(records));
  note(hao_phone, studio_1, hao, "outreach_visit",
       whole("outreach_visit", {put("address_text", "丙户的地址"), put("on_spot_solved", "留了 13811110003")}),
       {says("丙户的地址", "visit", personal), says("13811110003", "visit.text", internal)}, "studio");
  note(hao_phone, studio_1, hao, "concern",
       whole("concern",
             {put("title", "丁诉求标题"), put("description", "丁诉求内容详述"), put("outcome_text", "回 13811110004")}),
       {says("丁诉求标题", "concern", internal), says("丁诉求内容详述", "concern", personal),
        says("13811110004", "concern.text", internal)},
       "studio");
  const RecordId concern = record_id(records);
  note(hao_phone, studio_1, hao, "resident",
       {put("name", "戊居民某甲"), put("region_code", "990121100201"), put("contact_phone", "13811110005")},
       {says("戊居民某甲", "resident.name", personal), says("13811110005", "resident", personal)}, "studio");
  note(hao_phone, studio_1, hao, "consent", {put("scope", "record_keeping"), put("form_version", "己同意书版本")},
       {says("己同意书版本", "consent", personal)}, "studio");
  note(hao_phone, studio_1, hao, "comment", {put("target_id", concern.text()), put("text", "庚对诉求的留言")},
       {says("庚对诉求的留言", "about", internal)}, "studio");
  note(hao_phone, studio_1, hao, "concern",
       whole("concern", {put("title", "辛交办标题"), put("description", "辛交办内容详述")}),
       {says("辛交办标题", "concern", internal), says("辛交办内容详述", "concern", personal)}, "studio", to_unit);
  const RecordId assigned = record_id(records);
  note(hao_phone, studio_1, hao, "clinic_visit",
       whole("clinic_visit", {put("title", "壬义诊标题"), add("doctors", account("clinic_doctor").member.text())}),
       {says("壬义诊标题", "event.header", internal)}, "studio", {{"clinic_doctor", "named"}});
  const RecordId clinic = record_id(records);
  note(hao_phone, beside, hao, "micro_consultation", consultation("癸邻镇议题", "13811110006", "癸邻镇参加人"),
       {says("癸邻镇议题", "event.header", internal), says("13811110006", "event.text", internal),
        says("癸邻镇参加人", "event", personal)},
       "county");
  step(hao_phone, hao, beside, record_id(records));
  note(hao_phone, far, hao, "concern",
       whole("concern", {put("title", "子远县标题"), put("description", "子远县内容详述")}),
       {says("子远县标题", "concern", internal), says("子远县内容详述", "concern", personal)}, "elsewhere");
  for (const StudioId& studio : {studio_1, beside, far}) sync(hao_phone, studio);

  TestPhone phone = phone_of(server, 4, studio_1, doctor);
  note(phone, studio_1, doctor, "clinic_encounter", {put("chief_complaint", "丑别处的主诉"), put("seq_no", 1)},
       {says("丑别处的主诉", "encounter", health)}, "studio");
  note(phone, studio_1, doctor, "comment", {put("target_id", record_id(records).text()), put("text", "寅对病人的留言")},
       {says("寅对病人的留言", "about", health)}, "studio");
  note(phone, studio_1, doctor, "clinic_encounter",
       {put("clinic_visit_id", clinic.text()), put("chief_complaint", "卯义诊的主诉"), put("seq_no", 2)},
       {says("卯义诊的主诉", "encounter", health)}, "studio", {{"clinic_doctor", "named"}});
  sync(phone, studio_1);
  for (const char* role : {"member", "informant"}) {
    Reader& author = account(role);
    const std::string title = std::string(role) + "自己的", told = std::string(role) + "的内容详述";
    note(author.phone, studio_1, author.member, "concern",
         whole("concern", {put("title", title), put("description", told)}),
         {says(title, "concern", internal), says(told, "concern", personal)}, "studio", {{role, "own"}});
    sync(author.phone, studio_1);
  }
  const Value edit = Value::Object{
      {"writes",
       Value::List{Value::Object{{"at", "assigned_unit_id"}, {"put", account("handling_unit").member.text()}}}}};
  post(path(studio_1, assigned) + "/edits", edit);
}

std::string World::told_at_desk(const Reader& account) {
  std::string told;
  const auto read = [&](const std::string& target) { told += ask("GET", target, {}, account.token).body + "\n"; };
  for (const char* target :
       {"/v1/records?limit=500&deleted=1", "/v1/records?limit=500&parts=1",
        "/v1/records?limit=500&kind=clinic_encounter", "/v1/conflicts", "/v1/held", "/v1/totals", "/v1/stock",
        "/v1/duplicates/candidates?month=2026-11", "/v1/restoration", "/v1/devices", "/v1/drafts"}) {
    read(target);
  }
  for (const Secret& secret : secrets) {
    read(path(secret.studio, secret.record));
    read(path(secret.studio, secret.record) + "/history");
  }
  for (const char* kind : {"micro_consultation", "outreach_visit", "concern", "resident", "clinic_encounter"}) {
    const Response file = ask("GET", std::string("/v1/export.csv?kind=") + kind, {}, account.token);
    told += file.body;
    if (file.stream) told += test::whole_of(file.stream).value();
  }
  return told;
}

// The dump of a phone that is pulled afresh in each of the studios.
std::string World::told_to_phone(Reader& account) {
  std::string told;
  account.phone.cursors.clear();
  for (const StudioId& studio : {studio_1, beside, far}) {
    const SyncReply reply = account.phone.sync(server, account.phone.request(studio));
    for (const StudioReply& part : reply.studios) {
      for (const std::string& row : part.page.rows) told += row + "\n";
    }
  }
  return told;
}

Sensitivity up_to(const std::string& says) {
  return sensitivity_named(says.substr(0, says.find('~'))).value_or(Sensitivity::public_);
}

}  // namespace

TEST_SUITE("server/review/policy") {
  TEST_CASE_FIXTURE(World, "every role is told what the table says, at a desk and on a phone, and nothing else") {
    std::map<std::string, std::string> table;
    for (const policy_matrix::Cell& cell : policy_matrix::cells()) {
      if (cell.section == "see") table[cell.role + " " + cell.row + " " + cell.column] = cell.says;
    }
    for (Reader& account : accounts) {
      const std::string desk = told_at_desk(account), phone = told_to_phone(account);
      for (const Secret& secret : secrets) {
        const auto other = secret.else_.find(account.role);
        const std::string& column = other == secret.else_.end() ? secret.column : other->second;
        const std::string cell = account.role + " " + secret.row + " " + column;
        REQUIRE(table.contains(cell));
        const bool allowed = secret.sensitivity <= up_to(table.at(cell));
        CAPTURE(cell);
        CAPTURE(secret.says);
        CHECK((desk.find(secret.says) != std::string::npos) == allowed);
        CHECK((phone.find(secret.says) != std::string::npos) == allowed);
      }
    }
  }

  TEST_CASE_FIXTURE(World, "who may not export is told so, and a supervisor's file is masked") {
    for (const Reader& account : accounts) {
      CAPTURE(account.role);
      const Response file = ask("GET", "/v1/export.csv?kind=micro_consultation", {}, account.token);
      const bool exports = account.role == "coordinator" || account.role.ends_with("_supervisor");
      CHECK(file.status == (exports ? 200 : 403));
      if (!exports) CHECK(file.body.find("不能导出") != std::string::npos);
    }
  }

  TEST_CASE_FIXTURE(World, "a field is unmasked for one account, one record and fifteen minutes") {
    const std::string city = account("city_supervisor").token;
    const RecordId accepted = record_id(2), draft = record_id(1);
    const auto unmask = [&](const std::string& whose, const RecordId& record, const char* field, const char* code,
                            const char* why) {
      return ask("POST", path(studio_1, record) + "/unmask",
                 Value::Object{{"field", field}, {"reason_code", code}, {"reason", why}}, whose);
    };
    CHECK(record(studio_1, accepted, city).text_at("title") == "乙通过议题");
    CHECK(cell_of(record(studio_1, accepted, city), "participants").boolean_at("masked"));
    CHECK(cell_of(record(studio_1, accepted, city), "opinions_text").text_at("text") == "请打 ［已隐去］");
    CHECK(unmask(city, accepted, "participants", "curious", "想看看这是谁").status == 400);
    CHECK(unmask(city, accepted, "participants", "complaint", "看").status == 400);
    CHECK(unmask(city, accepted, "headcount_total", "complaint", "核对投诉").status == 400);
    CHECK(unmask(city, draft, "participants", "complaint", "核对投诉").status == 404);
    for (const char* role : {"admin", "auditor", "privacy_officer", "convener", "handling_unit"}) {
      CHECK(unmask(account(role).token, accepted, "participants", "complaint", "核对投诉").status == 403);
    }
    const Response opened = unmask(city, accepted, "participants", "complaint", "核对投诉");
    REQUIRE(opened.status == 200);
    CHECK(opened.body.find("乙通过参加人") != std::string::npos);
    CHECK(json_of(opened).integer_at("until_ms") == server.now_ms + 15 * 60 * 1000);
    const Value told = json_of(ask("GET", "/v1/audit?act=unmasked", {}, account("auditor").token));
    std::size_t done = 0;
    for (const Value& entry : told.list_at("entries")) {
      CHECK(to_json(entry).find("核对投诉") == std::string::npos);
      done += entry.text_at("outcome") == "done" && entry.text_at("reason") == "complaint" ? 1 : 0;
    }
    CHECK(done == 1);
    const auto sees = [&](const std::string& whose) {
      return !cell_of(record(studio_1, accepted, whose), "participants/乙通过参加人").is_null();
    };
    CHECK(sees(city));
    CHECK_FALSE(sees(account("province_supervisor").token));
    server.now_ms += 15 * 60 * 1000;
    CHECK_FALSE(sees(city));

    // A patient of the county, to a coordinator who has no clearance for health.
    const std::string county = account("coordinator").token;
    const RecordId patient = record_id(12);
    CHECK(ask("GET", path(studio_1, patient), {}, county).status == 404);
    const Response health = unmask(county, patient, "chief_complaint", "emergency", "急救要联系本人");
    REQUIRE(health.status == 200);
    CHECK(json_of(health).text_at("value") == "丑别处的主诉");
    CHECK(ask("GET", path(studio_1, patient), {}, county).body.find("丑别处的主诉") != std::string::npos);
    server.now_ms += 15 * 60 * 1000;
    CHECK(ask("GET", path(studio_1, patient), {}, county).status == 404);
  }

  TEST_CASE_FIXTURE(World,
                    "what was accepted stays in a supervisor's counts as it was while somebody writes on in it") {
    const std::string city = account("city_supervisor").token, target = "/v1/totals?kind=micro_consultation";
    const auto counted = [&] {
      const Value totals = get(target, city);
      return totals.list_at("indicators").at(0).integer_at("value");
    };
    CHECK(counted() == 2);
    hao_phone.record(studio_1, hao, record_id(2), "micro_consultation", {put("remarks", "补记一句")});
    sync(hao_phone, studio_1);
    CHECK(counted() == 2);
  }

  TEST_CASE_FIXTURE(World, "two counties cannot read, count or name each other's records by any way") {
    const MemberId stranger{record_id(240).bytes};
    grant(stranger, "coordinator", {}, "980122");
    server->directory->note_change();
    Reader away{"coordinator", sign_in("away", stranger), stranger, phone_of(server, 40, far, stranger)};
    const std::string desk = told_at_desk(away), phone = told_to_phone(away);
    for (const Secret& secret : secrets) {
      CAPTURE(secret.says);
      const bool own = secret.studio == far;
      CHECK((desk.find(secret.says) != std::string::npos) == own);
      CHECK((phone.find(secret.says) != std::string::npos) == own);
    }
    CHECK(desk.find("柳湾镇区域委员工作室") == std::string::npos);
    CHECK(desk.find("990121-S01") == std::string::npos);
    const Value unmask = Value::Object{{"field", "title"}, {"reason_code", "law"}, {"reason", "想看看邻县"}};
    const Response theirs = ask("POST", path(studio_1, record_id(1)) + "/unmask", unmask, away.token);
    const Response nobodys =
        ask("POST", path(*StudioId::parse(record_id(99).text()), record_id(1)) + "/unmask", unmask, away.token);
    CHECK(theirs.status == 404);
    CHECK(nobodys.status == 404);
    for (const char* target :
         {"/v1/records?studio=990121-S01", "/v1/totals?studio=990121-S01", "/v1/stock?studio=990121-S01",
          "/v1/export.csv?studio=990121-S01", "/v1/held?studio=990121-S01"}) {
      CHECK(ask("GET", target, {}, away.token).status == 404);
    }
  }
}
