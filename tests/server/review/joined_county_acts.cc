// What is done in the county, on the desk and in the model, and of all but joining and parting in the twin.
#include <algorithm>

#include "tests/server/review/joined_county.h"

namespace lianxin::server_test {
namespace {

std::string next_state(const std::string& state) {
  const std::map<std::string, std::string> next{
      {"collected", "triaged"}, {"triaged", "assigned"}, {"assigned", "in_progress"}, {"in_progress", "resolved"}};
  const auto at = next.find(state);
  return at == next.end() ? std::string() : at->second;
}

Value::Object end_of(const StudioId& studio, const RecordId& id) {
  return {{"studio", studio.text()}, {"record", id.text()}};
}

}  // namespace

RecordId JoinedCounty::some(const std::function<bool(const Made&)>& meets) {
  std::vector<RecordId> found;
  for (const auto& [id, one] : model_.made) {
    if (meets(one)) found.push_back(id);
  }
  return found.empty() ? RecordId{} : random_.one_of(found);
}

// A number is given once, and by what a record is itself: the twin says which.
void JoinedCounty::learn_number(const RecordId& id) {
  Made& one = model_.made.at(id);
  if (one.official_no.empty()) one.official_no = twin_.record(studio_of(id), id).text_at("official_no");
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
  if (about.is_zero()) return join_some();
  learn_number(about);
  return {about, model_.head(about)};
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
