// What the county looks like to those who look, held against the model.
#include <algorithm>

#include "server/upkeep/search_indexing.h"
#include "tests/server/review/joined_county.h"
#include "tests/support/whole_stream.h"

namespace lianxin::server_test {
namespace {

const std::vector<std::string> kinds{"concern", "micro_consultation"};

template <class T>
T done(Expected<T> expected) {
  if (!expected) FAIL(expected.problem().code << " " << expected.problem().detail);
  return std::move(expected).value();
}

// The lines of a table, by the names of their columns.
std::vector<std::map<std::string, std::string>> read_table(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 3; i < text.size(); ++i) {  // after the byte order mark
    const char c = text[i];
    if (c == '"') {
      if (quoted && i + 1 < text.size() && text[i + 1] == '"')
        cell += text[++i];
      else
        quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\n')) {
      lines.back().push_back(std::exchange(cell, {}));
      if (c == '\n') lines.emplace_back();
    } else if (quoted || c != '\r') {
      cell += c;
    }
  }
  std::vector<std::map<std::string, std::string>> table;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    std::map<std::string, std::string>& line = table.emplace_back();
    for (std::size_t column = 0; column < lines[i].size(); ++column) line[lines[0][column]] = lines[i][column];
  }
  return table;
}

std::int64_t heads_now(const Made& one) { return one.heads; }
std::int64_t heads_accepted(const Made& one) { return one.accepted_heads.value_or(0); }
bool is_there(const Made& one) { return !one.deleted; }
bool is_accepted(const Made& one) { return !one.deleted && one.review == "accepted"; }
bool is_handed_in(const Made& one) { return !one.deleted && (one.review == "accepted" || one.review == "submitted"); }

const std::map<std::string, std::string> urgencies{{"normal", "一般"}, {"urgent", "紧急"}, {"emergency", "特急"}};

}  // namespace

// An act touches records of one kind: that kind is looked at after each of them, the other now and then.
void JoinedCounty::check(const std::pair<RecordId, RecordId>& about) {
  while (must(index_some(*desk_.server->lists, *desk_.server->kinds->catalog()))) {
  }
  ++checks_;
  for (const std::string& kind : kinds) {
    if (kind != model_.made.at(about.first).kind && checks_ % 10 != 0) continue;
    check_list(kind, Looks::both, {});
    check_list(kind, Looks::first, one_);
    check_totals(kind);
    check_table(kind);
  }
  check_search();
  // Both ends, and every record in its turn.
  check_page(about.first);
  if (about.second != about.first) check_page(about.second);
  check_page(std::next(model_.made.begin(), static_cast<std::ptrdiff_t>(checks_ % model_.made.size()))->first);
  check_phone(about);
}

void JoinedCounty::check_search() {
  const Value found = desk_.get("/v1/records?limit=100&text=%E8%B7%AF%E7%81%AF");  // 路灯
  std::size_t there = 0;
  for (const auto& [id, one] : model_.made) there += one.deleted ? 0 : 1;
  CHECK(found.list_at("records").size() == there);
}

// Opened by one of its numbers, now this one and now that.
void JoinedCounty::check_page(const RecordId& id) {
  const std::vector<RecordId> together = model_.with(id), standing = model_.standing(id);
  const Made& own = model_.made.at(id);
  const std::string& asked = own.official_no.empty() || checks_ % 2 == 0 ? own.number : own.official_no;
  const Value view = desk_.get("/v1/records/" + studio_of(id).text() + "/" + asked);
  CHECK(view.text_at("record") == id.text());
  const bool concern = own.kind == "concern";
  if (concern) CHECK(view.text_at("state") == model_.state(id));
  CHECK(view.boolean_at("deleted") == own.deleted);
  if (together.size() < 2) {
    CHECK(view.find("joined") == nullptr);
    return;
  }
  REQUIRE(view.find("joined"));
  const Value& joined = *view.find("joined");
  CHECK(joined.text_at("primary") == model_.head(id).text());
  std::set<std::string> parts, numbers;
  for (const Value& part : joined.list_at("records")) {
    parts.insert(std::string(part.text_at("record")));
    CHECK(part.boolean_at("primary") == (part.text_at("record") == model_.head(id).text()));
    for (const Value& number : part.list_at("numbers")) numbers.insert(*number.text());
  }
  CHECK(parts.size() == together.size());
  for (const RecordId& part : together) {
    const Made& one = model_.made.at(part);
    CHECK(parts.contains(part.text()));
    CHECK(numbers.contains(one.number));
    if (!one.official_no.empty()) CHECK(numbers.contains(one.official_no));
  }
  if (standing.empty()) return;
  std::set<std::string> met;  // a field that is missing would pass every check of it
  for (const Value& field : joined.list_at("fields")) {
    const std::string_view name = field.text_at("field");
    met.emplace(name);
    if (name == "headcount_total") CHECK(field.integer_at("value") == model_.count(id, is_there, heads_now));
    if (name == "reporters" || name == "participants") {
      std::set<std::string> keys;
      for (const Value& element : field.list_at("elements")) keys.insert(std::string(element.text_at("key")));
      if (name == "participants") keys.erase(hao.text());  // in every one of them
      CHECK(keys == model_.people(id));
    }
    if (name == "urgency") CHECK(field.text_at("value") == model_.urgency(id));
    if (name == "progress_log") CHECK(field.list_at("entries").size() == model_.entries(id));
  }
  CHECK(met.contains("progress_log") == (model_.entries(id) > 0));
  for (const char* name : {"urgency", "reporters"}) CHECK(met.contains(name) == concern);
  for (const char* name : {"headcount_total", "participants"}) CHECK(met.contains(name) != concern);
  CHECK(met.contains("_provisional_no"));
  CHECK(joined.list_at("owed").size() == (concern ? model_.owed(id).size() : 0));
}

void JoinedCounty::check_list(const std::string& kind, Looks looks, const std::string& token) {
  std::set<std::string> listed;
  const Value list = desk_.get("/v1/records?limit=100&kind=" + kind, token);
  for (const Value& each : list.list_at("records")) {
    const RecordId id = *RecordId::parse(each.text_at("record"));
    CHECK(listed.insert(id.text()).second);
    const std::size_t together = model_.with(id, looks).size();
    CHECK(each.boolean_at("joined") == (together > 1));
    CHECK(each.list_at("joins").size() + 1 == together);
    if (kind == "concern") CHECK(each.text_at("state") == model_.state(id));
  }
  CHECK(listed == model_.heads_of(kind, looks));
}

void JoinedCounty::check_totals(const std::string& kind) {
  std::map<std::string, std::int64_t> value, pending;
  for (const auto& [id, one] : model_.made) {
    if (one.kind != kind || model_.head(id) != id || one.deleted) continue;
    if (kind == "concern") {
      ++value["n_conc"];
      value["n_conc_raw"] += static_cast<std::int64_t>(model_.standing(id).size());
      continue;
    }
    const bool accepted = is_accepted(one);
    value["n_consult"] += accepted ? 1 : 0;
    pending["n_consult"] += !accepted && is_handed_in(one) ? 1 : 0;
    const std::int64_t counted = model_.count(id, is_accepted, heads_accepted);
    const std::int64_t now = model_.count(id, accepted ? is_accepted : is_handed_in, heads_now);
    value["p_consult"] += counted;
    pending["p_consult"] += now - counted;
  }
  const Value totals = desk_.get("/v1/totals?kind=" + kind);
  std::size_t met = 0;
  for (const Value& indicator : totals.list_at("indicators")) {
    const std::string name(indicator.text_at("name"));
    CAPTURE(name);
    if (const auto at = value.find(name); at != value.end()) {
      ++met;
      CHECK(indicator.integer_at("value") == at->second);
    }
    if (const auto at = pending.find(name); at != pending.end()) CHECK(indicator.integer_at("pending") == at->second);
  }
  CHECK(met == value.size());
}

void JoinedCounty::check_table(const std::string& kind) {
  const server::Response response = desk_.ask("GET", "/v1/export.csv?kind=" + kind);
  const std::string text = test::whole_of(response.stream).value();
  std::set<std::string> met;
  for (const auto& line : read_table(text)) {
    const RecordId id = *RecordId::parse(line.at("记录标识"));
    met.insert(id.text());
    const Made& one = model_.made.at(id);
    const RecordId head = model_.head(id);
    const Made& its = model_.made.at(head);
    CHECK(line.at("临时编号") == one.number);
    CHECK(line.at("正式编号") == one.official_no);
    CHECK(line.at("已并入") == (head == id ? "" : its.official_no.empty() ? its.number : its.official_no));
    const auto foremost = is_accepted(one) ? is_accepted : is_handed_in(one) ? is_handed_in : is_there;
    if (kind == "concern") {
      CHECK(line.at("紧急程度") == urgencies.at(head == id ? model_.urgency(id) : one.urgency));
      for (const std::string& key : model_.people(id)) {
        const bool shown = line.at("反映人（人）").find(key) != std::string::npos;
        CHECK(shown == (head == id || one.people.contains(key)));
      }
    } else {
      CHECK(line.at("参加人次（人次）") ==
            std::to_string(head == id ? model_.count(id, foremost, heads_now) : one.heads));
    }
  }
  std::size_t there = 0;
  for (const auto& [id, one] : model_.made) there += one.kind == kind && !one.deleted ? 1 : 0;
  CHECK(met.size() == there);
}

void JoinedCounty::check_phone(const std::pair<RecordId, RecordId>& about) {
  Phone& phone = phone_->synced();
  for (const std::string& kind : kinds) {
    ListOptions options;
    options.kind = kind;
    std::set<std::string> listed;
    for (const ListItem& item : done(phone.list(options)).items) {
      listed.insert(item.id);
      CHECK(item.joined_into.empty());
      CHECK(item.joins.size() + 1 == model_.with(*RecordId::parse(item.id), Looks::first).size());
    }
    CHECK(listed == model_.heads_of(kind, Looks::first));
  }
  for (const RecordId& id : {about.first, about.second}) {
    const Made& one = model_.made.at(id);
    if (one.elsewhere) continue;
    const std::vector<ListItem> found = done(phone.find(one.number));
    const bool is_found =
        std::any_of(found.begin(), found.end(), [&](const ListItem& item) { return item.id == id.text(); });
    CHECK(is_found != one.deleted);
    const RecordView view = done(phone.record(id.text()));
    const std::vector<RecordId> together = model_.with(id, Looks::first);
    CHECK(view.joined.parts.size() == (together.size() > 1 ? together.size() : 0));
    if (view.joined.parts.empty()) continue;
    CHECK(view.joined.primary == model_.head(id, Looks::first).text());
    CHECK(view.joined.parts.front().id == view.joined.primary);
    if (one.kind == "concern" || model_.standing(id).empty()) continue;
    REQUIRE(view.joined.field("headcount_total"));
    CHECK(view.joined.field("headcount_total")->value.to_text() ==
          std::to_string(model_.count(id, is_there, heads_now)));
  }
}

// What a person reads of each record, without how it came about.
std::map<std::string, std::string> JoinedCounty::shown(ReviewDesk& desk, const JoinedModel& model) {
  std::map<std::string, std::string> all;
  for (const auto& [id, one] : model.made) {
    const Value view = desk.record(one.elsewhere ? studio_2 : studio_1, id);
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

void JoinedCounty::check_against_twin() {
  const auto own = shown(desk_, model_), twins = shown(twin_, model_);
  REQUIRE(own.size() == twins.size());
  for (const auto& [id, text] : twins) CHECK(own.at(id) == text);
  for (const std::string& kind : kinds) {
    CHECK(desk_.get("/v1/totals?kind=" + kind) == twin_.get("/v1/totals?kind=" + kind));
  }
}

}  // namespace lianxin::server_test
