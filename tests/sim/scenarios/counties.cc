#include "tests/sim/scenarios/counties.h"

#include <algorithm>
#include <stdexcept>

#include "server/people/named_id.h"
#include "server/people/places.h"
#include "sync/server/act.h"

namespace lianxin::sim {
namespace {

std::string name_in(const server::Places::Named* named) { return named ? named->name : std::string(); }

using server::reference_studio_of;
using server::uuid_named;

constexpr const char* org_codes[] = {Counties::city, Counties::first, Counties::other};
constexpr const char* regions[] = {"990100",       "990121",       "990105",      "990121100",
                                   "990121100201", "990121100202", "990105100201"};
constexpr const char* studio_codes[] = {"990121-S01", "990121-S02", "990121-S03", "990105-S01", "990105-S02"};

std::string text_of(const StudioPlace& place) {
  std::string text =
      place.code + (place.reference ? " reference" : "") + " " + std::to_string(static_cast<int>(place.gate)) + " in";
  for (const std::string& code : place.org_codes) text += " " + code;
  return text;
}

}  // namespace

RecordId Counties::described_at(const std::string& org_code) { return RecordId{uuid_named("org unit " + org_code)}; }

Counties::Counties(Life& life) : life_(life), other_studio_(life.server.add_studio()) {
  FakeServer& server = life_.server;
  server.set_kinds(kinds_with_reference());
  server.go_by_reference({std::begin(org_codes), std::end(org_codes)});
  office_.member = server.add_person("县办公室");
  Grant grant;
  grant.member = office_.member;
  grant.role = "coordinator";
  grant.org_code = first;
  grant.clearance = Sensitivity::health;
  server.add_grant(grant);
  life_.random.fill(office_.secret);
  office_.key = public_key_of(office_.secret);
  office_.device = device_id_of(office_.key);
  for (const char* code : org_codes) {
    for (const Described& what : described(code)) {
      const std::string refused = write(code, server.self(), what);
      if (!refused.empty()) throw std::runtime_error("reference data is not taken: " + refused);
    }
  }
}

std::vector<StudioId> Counties::studios() const {
  std::vector<StudioId> all{life_.server.second_studio, other_studio_};
  for (const char* code : org_codes) all.push_back(reference_studio_of(code));
  return all;
}

Counties::Described Counties::org_unit(const std::string& code, const std::string& level,
                                       const std::string& parent) const {
  Described unit{described_at(code),
                 "org_unit",
                 {{"org_code", code}, {"name", "政协" + code}, {"level", level}, {"region_code", code}}};
  if (!parent.empty()) unit.fields.emplace_back("parent", parent);
  return unit;
}

std::vector<Counties::Described> Counties::described(const std::string& org_code) const {
  const FakeServer& server = life_.server;
  const auto studio = [](const StudioId& id, const std::string& code, const std::string& region) {
    return Described{
        RecordId{id.bytes}, "studio", {{"studio_code", code}, {"name", "工作室" + code}, {"region_code", region}}};
  };
  const auto village = [](const std::string& code) {
    return Described{
        RecordId{uuid_named("village " + code)}, "village", {{"region_code", code}, {"name", "村" + code}}};
  };
  if (org_code == city) return {org_unit(city, "city", {})};
  if (org_code == other) {
    return {org_unit(other, "county", city), studio(other_studio_, "990105-S01", "990105100201"),
            village("990105100201")};
  }
  std::vector<Described> all{org_unit(first, "county", city), studio(server.studio, "990121-S01", "990121100201"),
                             studio(server.second_studio, "990121-S02", "990121100201"), village("990121100201")};
  for (const Life::Actor& actor : life_.phones) {
    all.push_back(
        {RecordId{actor.member.id.bytes}, "member", {{"name", "委员" + actor.member.id.text().substr(0, 8)}}});
  }
  return all;
}

std::vector<Counties::Described> Counties::planned() const {
  return {
      {RecordId{uuid_named("studio 990121-S03")}, "studio", {{"studio_code", "990121-S03"}, {"name", "新工作室"}}},
      {RecordId{uuid_named("village 990121100202")}, "village", {{"region_code", "990121100202"}, {"name", "新村"}}},
      {RecordId{uuid_named("member 9")}, "member", {{"name", "新委员"}}}};
}

std::string Counties::write(const std::string& org_code, const SelfDevice& by, const Described& what) {
  FakeServer& server = life_.server;
  Draft draft{what.record, what.kind, "登记", {}, 0};
  for (const auto& [field, value] : what.fields) draft.writes.push_back({{field, {}, {}}, Op::put, value, {}, {}, {}});
  const StudioId studio = reference_studio_of(org_code);
  const auto done = act(server.store(), studio, server.rules(studio), by, std::span(&draft, 1));
  if (!done) return what.kind + ": " + done.error().message;
  return done->refused.empty() ? std::string() : what.kind + ": " + done->refused.front().code;
}

std::string Counties::facts(const MemberId& member) {
  FakeServer& server = life_.server;
  const server::Places& places = server.places();
  std::string text;
  const auto add = [&](const std::string& what, const std::string& is) { text += what + " is " + is + "\n"; };
  std::vector<StudioId> all = studios();
  all.push_back(server.studio);
  for (const StudioId& id : all) {
    const StudioPlace* place = places.place(id);
    if (!place) {
      add(id.text(), "nowhere");
      continue;
    }
    if (place->code.starts_with(other)) continue;  // a county may do with its own what it likes
    add(id.text(), text_of(*place) + " " + places.name_of(id) + " " + places.area_of(id));
    for (const MemberId& holder : places.holders(*place, server.now_ms)) add("holder", holder.text());
    for (const StudioPlace* above : places.references_above(*place)) add("above", above->code);
  }
  for (const Life::Actor& actor : life_.phones) add(actor.member.id.text(), places.name_of(actor.member.id));
  for (const char* code : {city, first}) {
    const server::OrgUnit* org = places.org(code);
    add(code, org ? org->name + " at " + org->region_code : "nowhere");
    add(code, name_in(places.named_org(described_at(code))));
  }
  for (const char* code : org_codes) {
    const server::OrgUnit* org = places.org(code);
    add(code, org ? org->level + " under " + org->parent : "nowhere");
  }
  for (const StudioPlace* place : places.reached_by(member, server.now_ms)) {
    const auto& in = place->org_codes;  // it may make studios of its own
    if (std::find(in.begin(), in.end(), other) == in.end()) add("reached", place->studio.text());
  }
  for (const std::string code : regions) {
    if (!code.starts_with(other)) add("region " + code, name_in(places.named_region(code)));
  }
  for (const std::string code : studio_codes) {
    if (code.starts_with(other)) continue;
    const StudioPlace* place = places.place_of_code(code);
    add("code " + code, place ? place->studio.text() : "nobody's");
  }
  return text;
}

std::string Counties::go_on() {
  for (const Described& what : planned()) {
    const std::string refused = write(first, life_.server.self(), what);
    if (!refused.empty()) return "new " + refused;
  }
  for (Described what : described(first)) {
    if (what.kind == "org_unit") what.fields = {{"name", "政协"}};
    if (what.kind == "studio") what.fields = {{"name", "工作室"}, what.fields.front()};
    const std::string refused = write(first, office_, what);
    if (!refused.empty()) return "its own " + refused;
  }
  return {};
}

std::vector<Topic> Counties::topics(const std::string& of) const {
  std::vector<RecordId> records;
  for (const char* code : org_codes) {
    for (const Described& what : described(code)) records.push_back(what.record);
  }
  for (const Described& what : planned()) records.push_back(what.record);
  std::vector<std::string> texts(std::begin(regions), std::end(regions));
  texts.insert(texts.end(), std::begin(studio_codes), std::end(studio_codes));
  texts.insert(texts.end(), {"冒名", "county", "city", "closed", "applied"});
  std::vector<Topic> topics;
  for (const char* kind : {"org_unit", "studio", "member", "village"}) {
    Topic topic{reference_studio_of(of), kind, {}, records, texts};
    for (const Field& field : life_.server.catalog().kind(kind)->fields) {
      const bool set = field.merge == Merge::set;
      topic.addresses.push_back(set ? field.name + "/" + life_.server.studio.text() : field.name);
    }
    topic.addresses.push_back("_held");
    topics.push_back(std::move(topic));
  }
  return topics;
}

}  // namespace lianxin::sim
