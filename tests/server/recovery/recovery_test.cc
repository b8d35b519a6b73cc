// A database that was put back from a backup, and what its server knows again by the journal beside it.
#include <filesystem>
#include <fstream>

#include "schema/json.h"
#include "server/people/restoration.h"
#include "server/telemetry/log.h"
#include "sync/log/rebuild.h"
#include "sync/wire/envelope.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

int sync_status(TestServer& server, const TestPhone& phone) {
  return phone.ask_sync(server, phone.request(studio_1)).status;
}

Seq log_seq(TestServer& server, const StudioId& studio) {
  Seq seq = 0;
  must(server->store->read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const StudioHead head, snapshot.head());
    seq = head.seq;
    return {};
  }));
  return seq;
}

// A consultation that hao recorded on his phone and submitted.
struct County : ReviewDesk {
  ChangeId write_consultation(std::uint8_t number) {
    const ChangeId first =
        hao_phone.record(studio_1, hao, record_id(number), "micro_consultation", whole("micro_consultation"));
    hao_phone.record(studio_1, hao, record_id(number), "micro_consultation", {step("_review", "draft", "submitted")});
    return first;
  }
  void accept(std::uint8_t number) {
    const Value answer =
        post("/v1/verdicts",
             Value::Object{{"studio", studio_1.text()}, {"record", record_id(number).text()}, {"to", "accepted"}});
    REQUIRE(answer.list_at("results").at(0).text_at("outcome") == "done");
  }
  std::string number_of(std::uint8_t number) {
    return std::string(record(studio_1, record_id(number)).text_at("official_no"));
  }
  void set_back(const std::filesystem::path& backup) {
    server.set_back(backup);
    const SignedIn signed_in = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms));
    token = signed_in.token;
  }
};

}  // namespace

TEST_SUITE_BEGIN("server/recovery/recovery");

TEST_CASE_FIXTURE(County, "a phone that was enrolled after the backup notices nothing (PROTOCOL 6.3)") {
  const auto backup = server.backup();
  const TestPhone later = phone_of(server, 7, studio_1, mi);
  set_back(backup);
  CHECK(sync_status(server, later) == 200);
  const Device known = *must(server->devices->find(later.device()));
  CHECK(known.member == mi);
  CHECK(known.readmitted_ms == 0);
  CHECK(must(server->devices->find(hao_phone.device())));
}

TEST_CASE_FIXTURE(County, "what was cut off after the backup stays cut off with all that took its place") {
  const auto backup = server.backup();
  TestPhone next(8);
  next.token = json_of(mi_phone.rekey(server, next)).text_at("token");
  must(server->devices->set_status(mi_phone.device(), DeviceStatus::revoked));
  set_back(backup);
  CHECK(must(server->devices->find(mi_phone.device()))->status == DeviceStatus::revoked);
  const Device again = *must(server->devices->find(next.device()));
  CHECK(again.status == DeviceStatus::revoked);
  CHECK(again.rekeyed_from == mi_phone.device());
  CHECK(next.sync(server, next.request(studio_1)).purge);
}

TEST_CASE_FIXTURE(County, "a retired device still names the one in its place after the journal was told anew") {
  const auto backup = server.backup();
  const TestPhone next(8);
  REQUIRE(mi_phone.rekey(server, next).status == 200);
  REQUIRE(mi_phone.rekey(server, next).status == 200);  // changed last: told after the one whose place it took
  must(server->devices->set_status(next.device(), DeviceStatus::lost));
  must(server->devices->set_status(next.device(), DeviceStatus::active));
  server.reopen();
  std::filesystem::remove_all(server.journal());
  server.reopen();  // all of it is told anew
  set_back(backup);
  CHECK(must(server->devices->find(mi_phone.device()))->superseded_by == next.device());
  CHECK(must(server->devices->find(next.device()))->rekeyed_from == mi_phone.device());
}

TEST_CASE_FIXTURE(County, "a revoked phone gets no allowance anew by a restore") {
  const auto backup = server.backup();
  must(server->devices->set_status(mi_phone.device(), DeviceStatus::revoked));
  mi_phone.record(studio_1, mi, record_id(1), "outreach_visit", {put("occurred_on", "2026-11-19")});
  mi_phone.sync(server, mi_phone.request(studio_1));
  must(server->sync_notes->flush());
  REQUIRE(must(server->devices->find(mi_phone.device()))->after_revocation == 1);
  set_back(backup);
  CHECK(must(server->devices->find(mi_phone.device()))->after_revocation == 1);
}

TEST_CASE_FIXTURE(County, "a lost phone that was found again before the restore works after it") {
  must(server->devices->set_status(mi_phone.device(), DeviceStatus::lost));
  const auto backup = server.backup();
  must(server->devices->set_status(mi_phone.device(), DeviceStatus::active));
  set_back(backup);
  CHECK(must(server->devices->find(mi_phone.device()))->status == DeviceStatus::active);
}

TEST_CASE_FIXTURE(County, "a code stays used and one that was not used still serves") {
  const std::string used = code_for(server, studio_1, mi);
  const auto backup = server.backup();
  const std::string unused = code_for(server, studio_1, mi);
  TestPhone first(7), second(8), third(9);
  REQUIRE(first.enrol(server, used).status == 200);
  set_back(backup);
  CHECK(second.enrol(server, used).status == 410);
  CHECK(first.enrol(server, used).status == 200);
  CHECK(third.enrol(server, unused).status == 200);
}

TEST_CASE_FIXTURE(County, "an ended grant stays ended and a new one holds") {
  const auto backup = server.backup();
  for (const KeptGrant& kept : must(server->grants->all())) {
    if (kept.grant.member == mi) must(server->grants->end(kept.id, server.now_ms));
  }
  Grant grant;
  grant.member = doctor;
  grant.role = "convener";
  grant.studio = studio_1;
  REQUIRE(must(server->grants->add(grant)));
  const auto before = must(server->grants->all());
  set_back(backup);
  const auto after = must(server->grants->all());
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(after[i].id == before[i].id);
    CHECK(after[i].grant.member == before[i].grant.member);
    CHECK(after[i].grant.role == before[i].grant.role);
    CHECK(after[i].grant.to_ms == before[i].grant.to_ms);
    CHECK(after[i].grant.clearance == before[i].grant.clearance);
  }
  const Moment now = must(server->moments->now());
  CHECK_FALSE(now.places->access(mi, *now.places->place(studio_1), server.now_ms).any());
  CHECK(now.places->access(doctor, *now.places->place(studio_1), server.now_ms).has("convener"));
}

TEST_CASE_FIXTURE(County, "a disabled account stays so and a changed password is asked for anew and sessions end") {
  must(server->accounts->add("old", liaison, "旧的那个口令，也要够长才行", false));
  must(server->accounts->add("gone", liaison, "旧的那个口令，也要够长才行", false));
  const auto backup = server.backup();
  must(server->accounts->set_password("old", "另一个口令，也要够长才行", false));
  must(server->accounts->set_disabled("gone", true));
  must(server->accounts->add("new", mi, "旧的那个口令，也要够长才行", false));
  const std::string before = token;
  server.set_back(backup);
  const auto outcome = [&](const char* login, const char* password) {
    return must(server->accounts->sign_in(login, password, server.now_ms)).outcome;
  };
  CHECK(outcome("cheng", "一个够长的口令，谁也猜不到") == SignedIn::Outcome::ok);
  CHECK(outcome("old", "旧的那个口令，也要够长才行") == SignedIn::Outcome::wrong);
  CHECK(outcome("old", "另一个口令，也要够长才行") == SignedIn::Outcome::wrong);
  CHECK(outcome("gone", "旧的那个口令，也要够长才行") == SignedIn::Outcome::wrong);
  CHECK(outcome("new", "旧的那个口令，也要够长才行") == SignedIn::Outcome::wrong);
  CHECK(must(server->accounts->without_password()) == std::vector<std::string>{"new", "old"});
  CHECK_FALSE(must(server->sessions->with_token(before, false, server.now_ms)));
  must(server->accounts->set_password("old", "第三个口令，也要够长才行", false));
  CHECK(outcome("old", "第三个口令，也要够长才行") == SignedIn::Outcome::ok);
  server.reopen();  // the journal's older word changes nothing any more
  CHECK(outcome("old", "第三个口令，也要够长才行") == SignedIn::Outcome::ok);
}

TEST_CASE_FIXTURE(County, "a verdict on a record of the backup is there again with its clock and its number") {
  write_consultation(1);
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  accept(1);
  const Value before = record(studio_1, record_id(1));
  server.now_ms += 60'000;
  set_back(backup);
  const Value after = record(studio_1, record_id(1));
  CHECK(after.text_at("review") == "accepted");
  CHECK(after.text_at("official_no") == "990121-S01-微商-2026-0001");
  CHECK(cell_of(after, "_review") == cell_of(before, "_review"));
  CHECK(after.integer_at("held") == 0);
}

TEST_CASE_FIXTURE(County,
                  "a verdict waits for a record that is not back and the record keeps its number (PROTOCOL 6.4)") {
  write_consultation(1);
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  write_consultation(2);
  sync(hao_phone, studio_1);
  accept(2);
  REQUIRE(number_of(2) == "990121-S01-微商-2026-0001");
  set_back(backup);

  accept(1);  // before the phone is back: the number is not to be had
  CHECK(number_of(1) == "990121-S01-微商-2026-0002");
  const Value waiting = record(studio_1, record_id(2));
  CHECK(waiting.text_at("official_no") == "");

  sync(hao_phone, studio_1);  // hears how far it is acknowledged
  sync(hao_phone, studio_1);
  const Value back = record(studio_1, record_id(2));
  CHECK(back.text_at("review") == "accepted");
  CHECK(back.text_at("official_no") == "990121-S01-微商-2026-0001");
  CHECK(cell_of(back, "_official_no").list_at("heads").size() == 1);
  CHECK(back.text_at("created_by_name") == "郝商量");
  CHECK(must(server->lists->held_open(std::span(&studio_1, 1), 10)).empty());

  write_consultation(3);
  sync(hao_phone, studio_1);
  accept(3);
  CHECK(number_of(3) == "990121-S01-微商-2026-0003");
}

TEST_CASE_FIXTURE(County, "rows and digests after a recovery are those of the log") {
  write_consultation(1);
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  accept(1);
  write_consultation(2);
  sync(hao_phone, studio_1);
  accept(2);
  set_back(backup);
  sync(hao_phone, studio_1);
  sync(hao_phone, studio_1);
  StudioHead before;
  must(server->store->read(studio_1, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(before, snapshot.head());
    return {};
  }));
  const StudioHead rebuilt = must(rebuild(*server->store, studio_1, *server->kinds->catalog()));
  CHECK(rebuilt.digests == before.digests);
}

TEST_CASE_FIXTURE(County, "reference data that was imported after the backup is there again") {
  const auto backup = server.backup();
  const Imported imported = must(server.import(R"json({
    "studios": [{"id": "5e1f1f53-00f4-468e-814a-ac3b4f890743", "studio_code": "990121-S09", "name": "新工作室",
                 "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990121"}],
    "grants": [{"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "convener", "studio": "990121-S09"}]})json"));
  CHECK(imported.added == 1);
  set_back(backup);
  const Moment now = must(server->moments->now());
  const StudioPlace* place = now.places->place_of_code("990121-S09");
  REQUIRE(place);
  CHECK(now.places->access(hao, *place, server.now_ms).has("convener"));
}

TEST_CASE_FIXTURE(County, "kinds that were accepted after the backup keep their version") {
  const auto backup = server.backup();
  const std::string own = server.folder() + "/data/kinds/well.json";
  std::ofstream(own) << R"({"kind": "well", "zh": "水井", "en": "Well", "version": 1, "title_field": "title",
                            "writers": ["convener"], "fields": [{"name": "title", "zh": "名称", "en": "Name"}]})";
  server.now_ms += 2000;
  REQUIRE(must(server->kinds->look(server.now_ms)));
  CHECK(server->kinds->catalog()->version == 2);
  std::ofstream(own) << R"({"kind": "well", "zh": "水井", "en": "Well", "version": 1, "title_field": "title",
                            "writers": ["convener"], "fields": [{"name": "title", "zh": "名称", "en": "Name"},
                                                                {"name": "depth", "zh": "深度", "en": "Depth"}]})";
  server.now_ms += 2000;
  REQUIRE(must(server->kinds->look(server.now_ms)));
  set_back(backup);
  CHECK(server->kinds->catalog()->version == 3);
  CHECK(server->kinds->catalog()->kind("well")->field("depth"));
}

TEST_CASE_FIXTURE(County, "a restore is noticed and remembered once and told to who opens the data") {
  write_consultation(1);
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  const Seq found = log_seq(server, studio_1);
  write_consultation(2);
  sync(hao_phone, studio_1);
  must(server->marks->tell());
  const Seq before = log_seq(server, studio_1);
  std::vector<std::string> lines;
  set_log_sink([&](const std::string& line) { lines.push_back(line); });
  server.now_ms += 1000;
  server.set_back(backup);
  set_log_sink({});
  const auto said = [&](const char* event) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(std::string(" ") + event + " ") != std::string::npos;
    });
  };
  CHECK(said("restored") == 1);
  CHECK(said("studio_restored") == 1);
  REQUIRE(server->recovered.studios.size() == 1);
  CHECK(server->recovered.studios[0].studio == studio_1);
  CHECK(server->recovered.studios[0].seq_before == before);
  CHECK(server->recovered.studios[0].seq_found == found);

  server.reopen();
  CHECK_FALSE(server->recovered.restored());
  const Restoration last = *must(last_restoration(*server->database));
  CHECK(last.at_ms == server.now_ms);
  CHECK(last.studios.size() == 1);
  CHECK(last.devices.size() == 3);
}

TEST_CASE_FIXTURE(County, "a log of the same length that says something else is noticed") {
  write_consultation(1);
  const auto backup = server.backup();
  const TestPhone phone = hao_phone;  // as it was
  sync(hao_phone, studio_1);
  server.set_back(backup);  // the marks of the orderly end tell
  REQUIRE(server->recovered.studios.size() == 1);
  CHECK(server->recovered.studios[0].seq_found == 0);
  // The same two lines, but applied a minute later: equal in number, not in hash.
  const auto other = server.backup();
  server.now_ms += 60'000;
  TestPhone again = phone;
  again.sync(server, again.request(studio_1));
  const auto third = server.backup();
  server.set_back(other);
  again = phone;
  server.now_ms += 60'000;
  again.sync(server, again.request(studio_1));
  const auto beside = server.backup();
  server.set_back(third);
  REQUIRE(server->recovered.studios.size() == 1);
  CHECK(server->recovered.studios[0].seq_found == server->recovered.studios[0].seq_before);
}

TEST_CASE_FIXTURE(County, "an ordinary restart and a kill are no restore") {
  write_consultation(1);
  sync(hao_phone, studio_1);
  accept(1);
  must(server->marks->tell());
  server.reopen();
  CHECK_FALSE(server->recovered.restored());
  CHECK(server->recovered.told == 0);
  write_consultation(2);
  sync(hao_phone, studio_1);
  const SignedIn signed_in = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms));
  token = signed_in.token;
  accept(2);
  must(server->marks->tell());
  server.set_back(server.backup());  // as it was at this instant, with no orderly end
  CHECK_FALSE(server->recovered.restored());
  CHECK(server->recovered.told == 0);
  CHECK_FALSE(must(last_restoration(*server->database)));
}

TEST_CASE_FIXTURE(County, "what the database has and the journal was not told any more is told at the next start") {
  write_consultation(1);
  sync(hao_phone, studio_1);
  const auto before = server.backup();
  const auto journal = server.folder() + "/journal-before";
  std::filesystem::copy(server.journal(), journal, std::filesystem::copy_options::recursive);
  accept(1);
  const TestPhone later = phone_of(server, 7, studio_1, mi);
  const auto after = server.backup();
  // Killed between its commit and its entry: the database has it, the journal has not.
  std::filesystem::remove_all(server.journal());
  std::filesystem::copy(journal, server.journal(), std::filesystem::copy_options::recursive);
  server.set_back(after);
  CHECK_FALSE(server->recovered.restored());
  CHECK(server->recovered.told > 0);
  server.set_back(before);
  CHECK(server->recovered.restored());
  CHECK(sync_status(server, later) == 200);
  const SignedIn signed_in = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms));
  token = signed_in.token;
  CHECK(record(studio_1, record_id(1)).text_at("review") == "accepted");
}

TEST_CASE_FIXTURE(County, "a lost journal is said and loses nothing and is begun anew") {
  const auto backup = server.backup();
  write_consultation(1);
  sync(hao_phone, studio_1);
  accept(1);
  const TestPhone later = phone_of(server, 7, studio_1, mi);
  const auto whole = server.backup();
  server.reopen();
  std::filesystem::remove_all(server.journal());
  server.reopen();
  CHECK(server->recovered.journal_unknown);
  CHECK_FALSE(server->recovered.restored());
  CHECK(server->recovered.told > 0);
  CHECK(sync_status(server, later) == 200);
  server.reopen();
  CHECK_FALSE(server->recovered.journal_unknown);
  CHECK(server->recovered.told == 0);

  set_back(backup);  // which knows another journal
  CHECK(server->recovered.restored());
  CHECK(sync_status(server, later) == 200);
  sync(hao_phone, studio_1);
  sync(hao_phone, studio_1);
  CHECK(number_of(1) == "990121-S01-微商-2026-0001");
}

TEST_CASE_FIXTURE(County, "restored twice to ever older backups it still knows all that the journal knows") {
  const auto first = server.backup();
  const TestPhone one = phone_of(server, 7, studio_1, mi);
  const auto second = server.backup();
  const TestPhone two = phone_of(server, 8, studio_1, mi);
  write_consultation(1);
  sync(hao_phone, studio_1);
  accept(1);
  set_back(second);
  set_back(first);
  set_back(second);
  CHECK(sync_status(server, one) == 200);
  CHECK(sync_status(server, two) == 200);
  sync(hao_phone, studio_1);
  sync(hao_phone, studio_1);
  CHECK(number_of(1) == "990121-S01-微商-2026-0001");
  CHECK(record(studio_1, record_id(1)).text_at("review") == "accepted");
}

TEST_CASE_FIXTURE(County, "the journal holds no token or code or password") {
  const std::string code = code_for(server, studio_1, mi);
  TestPhone phone(7);
  REQUIRE(phone.enrol(server, code).status == 200);
  std::string all;
  for (const auto& item : std::filesystem::directory_iterator(server.journal())) {
    std::ifstream file(item.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  CHECK(all.find(phone.device().text()) == std::string::npos);  // it is sealed
  must(server->journal->each_after({}, [&](const JournalEntry& entry) -> Status {
    all += to_json(Value(entry.what));
    return {};
  }));
  REQUIRE(all.find(phone.device().text()) != std::string::npos);
  CHECK(all.find(phone.token) == std::string::npos);
  CHECK(all.find(code) == std::string::npos);
  CHECK(all.find("scrypt") == std::string::npos);
  CHECK(all.find("一个够长的口令，谁也猜不到") == std::string::npos);
}

TEST_CASE_FIXTURE(County, "the desk is shown who has brought what since and who is awaited") {
  CHECK(get("/v1/restoration").integer_at("restored_ms") == 0);
  write_consultation(1);
  sync(hao_phone, studio_1);
  sync(mi_phone, studio_1);
  const auto backup = server.backup();
  write_consultation(2);
  sync(hao_phone, studio_1);
  sync(mi_phone, studio_1);
  must(server->marks->tell());
  server.now_ms += 60'000;
  set_back(backup);
  server.now_ms += 60'000;
  sync(hao_phone, studio_1);  // its last cursor is of a history that is no more
  hao_phone.cursors.clear();
  sync(hao_phone, studio_1);
  const Value shown = get("/v1/restoration");
  CHECK(shown.integer_at("restored_ms") == noon_ms + 60'000);
  REQUIRE(shown.list_at("studios").size() == 1);
  CHECK(shown.list_at("studios")[0].text_at("studio_code") == "990121-S01");
  REQUIRE(shown.list_at("devices").size() == 3);
  const auto device = [&](const TestPhone& phone) {
    for (const Value& item : shown.list_at("devices")) {
      if (item.text_at("device") == phone.device().text()) return item;
    }
    return Value();
  };
  const Value back = device(hao_phone), awaited = device(mi_phone);
  CHECK_FALSE(back.boolean_at("awaited"));
  CHECK(back.boolean_at("settled"));
  CHECK(back.integer_at("returned_ms") == noon_ms + 120'000);
  CHECK(back.integer_at("lines") == 2);
  CHECK(awaited.boolean_at("awaited"));
  CHECK(awaited.integer_at("last_sync_before_ms") == noon_ms);
  CHECK(awaited.integer_at("returned_ms") == 0);
  // What it brings from now on is new work.
  write_consultation(3);
  sync(hao_phone, studio_1);
  CHECK(get("/v1/restoration").list_at("devices").back().integer_at("lines") == 2);
}

TEST_SUITE_END();
