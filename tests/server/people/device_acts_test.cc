#include "server/people/device_acts.h"

#include "tests/server/people/keeping.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

std::string path_of(const TestPhone& phone, const char* act) {
  return "/v1/devices/" + phone.device().text() + "/" + act;
}

SyncReply sync(Keeping& county, TestPhone& phone) { return phone.sync(county.server, phone.request(studio_1)); }

}  // namespace

TEST_SUITE_BEGIN("server/people/device_acts");

TEST_CASE_FIXTURE(Keeping,
                  "a phone is cut off by whoever looks after its studio, and let in again while it holds all") {
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  only_for(*this, {"cheng", "admin"}, "POST", path_of(phone, "revoke"), Value::Object{});
  CHECK(post("admin", path_of(phone, "revoke")).text_at("status") == "revoked");
  only_for(*this, {"cheng", "admin"}, "POST", path_of(phone, "reactivate"), Value::Object{});
  CHECK(post("cheng", path_of(phone, "reactivate")).text_at("status") == "active");
  CHECK_FALSE(sync(*this, phone).purge);
  CHECK(status("cheng", "POST", path_of(phone, "reactivate")) == 409);
  CHECK(status("cheng", "POST", path_of(TestPhone(9), "reactivate")) == 404);
  CHECK(status("cheng", "POST", "/v1/devices/x/reactivate") == 400);
}

TEST_CASE_FIXTURE(Keeping, "a phone that was told to forget everything is not let in again") {
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  post("cheng", path_of(phone, "revoke"));
  CHECK(sync(*this, phone).purge);
  const Response refused = ask("cheng", "POST", path_of(phone, "reactivate"));
  CHECK(refused.status == 409);
  CHECK(json_of(refused).text_at("detail").find("enrol it anew") != std::string::npos);
  CHECK(sync(*this, phone).purge);
}

TEST_CASE_FIXTURE(Keeping, "a phone whose new key was told to forget everything is not let in again by its old one") {
  TestPhone old = phone_of(server, 1, studio_1, hao);
  TestPhone next(2);
  next.token = json_of(old.rekey(server, next)).text_at("token");
  post("cheng", path_of(old, "revoke"));
  CHECK(sync(*this, next).purge);
  CHECK(status("cheng", "POST", path_of(old, "reactivate")) == 409);
}

TEST_CASE_FIXTURE(Keeping, "phones are listed page by page") {
  TestPhone phones[] = {phone_of(server, 1, studio_1, hao), phone_of(server, 2, studio_1, mi),
                        phone_of(server, 3, studio_1, hao)};
  sync(*this, phones[1]);
  CHECK(get("far", "/v1/devices").list_at("devices").empty());
  std::size_t found = 0;
  std::string after;
  do {
    const Value page = get("admin", "/v1/devices?limit=1" + (after.empty() ? "" : "&after=" + after));
    REQUIRE(page.list_at("devices").size() == 1);
    const Value& device = page.list_at("devices").front();
    const bool seen = device.text_at("device") == phones[1].device().text();
    CHECK((device.integer_at("last_sync_ms") > 0) == seen);
    ++found;
    after = page.text_at("next");
  } while (!after.empty() && found < 9);
  CHECK(found == 3);
  CHECK(status("admin", "GET", "/v1/devices?after=x") == 400);
}

TEST_CASE_FIXTURE(Keeping,
                  "after a restore a phone is cut off that was, and one that was emptied is not let in again") {
  TestPhone revoked = phone_of(server, 1, studio_1, hao), emptied = phone_of(server, 2, studio_1, mi),
            back = phone_of(server, 3, studio_1, mi);
  post("cheng", path_of(back, "revoke"));
  const auto backup = server.backup();
  post("cheng", path_of(revoked, "revoke"));
  post("cheng", path_of(emptied, "revoke"));
  CHECK(sync(*this, emptied).purge);
  post("cheng", path_of(back, "reactivate"));
  server.set_back(backup);
  CHECK(must(server->devices->find(revoked.device()))->status == DeviceStatus::revoked);
  CHECK(must(server->devices->find(back.device()))->status == DeviceStatus::active);
  CHECK(server->devices->set_status(emptied.device(), DeviceStatus::active).error().code == Errc::conflict);
}

TEST_SUITE_END();
