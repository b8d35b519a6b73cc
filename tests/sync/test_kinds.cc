#include "tests/sync/test_kinds.h"

namespace lianxin {
namespace {

const std::vector<std::string> everybody = {"convener", "clinic_doctor", "township_liaison", "coordinator"};

Field field(std::string name, Merge merge = Merge::register_, FieldType type = FieldType::text,
            Sensitivity sensitivity = Sensitivity::internal) {
  Field made;
  made.name = std::move(name);
  made.type = type;
  made.merge = merge;
  made.sensitivity = sensitivity;
  made.writers = everybody;
  return made;
}

Field ladder_field(std::string name, std::string ladder) {
  Field made = field(std::move(name), Merge::ladder);
  made.ladder = std::move(ladder);
  return made;
}

void add_common(Kind& kind) {
  Field deleted = field("_deleted", Merge::register_, FieldType::boolean, Sensitivity::public_);
  deleted.every_record = true;
  kind.fields.push_back(std::move(deleted));
  if (!kind.reviewed) return;
  Field review = ladder_field("_review", "review");
  review.every_record = true;
  kind.fields.push_back(std::move(review));
}

Kind visit(std::int64_t version, int text_max) {
  Kind kind;
  kind.name = "visit";
  kind.reviewed = true;
  kind.writers = everybody;
  kind.fields.push_back(field("title"));
  kind.fields.push_back(field("place"));
  kind.fields.back().quiet = true;
  kind.fields.push_back(field("origin"));
  kind.fields.back().once = true;
  kind.fields.push_back(field("verdict"));
  kind.fields.back().authority = {"coordinator", "convener"};
  kind.fields.push_back(field("consent"));
  kind.fields.back().restrictive = Value("withdrawn");
  kind.fields.push_back(field("phone", Merge::register_, FieldType::text, Sensitivity::personal));
  kind.fields.push_back(field("diagnosis", Merge::register_, FieldType::text, Sensitivity::health));
  kind.fields.push_back(field("headcount", Merge::counter, FieldType::integer));
  kind.fields.push_back(field("people", Merge::set));
  kind.fields.back().element_kind = "text";
  kind.fields.back().attributes.emplace_back().name = "unit";
  kind.fields.push_back(field("log", Merge::append, FieldType::object));
  kind.fields.push_back(ladder_field("state", "work"));
  if (version >= 2) kind.fields.push_back(field("weather"));
  for (Field& each : kind.fields) {
    if (each.name == "title" || each.name == "verdict") each.length_max = text_max;
  }
  add_common(kind);
  return kind;
}

Kind patient() {
  Kind kind;
  kind.name = "patient";
  kind.writers = everybody;
  kind.fields.push_back(field("name", Merge::register_, FieldType::text, Sensitivity::health));
  kind.fields.push_back(field("complaint", Merge::register_, FieldType::text, Sensitivity::health));
  add_common(kind);
  return kind;
}

Kind notice() {
  Kind kind;
  kind.name = "notice";
  kind.writers = everybody;
  kind.fields.push_back(field("words"));
  add_common(kind);
  return kind;
}

// Two states of one rank (assigned, rejected), and two ways down.
Ladder work() {
  Ladder ladder;
  ladder.name = "work";
  ladder.initial = "open";
  for (const auto& [state, rank] : {std::pair("open", 10), std::pair("triaged", 20), std::pair("assigned", 30),
                                    std::pair("rejected", 30), std::pair("done", 40)}) {
    ladder.rungs.push_back({.state = state, .rank = rank, .label_zh = {}, .label_en = {}});
  }
  for (const auto& [from, to] :
       {std::pair("open", "triaged"), std::pair("triaged", "assigned"), std::pair("triaged", "rejected"),
        std::pair("assigned", "done"), std::pair("assigned", "triaged"), std::pair("done", "open")}) {
    ladder.steps.push_back({from, to, everybody, false});
  }
  ladder.resolvers = {"coordinator"};
  return ladder;
}

Ladder review() {
  Ladder ladder;
  ladder.name = "review";
  ladder.initial = "draft";
  for (const auto& [state, rank] :
       {std::pair("draft", 0), std::pair("submitted", 10), std::pair("township_checked", 20), std::pair("accepted", 30),
        std::pair("returned", 30)}) {
    ladder.rungs.push_back({.state = state, .rank = rank, .label_zh = {}, .label_en = {}});
  }
  ladder.steps.push_back({"draft", "submitted", {"convener", "clinic_doctor"}, false});
  ladder.steps.push_back({"submitted", "township_checked", {"township_liaison"}, false});
  ladder.steps.push_back({"submitted", "accepted", {"coordinator"}, false});
  ladder.steps.push_back({"township_checked", "accepted", {"coordinator"}, false});
  ladder.steps.push_back({"submitted", "returned", {"coordinator", "township_liaison"}, true});
  ladder.steps.push_back({"returned", "submitted", {"convener", "clinic_doctor"}, false});
  ladder.resolvers = {"coordinator"};
  return ladder;
}

}  // namespace

Catalog test_catalog(std::int64_t version, int text_max) {
  Catalog catalog;
  catalog.version = version;
  catalog.sensitivity_version = 1;
  catalog.kinds.emplace("visit", visit(version, text_max));
  catalog.kinds.emplace("patient", patient());
  if (version >= 2) catalog.kinds.emplace("notice", notice());
  catalog.ladders.emplace("work", work());
  catalog.ladders.emplace("review", review());
  return catalog;
}

oracle::Rules test_rules() {
  using oracle::FieldRule;
  using enum FieldRule::Behaves;
  oracle::Rules rules;
  rules["place"].quiet = true;
  rules["verdict"].authority = {"coordinator", "convener"};
  rules["consent"].restrictive = "withdrawn";
  rules["headcount"].behaves = total;
  rules["people"].behaves = members;
  rules["log"].behaves = entries;
  FieldRule state;
  state.behaves = stages;
  state.initial = "open";
  state.ranks = {{"open", 10}, {"triaged", 20}, {"assigned", 30}, {"rejected", 30}, {"done", 40}};
  rules["state"] = state;
  FieldRule review;
  review.behaves = stages;
  review.initial = "draft";
  review.ranks = {{"draft", 0}, {"submitted", 10}, {"township_checked", 20}, {"accepted", 30}, {"returned", 30}};
  rules["_review"] = review;
  return rules;
}

Sensitivity guarded(std::string_view kind, std::string_view field) {
  if (kind == "patient") return Sensitivity::health;
  if (field == "phone") return Sensitivity::personal;
  if (field.empty() || field.front() == '_') return Sensitivity::internal;
  for (const std::string_view open :
       {"title", "place", "origin", "verdict", "consent", "headcount", "people", "log", "state", "weather", "words"}) {
    if (field == open) return Sensitivity::internal;
  }
  return Sensitivity::health;  // a diagnosis, and what nobody knows: it may be anything
}

}  // namespace lianxin
