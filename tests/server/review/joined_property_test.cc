// Joining and parting at random, by the routes of a desk over a real store and with two phones of the SDK: after every
// act the lists, pages, totals, tables, searches and phones say what a model of its own says, and in the end everything
// is as it was in the beginning.
#include <lianxin/phone.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>

#include "server/upkeep/search_indexing.h"
#include "tests/server/review/review_desk.h"
#include "tests/sync/seeded_random.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

constexpr int acts_in_all = 500, records_a_kind = 10;
constexpr int phones_every = 10, tables_every = 25;

class ServerClock final : public PhoneClock {
 public:
  explicit ServerClock(const TestServer& server) : server_(server) {}
  std::int64_t wall_ms() override { return server_.now_ms; }
  std::int64_t boot_ms() override { return server_.now_ms - noon_ms; }
  std::string boot_id() override { return "one boot"; }

 private:
  const TestServer& server_;
};

class DirectTransport final : public Transport {
 public:
  explicit DirectTransport(TestServer& server) : server_(server) {}
  TransportReply call(const TransportRequest& request) override {
    server::Response response =
        server_.ask(request.method, request.path, request.body, request.token, request.content_type);
    return {Delivery::answered, response.status, std::move(response.body), -1, {}};
  }

 private:
  TestServer& server_;
};

template <class T>
T done(Expected<T> expected) {
  if (!expected) FAIL(expected.problem().code << " " << expected.problem().detail);
  return std::move(expected).value();
}

struct Made {
  RecordId id;
  std::string kind, state, urgency, number;  // as it was made
  std::int64_t heads = 0;
  std::set<std::string> people, told;  // the keys of its set, the texts of its progress
};

// What is joined with what, by the acts alone.
class Model {
 public:
  struct Edge {
    bool sum = true;
    std::optional<RecordId> primary;
  };
  std::map<std::pair<RecordId, RecordId>, Edge> edges;

  std::vector<RecordId> with(const RecordId& record) const {
    std::map<RecordId, RecordId> leader;
    const std::function<RecordId(RecordId)> find = [&](RecordId at) {
      while (leader.contains(at) && leader[at] != at) at = leader[at];
      return at;
    };
    for (const auto& [ends, edge] : edges) {
      leader.emplace(ends.first, ends.first);
      leader.emplace(ends.second, ends.second);
      leader[find(ends.first)] = find(ends.second);
    }
    std::vector<RecordId> found;
    for (const auto& [each, its] : leader) {
      if (find(each) == find(record)) found.push_back(each);
    }
    return found.empty() ? std::vector<RecordId>{record} : found;
  }
  RecordId primary(const RecordId& record) const {
    const std::vector<RecordId> together = with(record);
    std::optional<RecordId> chosen;
    for (const auto& [ends, edge] : edges) {
      const bool here = std::find(together.begin(), together.end(), ends.first) != together.end();
      if (here && edge.primary && (!chosen || *edge.primary < *chosen)) chosen = edge.primary;
    }
    return chosen.value_or(*std::min_element(together.begin(), together.end()));
  }
  std::int64_t heads(const RecordId& record, const std::map<RecordId, Made>& made) const {
    Model larger;
    for (const auto& [ends, edge] : edges) {
      if (!edge.sum) larger.edges.emplace(ends, edge);
    }
    std::map<RecordId, std::int64_t> most;
    for (const RecordId& each : with(record)) {
      std::int64_t& one = most[larger.with(each).front()];
      one = std::max(one, made.at(each).heads);
    }
    return std::accumulate(most.begin(), most.end(), std::int64_t{0},
                           [](auto sum, const auto& it) { return sum + it.second; });
  }
};

struct County : ReviewDesk {
  explicit County(std::uint64_t seed) : clock(server), transport(server), random(seed) {
    for (int i = 0; i < records_a_kind; ++i) {
      make_concern(static_cast<std::uint8_t>(1 + i));
      make_consultation(static_cast<std::uint8_t>(101 + i));
    }
    for (const MemberId& member : {hao, mi}) {
      PhoneOptions options;
      options.path = server.folder() + "/" + member.text();
      options.clock = &clock;
      options.transport = &transport;
      phones.push_back(done(Phone::open(options)));
      const auto enrolled = phones.back().enrol("http://here", code_for(server, studio_1, member), "手机");
      if (!enrolled) FAIL(enrolled.problem().code);
    }
  }

  std::string name(std::size_t below) { return "反映人" + std::to_string(random.below(below)); }
  TestPhone& some_phone(MemberId& member) {
    const bool first = random.chance(50);
    member = first ? hao : mi;
    return first ? hao_phone : mi_phone;
  }

  void make_concern(std::uint8_t n) {
    const std::vector<std::string> urgencies{"normal", "urgent", "emergency"};
    Made one{record_id(n), "concern", "collected", random.one_of(urgencies), "临-" + std::to_string(n), 0, {}, {}};
    // Some of what a concern is made of is above the clearance of the second convener: the first makes them all.
    std::vector<Write> writes{put("title", "路灯不亮之" + std::to_string(n)),
                              put("description", "路口的灯坏了半个月"),
                              put("source_kind", "outreach"),
                              put("appeal_type", "help"),
                              put("category_code", "市政/路灯"),
                              put("region_code", "990121100201"),
                              put("urgency", one.urgency),
                              put("_provisional_no", one.number)};
    for (std::size_t i = random.below(4); i > 0; --i) {
      const std::string key = name(6);
      if (!one.people.insert(key).second) continue;
      writes.push_back({{"reporters", key, "callback_wanted"}, Op::put, Value(true), {}, {}, {}});
    }
    if (random.chance(60)) {
      const std::string text = "进展" + std::to_string(n);
      one.told.insert(text);
      writes.push_back({{"progress_log", {}, {}}, Op::append, Value(Value::Object{{"text", text}}), {}, {}, {}});
    }
    hao_phone.record(studio_1, hao, one.id, "concern", std::move(writes));
    sync(hao_phone, studio_1);
    if (random.chance(50)) {
      one.state = "triaged";
      post(path(studio_1, one.id) + "/steps", Value::Object{{"to", "triaged"}});
    }
    made.emplace(one.id, std::move(one));
  }

  void make_consultation(std::uint8_t n) {
    Made one{record_id(n), "micro_consultation", {}, {}, {}, random.between(3, 60), {}, {}};
    MemberId member;
    TestPhone& phone = some_phone(member);
    std::vector<Write> writes{put("title", "路灯协商之" + std::to_string(n)),
                              put("session_kind", "micro_consult"),
                              put("topic_class", "livelihood"),
                              put("topic_source", "public"),
                              put("category_code", "市政/路灯"),
                              put("occurred_on", "2026-11-" + std::to_string(10 + n % 10)),
                              put("region_code", "990121100201"),
                              put("host_studio_id", studio_1.text()),
                              put("moderator_id", mi.text()),
                              put("opinions_text", "要修"),
                              put("consensus_text", "月底前修好"),
                              count("headcount_total", one.heads)};
    for (int i = 0; i < 3; ++i) {
      const std::string key = name(8);
      if (one.people.insert(key).second) writes.push_back(add("participants", key));
    }
    phone.record(studio_1, member, one.id, one.kind, std::move(writes));
    phone.record(studio_1, member, one.id, one.kind, {step("_review", "draft", "submitted")});
    sync(phone, studio_1);
    const Value verdict =
        post("/v1/verdicts", Value::Object{{"studio", studio_1.text()}, {"record", one.id.text()}, {"to", "accepted"}});
    CAPTURE(to_text(verdict));
    REQUIRE(verdict.list_at("results").front().text_at("outcome") == "done");
    one.number = record(studio_1, one.id).text_at("official_no");
    REQUIRE_FALSE(one.number.empty());
    made.emplace(one.id, std::move(one));
  }
  static std::string to_text(const Value& value) {
    return std::string(value.list_at("results").front().text_at("detail"));
  }

  // One act of the desk, and of the model; the record that it was about.
  RecordId act() {
    std::vector<std::pair<RecordId, RecordId>> there;
    for (const auto& [ends, edge] : model.edges) there.push_back(ends);
    if (!there.empty() && random.chance(there.size() > 12 ? 70 : 40)) {
      const auto ends = random.one_of(there);
      part(ends.first, ends.second);
      return ends.first;
    }
    const bool concerns = random.chance(50);
    std::vector<RecordId> ids;
    for (const auto& [id, one] : made) {
      if ((one.kind == "concern") == concerns) ids.push_back(id);
    }
    random.shuffle(ids);
    join(ids[0], ids[1]);
    return ids[0];
  }
  static Value::Object ends(const RecordId& a, const RecordId& b) {
    const auto end = [](const RecordId& id) {
      return Value::Object{{"studio", studio_1.text()}, {"record", id.text()}};
    };
    return {{"a", end(a)}, {"b", end(b)}};
  }
  void join(const RecordId& a, const RecordId& b) {
    Value::Object body = ends(a, b);
    Model::Edge& edge = model.edges[{std::min(a, b), std::max(a, b)}];
    edge.sum = random.chance(50);
    body.emplace("counters", edge.sum ? "sum" : "larger");
    if (random.chance(35)) {
      edge.primary = random.chance(50) ? a : b;
      body.emplace("primary", edge.primary->text());
    }
    post("/v1/duplicates", body);
  }
  void part(const RecordId& a, const RecordId& b) {
    model.edges.erase({std::min(a, b), std::max(a, b)});
    post("/v1/duplicates/remove", ends(a, b));
  }

  std::set<std::string> heads_of(std::string_view kind) const {
    std::set<std::string> heads;
    for (const auto& [id, one] : made) {
      if (one.kind == kind) heads.insert(model.primary(id).text());
    }
    return heads;
  }
  std::int64_t heads_in_all() const {
    std::int64_t sum = 0;
    for (const auto& [id, one] : made) {
      if (!one.kind.starts_with("micro") || model.primary(id) != id) continue;
      sum += model.heads(id, made);
    }
    return sum;
  }
  std::string state_of(const RecordId& id) const { return model.primary(id) == id ? made.at(id).state : "merged"; }
  std::set<std::string> people_of(const RecordId& id) const {
    std::set<std::string> people;
    for (const RecordId& part : model.with(id)) people.insert(made.at(part).people.begin(), made.at(part).people.end());
    return people;
  }

  void check_lists() {
    for (const std::string kind : {"concern", "micro_consultation"}) {
      std::set<std::string> listed;
      const Value list = get("/v1/records?limit=100&kind=" + kind);
      for (const Value& each : list.list_at("records")) {
        const RecordId id = *RecordId::parse(each.text_at("record"));
        CHECK(listed.insert(id.text()).second);
        const std::vector<RecordId> together = model.with(id);
        CHECK(each.boolean_at("joined") == (together.size() > 1));
        CHECK(each.list_at("joins").size() + 1 == together.size());
        if (kind == "concern") CHECK(each.text_at("state") == state_of(id));
      }
      CHECK(listed == heads_of(kind));
    }
  }
  void check_totals() {
    const auto total = [&](const char* kind, std::string_view name) {
      const Value totals = get(std::string("/v1/totals?kind=") + kind);
      for (const Value& indicator : totals.list_at("indicators")) {
        if (indicator.text_at("name") == name) return indicator.integer_at("value");
      }
      return std::int64_t{-1};
    };
    CHECK(total("micro_consultation", "n_consult") == static_cast<std::int64_t>(heads_of("micro_consultation").size()));
    CHECK(total("micro_consultation", "p_consult") == heads_in_all());
    CHECK(total("concern", "n_conc") == static_cast<std::int64_t>(heads_of("concern").size()));
  }
  // The page of one record says what all of its component hold.
  void check_page(const RecordId& id) {
    const Value view = record(studio_1, id);
    const std::vector<RecordId> together = model.with(id);
    if (made.at(id).kind == "concern") CHECK(view.text_at("state") == state_of(id));
    if (together.size() < 2) {
      CHECK(view.find("joined") == nullptr);
      return;
    }
    const Value& joined = *view.find("joined");
    CHECK(joined.text_at("primary") == model.primary(id).text());
    std::set<std::string> parts, numbers;
    for (const Value& part : joined.list_at("records")) {
      parts.insert(std::string(part.text_at("record")));
      for (const Value& number : part.list_at("numbers")) numbers.insert(*number.text());
    }
    CHECK(parts.size() == together.size());
    for (const RecordId& part : together) {
      CHECK(parts.contains(part.text()));
      CHECK(numbers.contains(made.at(part).number));
    }
    for (const Value& field : joined.list_at("fields")) {
      const std::string_view name = field.text_at("field");
      if (name == "headcount_total") CHECK(field.integer_at("value") == model.heads(id, made));
      if (name == "reporters" || name == "participants") {
        std::set<std::string> keys;
        for (const Value& element : field.list_at("elements")) keys.insert(std::string(element.text_at("key")));
        CHECK(keys == people_of(id));
      }
      if (name == "urgency") CHECK(field.text_at("value") == urgency_of(together));
      if (name == "progress_log") CHECK(field.list_at("entries").size() == told_by(together));
    }
    if (made.at(id).kind == "concern") CHECK(joined.list_at("owed").size() == people_of(id).size());
  }
  std::string urgency_of(const std::vector<RecordId>& together) const {
    std::string worst = "normal";
    for (const RecordId& part : together) {
      const std::string& urgency = made.at(part).urgency;
      if (urgency == "emergency" || (urgency == "urgent" && worst == "normal")) worst = urgency;
    }
    return worst;
  }
  std::size_t told_by(const std::vector<RecordId>& together) const {
    std::size_t entries = 0;
    for (const RecordId& part : together) entries += made.at(part).told.size();
    return entries;
  }

  void check_phones(const RecordId& about) {
    for (Phone& phone : phones) {
      server.now_ms += 1000;
      done(phone.sync());
      for (const std::string kind : {"concern", "micro_consultation"}) {
        ListOptions options;
        options.kind = kind;
        std::set<std::string> listed;
        for (const ListItem& item : done(phone.list(options)).items) {
          listed.insert(item.id);
          CHECK(item.joined_into.empty());
          CHECK(item.joins.size() + 1 == model.with(*RecordId::parse(item.id)).size());
        }
        CHECK(listed == heads_of(kind));
        options.parts = true;
        CHECK(done(phone.list(options)).items.size() == records_a_kind);
      }
      CHECK(done(phone.find("路灯")).size() == 2 * records_a_kind);
      CHECK_FALSE(done(phone.find(made.at(about).number)).empty());
      check_phone_page(phone, about);
    }
  }
  void check_phone_page(Phone& phone, const RecordId& id) {
    const RecordView view = done(phone.record(id.text()));
    const std::vector<RecordId> together = model.with(id);
    CHECK(view.joined.parts.size() == (together.size() > 1 ? together.size() : 0));
    if (view.joined.parts.empty()) return;
    CHECK(view.joined.primary == model.primary(id).text());
    CHECK(view.joined.parts.front().id == view.joined.primary);
    if (made.at(id).kind == "concern") return;
    REQUIRE(view.joined.field("headcount_total"));
    CHECK(view.joined.field("headcount_total")->value.to_text() == std::to_string(model.heads(id, made)));
  }

  void check_tables() {
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
    const Value found = get("/v1/records?limit=100&text=%E8%B7%AF%E7%81%AF");  // 路灯
    CHECK(found.list_at("records").size() == 2 * records_a_kind);
    const Response response = ask("GET", "/v1/export.csv?kind=micro_consultation");
    std::string text;
    REQUIRE(response.stream([&](std::string_view piece) {
      text += piece;
      return true;
    }));
    for (const auto& [id, one] : made) {
      if (one.kind == "concern") continue;
      const std::size_t at = text.find(id.text());
      REQUIRE(at != std::string::npos);
      const std::string line = text.substr(at, text.find("\r\n", at) - at);
      const RecordId head = model.primary(id);
      // Each line has its own number; one that is joined into another has that one's beside it.
      for (const auto& [other, its] : made) {
        if (its.number.empty() || its.kind == "concern") continue;
        CHECK((line.find(its.number) != std::string::npos) == (other == id || other == head));
      }
    }
  }

  // What a person reads of each record, without how it came about.
  std::map<std::string, std::string> shown() {
    std::map<std::string, std::string> all;
    for (const auto& [id, one] : made) {
      const Value view = record(studio_1, id);
      std::string& text = all[id.text()];
      for (const char* member : {"title", "official_no", "provisional_no", "review", "state"}) {
        text += std::string(view.text_at(member)) + "|";
      }
      text += view.boolean_at("revised") ? "revised|" : "";
      text += view.find("joined") ? "joined|" : "";
      for (const Value& cell : view.list_at("cells")) {
        if (cell.text_at("text").empty()) continue;
        if (cell.text_at("address") == "state" && view.text_at("state") == "collected") continue;  // no step, or back
        text += std::string(cell.text_at("address")) + "=" + std::string(cell.text_at("text")) + "\n";
      }
    }
    return all;
  }

  ServerClock clock;
  DirectTransport transport;
  SeededRandom random;
  std::map<RecordId, Made> made;
  Model model;
  std::vector<Phone> phones;
};

}  // namespace

TEST_SUITE("server/review/joined") {
  TEST_CASE("whatever is joined and parted, all who look see the same, and parting everything restores what was") {
    const char* given = std::getenv("LIANXIN_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : 20261130;
    MESSAGE("seed " << seed);
    County county(seed);
    const auto before = county.shown();
    county.check_lists();
    county.check_totals();
    for (int n = 1; n <= acts_in_all; ++n) {
      CAPTURE(seed);
      CAPTURE(n);
      county.server.now_ms += 1000;
      const RecordId about = county.act();
      county.check_page(about);
      county.check_lists();
      county.check_totals();
      if (n % phones_every == 0) county.check_phones(about);
      if (n % tables_every == 0) county.check_tables();
    }
    while (!county.model.edges.empty()) {
      const auto ends = county.model.edges.begin()->first;
      county.part(ends.first, ends.second);
    }
    county.check_lists();
    county.check_totals();
    county.check_tables();
    county.check_phones(record_id(1));
    const auto after = county.shown();
    for (const auto& [id, text] : before) CHECK(after.at(id) == text);
  }
}
