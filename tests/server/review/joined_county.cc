#include "tests/server/review/joined_county.h"

#include <algorithm>

namespace lianxin::server_test {
namespace {

const std::string next_state(const std::string& state) {
  const std::map<std::string, std::string> next{
      {"collected", "triaged"}, {"triaged", "assigned"}, {"assigned", "in_progress"}, {"in_progress", "resolved"}};
  const auto at = next.find(state);
  return at == next.end() ? std::string() : at->second;
}

Value::Object end_of(const StudioId& studio, const RecordId& id) {
  return {{"studio", studio.text()}, {"record", id.text()}};
}

}  // namespace

class CountyPhone::Clock final : public PhoneClock {
 public:
  explicit Clock(const TestServer& server) : server_(server) {}
  std::int64_t wall_ms() override { return server_.now_ms; }
  std::int64_t boot_ms() override { return server_.now_ms - noon_ms; }
  std::string boot_id() override { return "one boot"; }

 private:
  const TestServer& server_;
};

class CountyPhone::Wire final : public Transport {
 public:
  explicit Wire(TestServer& server) : server_(server) {}
  TransportReply call(const TransportRequest& request) override {
    server::Response response =
        server_.ask(request.method, request.path, request.body, request.token, request.content_type);
    return {Delivery::answered, response.status, std::move(response.body), -1, {}};
  }

 private:
  TestServer& server_;
};

CountyPhone::CountyPhone(ReviewDesk& desk, const MemberId& member)
    : clock_(std::make_shared<Clock>(desk.server)), wire_(std::make_shared<Wire>(desk.server)) {
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
  learn_numbers();
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

RecordId JoinedCounty::some(const std::function<bool(const Made&)>& meets) {
  std::vector<RecordId> found;
  for (const auto& [id, one] : model_.made) {
    if (meets(one)) found.push_back(id);
  }
  return found.empty() ? RecordId{} : random_.one_of(found);
}

// A number is given once, and by what a record is itself: the twin says which.
void JoinedCounty::learn_numbers() {
  for (auto& [id, one] : model_.made) {
    if (one.official_no.empty()) one.official_no = twin_.record(studio_of(id), id).text_at("official_no");
  }
}

std::pair<RecordId, RecordId> JoinedCounty::act() {
  desk_.server.now_ms += 1000;
  if (random_.chance(70)) {
    return random_.chance(model_.edges.size() > 5 ? 75 : 40) ? part_some() : join_some();
  }
  RecordId about;
  switch (random_.below(7)) {
    case 0: about = remove_some(); break;
    case 1: about = restore_some(); break;
    case 2: about = step_some(); break;
    case 3: about = count_some(); break;
    case 4: about = edit_some(); break;
    case 5: about = review_some(); break;
    default: about = answer_some();
  }
  learn_numbers();
  return about.is_zero() ? join_some() : std::pair(about, model_.head(about));
}

std::pair<RecordId, RecordId> JoinedCounty::join_some() {
  const std::string kind = random_.chance(60) ? "concern" : "micro_consultation";
  const RecordId a = some([&](const Made& one) { return one.kind == kind; });
  const RecordId b = some([&](const Made& one) { return one.kind == kind && one.id != a; });
  join(a, b);
  return {a, b};
}

std::pair<RecordId, RecordId> JoinedCounty::part_some() {
  if (model_.edges.empty()) return join_some();
  std::vector<JoinedModel::Ends> there;
  for (const auto& [ends, edge] : model_.edges) there.push_back(ends);
  const JoinedModel::Ends ends = random_.one_of(there);
  part(ends.first, ends.second);
  return ends;
}

void JoinedCounty::join(const RecordId& a, const RecordId& b) {
  JoinedModel::Edge edge;
  edge.sum = random_.chance(50);
  Value::Object body{
      {"a", end_of(studio_of(a), a)}, {"b", end_of(studio_of(b), b)}, {"counters", edge.sum ? "sum" : "larger"}};
  if (random_.chance(35)) {
    edge.chosen = random_.chance(50) ? a : b;
    body.emplace("primary", edge.chosen->text());
  }
  JoinedModel after = model_;
  after.join(a, b, edge);
  change_edge("/v1/duplicates", body, after);
}

void JoinedCounty::part(const RecordId& a, const RecordId& b) {
  JoinedModel after = model_;
  after.part(a, b);
  change_edge("/v1/duplicates/remove", Value::Object{{"a", end_of(studio_of(a), a)}, {"b", end_of(studio_of(b), b)}},
              after);
}

// Now and then by the one who sees the first studio only: refused where something would be written in the second.
void JoinedCounty::change_edge(const std::string& target, const Value& body, const JoinedModel& after) {
  const RecordId other = record_id(5);
  const bool names_other =
      body.find("a")->text_at("record") == other.text() || body.find("b")->text_at("record") == other.text();
  const bool by_one = !names_other && random_.chance(40);
  bool moves_other = model_.lesser(other) != after.lesser(other);
  for (const auto& [ends, edge] : model_.edges) {
    if (ends.first != other && ends.second != other) continue;
    moves_other |= after.edges.contains(ends) && after.edges.at(ends).chosen != edge.chosen;
  }
  const server::Response response = desk_.ask("POST", target, body, by_one ? one_ : std::string());
  CAPTURE(response.body);
  REQUIRE(response.status == (by_one && moves_other ? 422 : 200));
  if (response.status != 200) return;
  model_ = after;
  ++joinings_;
}

RecordId JoinedCounty::remove_some() {
  const RecordId id = some([](const Made& one) { return !one.deleted; });
  int left = 0;
  for (const auto& [each, one] : model_.made) left += one.deleted ? 0 : 1;
  if (id.is_zero() || left < 6) return restore_some();
  const std::string stood = model_.state(id);
  edit(id, "_deleted", "put", true);
  model_.made.at(id).deleted = true;
  model_.made.at(id).state_when_deleted = stood;
  return id;
}

RecordId JoinedCounty::restore_some() {
  const RecordId id = some([](const Made& one) { return one.deleted; });
  if (id.is_zero()) return id;
  edit(id, "_deleted", "put", false);
  model_.made.at(id).deleted = false;
  return id;
}

RecordId JoinedCounty::step_some() {
  const RecordId id = some([&](const Made& one) {
    return one.kind == "concern" && !one.deleted && !model_.lesser(one.id) && !next_state(one.state).empty();
  });
  if (id.is_zero()) return id;
  const std::string to = next_state(model_.made.at(id).state);
  on_both(path_of(id) + "/steps", Value::Object{{"to", to}});
  model_.made.at(id).state = to;
  return id;
}

RecordId JoinedCounty::count_some() {
  const RecordId id = some([](const Made& one) { return one.kind != "concern" && !one.deleted; });
  if (id.is_zero()) return id;
  const std::int64_t by = random_.between(1, 9);
  edit(id, "headcount_total", "count", by);
  model_.made.at(id).heads += by;
  return id;
}

RecordId JoinedCounty::edit_some() {
  const RecordId id = some([](const Made& one) { return one.kind == "concern" && !one.deleted; });
  if (id.is_zero()) return id;
  Made& one = model_.made.at(id);
  if (random_.chance(50)) {
    one.urgency = random_.one_of(std::vector<std::string>{"normal", "urgent", "emergency"});
    edit(id, "urgency", "put", one.urgency);
  } else {
    ++one.entries;
    edit(id, "progress_log", "append", Value::Object{{"text", "进展" + std::to_string(one.entries)}});
  }
  return id;
}

RecordId JoinedCounty::review_some() {
  const RecordId id = some([](const Made& one) { return one.kind != "concern" && !one.deleted; });
  if (id.is_zero()) return id;
  const std::string& now = model_.made.at(id).review;
  review(id, now == "submitted"  ? "accepted"
             : now == "accepted" ? (random_.chance(50) ? "accepted" : "returned")
                                 : "submitted");
  return id;
}

// Tells a reporter, or is stopped from saying that all were told.
RecordId JoinedCounty::answer_some() {
  const RecordId resolved = some([&](const Made& one) {
    return one.state == "resolved" && !one.deleted && !model_.lesser(one.id) && !model_.owed(one.id).empty();
  });
  if (!resolved.is_zero()) {
    const server::Response early = desk_.ask("POST", path_of(resolved) + "/steps", Value::Object{{"to", "fed_back"}});
    CHECK(early.status == 422);
    CHECK(json_of(early).text_at("code") == "feedback_owed");
  }
  const RecordId id = some([](const Made& one) { return !one.deleted && one.told.size() < one.people.size(); });
  if (id.is_zero() || model_.made.at(id).kind != "concern") return resolved;
  Made& one = model_.made.at(id);
  for (const auto& [key, wants] : one.people) {
    if (!one.told.insert(key).second) continue;
    edit(id, "reporters/" + key + "/fed_back_on", "put", "2026-11-19");
    break;
  }
  return id;
}

void JoinedCounty::part_all() {
  while (!model_.edges.empty()) {
    const JoinedModel::Ends ends = model_.edges.begin()->first;
    desk_.server.now_ms += 1000;
    part(ends.first, ends.second);
  }
}

void JoinedCounty::restore_all() {
  while (!restore_some().is_zero()) desk_.server.now_ms += 1000;
}

}  // namespace lianxin::server_test
