#include "tests/server/review/joined_county.h"

namespace lianxin::server_test {

CountyPhone::CountyPhone(ReviewDesk& desk, const MemberId& member)
    : clock_(std::make_shared<ServerClock>(desk.server)), wire_(std::make_shared<DirectTransport>(desk.server)) {
  PhoneOptions options;
  options.path = desk.server.folder() + "/" + member.text();
  options.clock = clock_.get();
  options.transport = wire_.get();
  auto phone = Phone::open(options);
  REQUIRE(phone);
  phone_.emplace(std::move(phone).value());
  REQUIRE(phone_->enrol("http://here", code_for(desk.server, studio_1, member), "手机"));
}

Phone& CountyPhone::synced() {
  const auto synced = phone_->sync();
  REQUIRE(synced);
  return *phone_;
}

JoinedCounty::JoinedCounty(std::uint64_t seed) : random_(seed) {
  for (std::uint8_t n = 1; n <= 4; ++n) make_concern(n, false);
  make_concern(5, true);
  for (const auto& [n, review] :
       std::map<std::uint8_t, std::string>{{101, "accepted"}, {102, "accepted"}, {103, "submitted"}, {104, "draft"}}) {
    make_consultation(n, review);
  }
  Grant grant;
  grant.member = MemberId{record_id(202).bytes};
  grant.role = "coordinator";
  grant.studio = studio_1;
  grant.clearance = Sensitivity::personal;
  REQUIRE(must(desk_.server->grants->add(grant)));
  desk_.server->directory->note_change();
  one_ = desk_.sign_in("first_only", grant.member);
  phone_.emplace(desk_, hao);
  for (const auto& [id, one] : model_.made) learn_number(id);
}

const StudioId& JoinedCounty::studio_of(const RecordId& id) const {
  return model_.made.at(id).elsewhere ? studio_2 : studio_1;
}

void JoinedCounty::make_concern(std::uint8_t n, bool elsewhere) {
  Made one;
  one.id = record_id(n);
  one.kind = "concern";
  one.elsewhere = elsewhere;
  one.number = "临-" + std::to_string(n);
  one.state = "collected";
  one.urgency = random_.one_of(std::vector<std::string>{"normal", "urgent", "emergency"});
  std::vector<Write> writes{put("title", "路灯不亮之" + std::to_string(n)), put("urgency", one.urgency),
                            put("_provisional_no", one.number)};
  for (int i = 0; i < 2; ++i) {
    const std::string key = name();
    const auto [at, fresh] = one.people.emplace(key, random_.chance(60));
    if (fresh) writes.push_back({{"reporters", key, "callback_wanted"}, Op::put, Value(at->second), {}, {}, {}});
  }
  for (ReviewDesk* desk : {&desk_, &twin_}) {
    TestPhone& phone = elsewhere ? desk->doctor_phone : desk->hao_phone;
    const StudioId& studio = elsewhere ? studio_2 : studio_1;
    phone.record(studio, elsewhere ? doctor : hao, one.id, "concern", whole("concern", writes));
    desk->sync(phone, studio);
  }
  model_.made.emplace(one.id, one);
  for (const auto& [at, value] : std::map<std::string, Value>{{"assigned_unit", "城管局"},
                                                              {"deadline_on", "2026-12-20"},
                                                              {"outcome", "solved"},
                                                              {"outcome_text", "已换灯泡"}}) {
    edit(one.id, at, "put", value);
  }
}

void JoinedCounty::make_consultation(std::uint8_t n, std::string reviewed) {
  Made one;
  one.id = record_id(n);
  one.kind = "micro_consultation";
  one.number = "临-" + std::to_string(n);
  one.heads = random_.between(3, 60);
  std::vector<Write> writes{put("title", "路灯协商之" + std::to_string(n)), count("headcount_total", one.heads),
                            put("_provisional_no", one.number)};
  for (int i = 0; i < 2; ++i) {
    const std::string key = name();
    if (one.people.emplace(key, false).second) writes.push_back(add("participants", key));
  }
  for (ReviewDesk* desk : {&desk_, &twin_}) {
    desk->hao_phone.record(studio_1, hao, one.id, one.kind, whole(one.kind, writes));
    desk->sync(desk->hao_phone, studio_1);
  }
  one.review = "draft";
  model_.made.emplace(one.id, one);
  if (reviewed != "draft") review(one.id, "submitted");
  if (reviewed == "accepted") review(one.id, "accepted");
}

void JoinedCounty::on_both(const std::string& target, const Value& body) {
  for (ReviewDesk* desk : {&desk_, &twin_}) {
    desk->server.now_ms = desk_.server.now_ms;
    desk->post(target, body);
  }
}

void JoinedCounty::edit(const RecordId& id, const std::string& at, const char* op, Value value) {
  on_both(
      path_of(id) + "/edits",
      Value::Object{{"writes", Value::List{Value::Object{{"at", at}, {op, std::move(value)}}}}, {"reason", "更正"}});
}

void JoinedCounty::review(const RecordId& id, const std::string& to) {
  const Value body = Value::Object{
      {"studio", studio_1.text()}, {"record", id.text()}, {"to", to}, {"reason", to == "returned" ? "补充" : ""}};
  for (ReviewDesk* desk : {&desk_, &twin_}) {
    desk->server.now_ms = desk_.server.now_ms;
    const Value verdict = desk->post("/v1/verdicts", body);
    REQUIRE(verdict.list_at("results").front().text_at("outcome") == "done");
  }
  Made& one = model_.made.at(id);
  one.review = to;
  if (to == "accepted") one.accepted_heads = one.heads;
  if (to == "returned") one.accepted_heads.reset();
}

}  // namespace lianxin::server_test
