// Phones that a restored server knows by nothing but the certificate they hold.
#include <fstream>
#include <utility>

#include "schema/json.h"
#include "server/people/restoration.h"
#include "sync/log/rebuild.h"
#include "sync/wire/certificate.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

std::string code_of(const Response& response) { return std::string(json_of(response).text_at("code")); }

struct Village : ReviewDesk {
  Village() : backup(server.backup()) {}

  // A phone enrolled since the backup, with its certificate.
  TestPhone enrolled(std::uint8_t seed, const MemberId& member, bool shared = false) {
    TestPhone phone(seed);
    const Response response = phone.enrol(server, code_for(server, studio_1, member, shared));
    REQUIRE(response.status == 200);
    certificates[phone.device()] = json_of(response).text_at("certificate");
    return phone;
  }

  // The backup, and no journal that knows better.
  void lose_all_since() {
    server.reopen();
    std::filesystem::remove_all(server.journal());
    server.set_back(backup);
    token = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms)).token;
  }

  std::string nonce(const TestPhone& phone) {
    const std::string body = to_json(to_value(nonce_request(certificates[phone.device()])));
    const Response asked = server.ask("POST", "/v1/readmit", body);
    REQUIRE(asked.status == 200);
    return std::string(json_of(asked).text_at("nonce"));
  }
  Response readmit(TestPhone& phone) {
    const Response response = phone.readmit(server, certificates[phone.device()], nonce(phone));
    if (response.status == 200) phone.token = json_of(response).text_at("token");
    return response;
  }
  int sync_status(const TestPhone& phone) { return phone.ask_sync(server, phone.request(studio_1)).status; }

  const std::filesystem::path backup;
  std::map<DeviceId, std::string> certificates;
};

}  // namespace

TEST_SUITE_BEGIN("server/recovery/readmit");

TEST_CASE_FIXTURE(Village, "a phone newer than backup and journal is known again by its certificate and its key") {
  TestPhone phone = enrolled(7, mi);
  phone.record(studio_1, mi, record_id(1), "outreach_visit", {put("occurred_on", "2026-11-19")});
  sync(phone, studio_1);
  lose_all_since();
  CHECK(sync_status(phone) == 401);
  CHECK(readmit(phone).status == 200);
  const Device known = *must(server->devices->find(phone.device()));
  CHECK(known.member == mi);
  CHECK(known.studio == studio_1);
  CHECK(known.name == "测试机");
  CHECK(known.readmitted_ms == server.now_ms);
  // Neither database nor journal could know of the restore: the certificate tells.
  const auto restoration = must(last_restoration(*server->database));
  REQUIRE(restoration);
  CHECK(restoration->at_ms == server.now_ms);
  CHECK(restoration->devices.size() == 4);
  sync(phone, studio_1);
  sync(phone, studio_1);
  CHECK(record(studio_1, record_id(1)).text_at("kind") == "outreach_visit");
  CHECK(must(server->lists->held_open(std::span(&studio_1, 1), 10)).empty());
}

TEST_CASE_FIXTURE(Village, "a phone that was known again by its certificate stays so with a new key") {
  TestPhone phone = enrolled(7, mi);
  lose_all_since();
  REQUIRE(readmit(phone).status == 200);
  const std::int64_t then = server.now_ms;
  server.now_ms += 1000;
  const TestPhone next(8);
  REQUIRE(phone.rekey(server, next).status == 200);
  CHECK(must(server->devices->find(next.device()))->readmitted_ms == then);
}

TEST_CASE_FIXTURE(Village, "a certificate without its key or of another server or with an old nonce gives nothing") {
  TestPhone phone = enrolled(7, mi);
  const TestPhone thief(9);
  const std::string certificate = certificates[phone.device()];
  lose_all_since();
  CHECK(code_of(thief.readmit(server, certificate, nonce(phone))) == "bad_signature");
  CHECK(code_of(phone.readmit(server, certificate + "x", nonce(phone))) == "certificate_unknown");
  const TestPhone forger(10);
  const std::string forged =
      sign_certificate(SecretKey{10}, {phone.device(), phone.key(), coordinator, studio_1, false, server.now_ms});
  CHECK(code_of(phone.readmit(server, forged, nonce(phone))) == "certificate_unknown");
  const std::string old = nonce(phone);
  server.now_ms += Enrolment::nonce_ms_max + 1;
  CHECK(code_of(phone.readmit(server, certificate, old)) == "bad_request");
  CHECK(code_of(phone.readmit(server, certificate, std::to_string(server.now_ms) + ".AAAA")) == "bad_request");
  CHECK_FALSE(must(server->devices->find(phone.device())));
  CHECK(readmit(phone).status == 200);
}

TEST_CASE_FIXTURE(Village,
                  "a token that the backup does not know is replaced, and the old one ends when the new is used") {
  const Response again = hao_phone.readmit(server, must(server->devices->find(hao_phone.device()))->certificate,
                                           server->enrolment->readmission_nonce(server.now_ms));
  REQUIRE(again.status == 200);
  CHECK(sync_status(hao_phone) == 200);
  const std::string before = std::exchange(hao_phone.token, std::string(json_of(again).text_at("token")));
  CHECK(sync_status(hao_phone) == 200);
  hao_phone.token = before;
  CHECK(sync_status(hao_phone) == 401);
  CHECK(must(server->devices->find(hao_phone.device()))->readmitted_ms == 0);
}

TEST_CASE_FIXTURE(Village,
                  "a readmission sent once more gives the same token and ends none that the phone has (PROTOCOL 9.3)") {
  TestPhone phone = enrolled(7, mi);
  lose_all_since();
  const std::string asked = nonce(phone), certificate = certificates[phone.device()];
  const Response first = phone.readmit(server, certificate, asked);
  REQUIRE(first.status == 200);
  const Response replayed = phone.readmit(server, certificate, asked);
  REQUIRE(replayed.status == 200);
  CHECK(json_of(replayed).text_at("token") == json_of(first).text_at("token"));
  phone.token = json_of(first).text_at("token");
  CHECK(sync_status(phone) == 200);
  server.now_ms += Enrolment::nonce_ms_max - 1;
  const Response late = phone.readmit(server, certificate, asked);
  CHECK(json_of(late).text_at("token") == phone.token);
  CHECK(sync_status(phone) == 200);
}

TEST_CASE_FIXTURE(Village, "an ended certificate is not admitted again (PROTOCOL 9.5)") {
  TestPhone phone = enrolled(7, mi);
  lose_all_since();
  server.now_ms += certificate_ms - 1;
  const std::string in_time = nonce(phone);
  server.now_ms += 1;
  CHECK(code_of(phone.readmit(server, certificates[phone.device()], in_time)) == "certificate_ended");
  CHECK_FALSE(must(server->devices->find(phone.device())));
}

TEST_CASE_FIXTURE(Village, "with database and journal lost a revoked phone stays cut off by the list beside the keys") {
  TestPhone phone = enrolled(7, mi), other = enrolled(8, mi), found = enrolled(9, mi);
  must(server->devices->set_status(phone.device(), DeviceStatus::revoked));
  must(server->devices->set_status(found.device(), DeviceStatus::lost));
  must(server->devices->set_status(found.device(), DeviceStatus::active));
  lose_all_since();
  REQUIRE(readmit(phone).status == 200);  // to hand over what it holds
  CHECK(must(server->devices->find(phone.device()))->status == DeviceStatus::revoked);
  CHECK(phone.sync(server, phone.request(studio_1)).grants.empty());
  // What was never cut off, or is no more, is not by that list.
  REQUIRE(readmit(other).status == 200);
  CHECK(must(server->devices->find(other.device()))->status == DeviceStatus::active);
  REQUIRE(readmit(found).status == 200);
  CHECK(must(server->devices->find(found.device()))->status == DeviceStatus::active);
}

TEST_CASE_FIXTURE(Village,
                  "with all lost a phone that took a revoked one's place is cut off, and so is the one after it") {
  TestPhone phone = enrolled(7, mi), next(8), after(9);
  must(server->devices->set_status(phone.device(), DeviceStatus::revoked));
  const Response taken = phone.rekey(server, next);
  certificates[next.device()] = json_of(taken).text_at("certificate");
  next.token = json_of(taken).text_at("token");
  certificates[after.device()] = json_of(next.rekey(server, after)).text_at("certificate");
  lose_all_since();
  REQUIRE(readmit(after).status == 200);
  CHECK(must(server->devices->find(after.device()))->status == DeviceStatus::revoked);
  REQUIRE(readmit(next).status == 200);
  CHECK(must(server->devices->find(next.device()))->status == DeviceStatus::revoked);
}

TEST_CASE_FIXTURE(Village, "what the list and the database know of revocations agrees once the server is open") {
  TestPhone phone = enrolled(7, mi);
  const std::filesystem::path with_it = server.backup();
  must(server->devices->set_status(phone.device(), DeviceStatus::revoked));
  server.reopen();
  std::filesystem::remove_all(server.journal());
  server.set_back(with_it);  // which does not know it
  CHECK(must(server->devices->find(phone.device()))->status == DeviceStatus::revoked);
  std::filesystem::remove(server.folder() + "/data/keys/revoked");
  server.reopen();
  CHECK(must(server->revocations->all()).at(phone.device()) == DeviceStatus::revoked);
}

TEST_CASE_FIXTURE(Village, "a line of the list that a power cut tore is passed over, and any other damage is told") {
  TestPhone phone = enrolled(7, mi);
  must(server->devices->set_status(phone.device(), DeviceStatus::revoked));
  const std::string file = server.folder() + "/data/keys/revoked";
  std::ofstream(file, std::ios::app) << "0011";
  CHECK(must(server->revocations->all()).size() == 1);
  must(server->revocations->note({hao_phone.device()}, DeviceStatus::lost));
  CHECK(must(server->revocations->all()).size() == 2);
  std::ofstream(file, std::ios::app) << "nonsense\nmore\n";
  CHECK(server->revocations->all().error().code == Errc::corrupt);
}

TEST_CASE_FIXTURE(Village, "who was cut off is not let in by a certificate") {
  TestPhone phone = enrolled(7, mi);
  must(server->devices->set_status(phone.device(), DeviceStatus::revoked));
  CHECK(readmit(phone).status == 200);  // to hand over what it holds
  CHECK(must(server->devices->find(phone.device()))->status == DeviceStatus::revoked);
  CHECK(phone.sync(server, phone.request(studio_1)).grants.empty());
}

TEST_CASE_FIXTURE(Village,
                  "a key that came of a revoked device is cut off with it though nothing else is known of it") {
  const std::filesystem::path revoked_backup = [&] {
    must(server->devices->set_status(mi_phone.device(), DeviceStatus::revoked));
    return server.backup();
  }();
  TestPhone next(8);
  const Response taken = mi_phone.rekey(server, next);
  certificates[next.device()] = json_of(taken).text_at("certificate");
  server.reopen();
  std::filesystem::remove_all(server.journal());
  server.set_back(revoked_backup);
  REQUIRE(readmit(next).status == 200);
  const Device known = *must(server->devices->find(next.device()));
  CHECK(known.status == DeviceStatus::revoked);
  CHECK(known.rekeyed_from == mi_phone.device());
}

TEST_CASE_FIXTURE(Village,
                  "what a phone brings before its grant is known waits and is let in with the grant (PROTOCOL 6.3)") {
  const MemberId stranger{record_id(201).bytes};
  Grant grant;
  grant.member = stranger;
  grant.role = "convener";
  grant.studio = studio_1;
  REQUIRE(must(server->grants->add(grant)));
  server->directory->note_change();
  TestPhone phone = enrolled(7, stranger);
  phone.record(studio_1, stranger, record_id(1), "micro_consultation", {put("title", "彩石路口")});
  phone.record(studio_1, stranger, record_id(1), "micro_consultation", {step("_review", "draft", "submitted")});
  lose_all_since();
  REQUIRE(readmit(phone).status == 200);
  SyncReply reply = phone.sync(server, phone.request(studio_1));
  CHECK(reply.studios[0].problem == "not_granted");
  CHECK(reply.studios[0].page.acked_n() == 2);
  CHECK_FALSE(reply.studios[0].page.given);
  REQUIRE(reply.grants.size() == 1);  // it keeps its studio: nothing is forgotten
  CHECK(reply.grants[0].studio == studio_1);
  CHECK(reply.grants[0].holders.at(0).roles.empty());
  auto held = must(server->lists->held_open(std::span(&studio_1, 1), 10));
  REQUIRE(held.size() == 2);
  CHECK(held[0].line.code == "awaits_grant");
  must(server->grants_settling->settle());
  CHECK(must(server->lists->held_open(std::span(&studio_1, 1), 10)).size() == 2);

  REQUIRE(must(server->grants->add(grant)));
  server->directory->note_change();
  must(server->grants_settling->settle());
  CHECK(must(server->lists->held_open(std::span(&studio_1, 1), 10)).empty());
  const Value shown = record(studio_1, record_id(1));
  CHECK(shown.text_at("title") == "彩石路口");
  CHECK(shown.text_at("review") == "submitted");
  reply = phone.sync(server, phone.request(studio_1));
  CHECK(reply.studios[0].problem.empty());
  const Digest before = *reply.studios[0].page.digest;
  must(rebuild(*server->store, studio_1, *server->kinds->catalog()));
  CHECK(*phone.sync(server, phone.request(studio_1)).studios[0].page.digest == before);
}

TEST_CASE_FIXTURE(Village,
                  "a studio newer than backup and journal has its phone's work kept until it is entered again") {
  const std::string json = R"json({
    "studios": [{"id": "5e1f1f53-00f4-468e-814a-ac3b4f890743", "studio_code": "990121-S09", "name": "新工作室",
                 "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990121"}],
    "grants": [{"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "convener", "studio": "990121-S09"}]})json";
  const StudioId fresh = *StudioId::parse("5e1f1f53-00f4-468e-814a-ac3b4f890743");
  must(server.import(json));
  TestPhone phone(7);
  const Response response = phone.enrol(server, code_for(server, fresh, hao));
  certificates[phone.device()] = json_of(response).text_at("certificate");
  phone.record(fresh, hao, record_id(1), "outreach_visit", {put("occurred_on", "2026-11-19")});
  phone.sync(server, phone.request(fresh));
  lose_all_since();
  REQUIRE(readmit(phone).status == 200);
  phone.sync(server, phone.request(fresh));  // hears that nothing is acknowledged
  const SyncReply reply = phone.sync(server, phone.request(fresh));
  CHECK(reply.studios[0].page.acked_n() == 1);
  CHECK(reply.studios[0].problem == "not_granted");
  CHECK(must(server->lists->held_open(std::span(&fresh, 1), 10)).size() == 1);
  must(server.import(json));
  must(server->grants_settling->settle());
  CHECK(must(server->lists->held_open(std::span(&fresh, 1), 10)).empty());
  CHECK(record(fresh, record_id(1)).text_at("kind") == "outreach_visit");
}

TEST_SUITE_END();
