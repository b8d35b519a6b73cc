// A studio that was applied for and not approved, or is suspended or closed: what its phones bring waits.
#include "server/people/places.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

struct Applied : ReviewDesk {
  const StudioId county = reference_studio_of("990121");

  void set_status(const char* status) {
    const Value::List writes{Value::Object{{"at", "status"}, {"put", status}}};
    post(path(county, RecordId{studio_1.bytes}) + "/edits", Value::Object{{"reason", "审批"}, {"writes", writes}});
    server->directory->note_change();
  }
  // The code that the record's last line is held with; empty once it has taken effect.
  std::string held(const RecordId& id) {
    std::string code;
    must(server->store->read(studio_1, [&](ReadTxn& snapshot) -> Status {
      for (const Logged& line : must(snapshot.log_of(id))) {
        if (line.applied_seq == 0 && line.member == hao) code = line.code;
      }
      return {};
    }));
    return code;
  }
  void visit(std::uint8_t number) {
    hao_phone.record(studio_1, hao, record_id(number), "outreach_visit", whole("outreach_visit"));
    sync(hao_phone, studio_1);
  }
  void settle() {  // twice, as the server does
    must(server->studios_settling->settle());
    must(server->studios_settling->settle());
  }
};

}  // namespace

TEST_SUITE_BEGIN("server/people/approval");

TEST_CASE_FIXTURE(Applied,
                  "what the phones of a studio bring before it is approved is taken in when it is (PROTOCOL 4.9)") {
  visit(1);
  CHECK(held(record_id(1)).empty());  // nothing was ever said of it: it is open
  set_status("applied");
  visit(2);
  CHECK(held(record_id(2)) == "studio_not_approved");
  settle();
  CHECK(held(record_id(2)) == "studio_not_approved");
  set_status("approved");
  settle();
  CHECK(held(record_id(2)).empty());
  CHECK(record(studio_1, record_id(2)).text_at("kind") == "outreach_visit");
  visit(3);
  CHECK(held(record_id(3)).empty());
}

TEST_CASE_FIXTURE(Applied, "what comes while a studio is suspended or closed waits for a coordinator") {
  set_status("suspended");
  visit(1);
  CHECK(held(record_id(1)) == "studio_suspended");
  set_status("closed");
  visit(2);
  CHECK(held(record_id(2)) == "studio_suspended");
  set_status("active");
  settle();
  CHECK(held(record_id(1)) == "studio_suspended");
  const Value waiting = get("/v1/held?studio=990121-S01").list_at("held").at(0);
  post("/v1/held/" + studio_1.text() + "/" + std::string(waiting.text_at("change")),
       Value::Object{{"decision", "release"}});
  CHECK(held(record_id(1)).empty());
}

TEST_SUITE_END();
