// Phones whose rights change while they are away: the real SDK and the server's parts in one process.
#include "tests/server/direct_transport.h"
#include "tests/server/people/keeping.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

template <class T>
T done(Expected<T> expected) {
  if (!expected) FAIL(expected.problem().code << " " << expected.problem().detail);
  return std::move(expected).value();
}
void done(const Expected<void>& expected) {
  if (!expected) FAIL(expected.problem().code << " " << expected.problem().detail);
}

struct Village : Keeping {
  ServerClock clock{server};
  DirectTransport transport{server};

  Phone phone_in(const std::string& name, const MemberId& member, const StudioId& studio = studio_1) {
    PhoneOptions options;
    options.path = server.folder() + "/" + name;
    options.clock = &clock;
    options.transport = &transport;
    Phone phone = done(Phone::open(options));
    done(phone.enrol("http://here", code_for(server, studio, member), name));
    done(phone.sync());
    return phone;
  }

  std::int64_t grant_of(const MemberId& member) {
    for (const KeptGrant& kept : must(server->grants->all())) {
      if (kept.grant.member == member && in_force(kept.grant, server.now_ms)) return kept.id;
    }
    return 0;
  }
  void end(std::int64_t id) { post("cheng", end_of(id)); }
  void back_at_the_desk() { sign_in("cheng-" + std::to_string(server.now_ms), coordinator); }
};

std::string visit(Phone& phone, const std::string& address, const std::string& studio = {}) {
  Form form = done(phone.begin_new("outreach_visit", studio));
  done(form.set("visit_kind", "enterprise"));
  done(form.set("address_text", address));
  done(form.count("persons_reached", 1));
  return done(form.commit()).record;
}

std::size_t rows_on(Phone& phone) {
  ListOptions options;
  options.limit = 1000;
  return done(phone.list(options)).items.size();
}

std::string shown(Phone& phone, const std::string& record, const std::string& field) {
  const RecordView view = done(phone.record(record));
  const FieldView* found = view.field(field);
  return found ? found->value.to_text() : std::string();
}

}  // namespace

TEST_SUITE_BEGIN("server/people/leaving");

TEST_CASE_FIXTURE(Village, "a phone revoked with 200 unsent changes loses none, gets nothing new, and is then empty") {
  Phone lost = phone_in("lost", hao), other = phone_in("other", mi);
  for (int i = 0; i < 200; ++i) visit(lost, "第" + std::to_string(i) + "户");
  const std::string device = done(lost.status()).device;
  visit(other, "别人写的");
  done(other.sync());
  post("cheng", "/v1/devices/" + device + "/revoke");
  (void)lost.sync();
  CHECK(done(lost.status()).purged);
  CHECK(done(lost.list({})).items.empty());
  std::set<std::string> visible;
  std::string after;
  do {
    const Value page = get("cheng", "/v1/held?limit=50" + (after.empty() ? "" : "&after=" + after));
    for (const Value& held : page.list_at("held")) {
      CHECK(held.text_at("code") == "device_revoked");
      visible.emplace(held.text_at("change"));
    }
    after = page.text_at("next");
  } while (!after.empty() && visible.size() < 1000);
  CHECK(visible.size() == 200);
  // Nothing is hidden in them either: a coordinator who releases one has it whole.
  const Value released =
      post("cheng", "/v1/held/" + studio_1.text() + "/" + *visible.begin(), Value::Object{{"decision", "release"}});
  (void)released;
  done(other.sync());
  CHECK(rows_on(other) >= 2);
  CHECK(status("cheng", "POST", "/v1/devices/" + device + "/reactivate") == 409);
}

TEST_CASE_FIXTURE(Village,
                  "a phone that was revoked and let in again before it came back goes on as if nothing had been") {
  Phone phone = phone_in("phone", hao);
  const std::string record = visit(phone, "一户");
  const std::string path = "/v1/devices/" + done(phone.status()).device;
  post("cheng", path + "/revoke");
  post("cheng", path + "/reactivate");
  done(phone.sync());
  CHECK(done(phone.status()).waiting == 0);
  CHECK(shown(phone, record, "address_text") == "一户");
  CHECK(done(phone.record(record)).held.empty());
}

TEST_CASE_FIXTURE(Village, "a grant ended while its phone is away: what was done is taken, and the studio is gone") {
  Phone leaving = phone_in("leaving", hao), staying = phone_in("staying", mi);
  const std::string before = visit(leaving, "走之前");
  done(leaving.sync());
  const std::string unsent = visit(leaving, "走之前没有发出");
  server.now_ms += day_ms / 8;
  end(grant_of(hao));
  server.now_ms += day_ms / 8;
  const std::string after = visit(leaving, "走之后");  // he does not know it yet
  done(leaving.sync());
  CHECK(done(leaving.status()).waiting == 0);
  CHECK(rows_on(leaving) == 0);
  for (const std::string& record : {before, unsent, after}) CHECK_FALSE(leaving.record(record));
  CHECK_FALSE(leaving.begin_new("outreach_visit"));
  done(staying.sync());
  CHECK(done(staying.record(before)).held.empty());
  CHECK(done(staying.record(unsent)).held.empty());
  const Value held = get("cheng", "/v1/held");
  REQUIRE(held.list_at("held").size() == 1);
  CHECK(held.list_at("held").front().text_at("record") == after);
}

TEST_CASE_FIXTURE(Village, "who takes part elsewhere as well keeps that studio and loses the other") {
  give(hao, "convener", "990121-S02", Sensitivity::internal);
  std::int64_t first = 0;
  for (const KeptGrant& kept : must(server->grants->all())) {
    if (kept.grant.member == hao && kept.grant.studio == studio_1) first = kept.id;
  }
  Phone phone = phone_in("both", hao);
  const std::string gone = visit(phone, "一区", "990121-S01"), kept = visit(phone, "二区", "990121-S02");
  done(phone.sync());
  end(first);
  done(phone.sync());
  CHECK_FALSE(phone.record(gone));
  CHECK(done(phone.record(kept)).studio == studio_2.text());
}

TEST_CASE_FIXTURE(Village, "a grant that is given again brings everything back") {
  Phone phone = phone_in("again", hao);
  const std::string record = visit(phone, "一户");
  done(phone.sync());
  end(grant_of(hao));
  done(phone.sync());
  CHECK_FALSE(phone.record(record));
  give(hao, "convener", "990121-S01", Sensitivity::personal);
  done(phone.sync());
  CHECK(shown(phone, record, "address_text") == "一户");
}

TEST_CASE_FIXTURE(Village,
                  "a clearance that is lowered takes the fields above it from the phone, and raised brings them") {
  Phone phone = phone_in("clearance", hao), author = phone_in("author", mi);
  const std::string record = visit(author, "上柳湾村三组");
  done(author.sync());
  done(phone.sync());
  REQUIRE(shown(phone, record, "address_text") == "上柳湾村三组");
  const std::int64_t high = grant_of(hao);
  const std::int64_t low = give(hao, "convener", "990121-S01", Sensitivity::internal);
  end(high);
  done(phone.sync());
  CHECK(shown(phone, record, "address_text").empty());
  CHECK(shown(phone, record, "persons_reached") == "1");
  CHECK(done(phone.find("三组")).empty());
  give(hao, "convener", "990121-S01", Sensitivity::personal);
  end(low);
  done(phone.sync());
  CHECK(shown(phone, record, "address_text") == "上柳湾村三组");
}

TEST_CASE_FIXTURE(Village, "a PIN that the coordinator takes away is asked for anew by the duty phone, once") {
  PhoneOptions options;
  options.path = server.folder() + "/duty";
  options.clock = &clock;
  options.transport = &transport;
  Phone duty = done(Phone::open(options));
  done(duty.enrol("http://here", code_for(server, studio_1, hao, true), "值班机"));
  done(duty.sync());
  done(duty.set_pin(hao.text(), "1357"));
  done(duty.set_pin(mi.text(), "2468"));
  const std::string record = visit(duty, "一户");
  const std::string path = "/v1/devices/" + done(duty.status()).device + "/reset-pin";
  const Value body = Value::Object{{"member", hao.text()}, {"reason", "忘了"}};
  only_for(*this, {"cheng"}, "POST", path, body);
  CHECK(status("cheng", "POST", path, Value::Object{{"member", doctor.text()}}) == 404);
  CHECK(status("cheng", "POST", path, body) == 204);
  CHECK_FALSE(done(duty.member_locked()));  // it has not heard of it yet
  done(duty.sync());
  CHECK(done(duty.member_locked()));
  CHECK(duty.unlock_member("1357").problem().code == "pin_missing");
  CHECK_FALSE(duty.record(record));
  done(duty.set_pin(hao.text(), "8642"));
  CHECK_FALSE(done(duty.member_locked()));
  done(duty.sync());  // told again, and heeded already
  done(duty.lock_member());
  done(duty.unlock_member("8642"));
  CHECK(shown(duty, record, "address_text") == "一户");
  done(duty.switch_member(mi.text(), "2468"));  // the other's was not touched
  const auto backup = server.backup();
  CHECK(status("cheng", "POST", path, Value::Object{{"member", mi.text()}}) == 204);
  server.set_back(backup);
  done(duty.sync());
  CHECK(done(duty.member_locked()));
}

TEST_CASE_FIXTURE(Village, "only a duty phone has PINs to take away") {
  Phone phone = phone_in("own", hao);
  const std::string path = "/v1/devices/" + done(phone.status()).device + "/reset-pin";
  CHECK(status("cheng", "POST", path, Value::Object{{"member", hao.text()}}) == 400);
}

TEST_CASE_FIXTURE(Village, "a grant with an end needs nobody to end it") {
  Grant grant;
  grant.member = newcomer;
  grant.role = "convener";
  grant.studio = studio_1;
  grant.clearance = Sensitivity::personal;
  grant.to_ms = server.now_ms + day_ms / 8;
  must(server->grants->give(grant));
  server->moments->note_change();
  Phone phone = phone_in("guest", newcomer);
  const std::string record = visit(phone, "一户");
  done(phone.sync());
  server.now_ms += day_ms / 8;
  done(phone.sync());
  CHECK_FALSE(phone.record(record));
}

TEST_SUITE_END();
