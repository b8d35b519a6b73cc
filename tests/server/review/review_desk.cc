#include "tests/server/review/review_desk.h"

#include "schema/json.h"
#include "server/parts/all_routes.h"

namespace lianxin::server_test {

using namespace server;

ReviewDesk::ReviewDesk()
    : hao_phone(phone_of(server, 1, studio_1, hao)),
      mi_phone(phone_of(server, 2, studio_1, mi)),
      doctor_phone(phone_of(server, 3, studio_2, doctor)) {
  token = sign_in("cheng", coordinator);
}

Response ReviewDesk::ask(const std::string& method, const std::string& target, const Value& body,
                         const std::string& who) {
  return server.ask_json(method, target, body, who.empty() ? token : who, Language::zh);
}

Value ReviewDesk::get(const std::string& target, const std::string& who) {
  const Response response = ask("GET", target, {}, who);
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  return json_of(response);
}

Value ReviewDesk::post(const std::string& target, const Value& body, const std::string& who) {
  const Response response = ask("POST", target, body, who);
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  return json_of(response);
}

std::string ReviewDesk::sign_in(const std::string& login, const MemberId& member) {
  must(server->accounts->add(login, member, "一个够长的口令，谁也猜不到", false));
  const SignedIn signed_in = must(server->accounts->sign_in(login, "一个够长的口令，谁也猜不到", server.now_ms));
  REQUIRE(signed_in.outcome == SignedIn::Outcome::ok);
  return signed_in.token;
}

std::string ReviewDesk::supervisor() {
  Grant grant;
  grant.member = MemberId{record_id(200).bytes};
  grant.role = "city_supervisor";
  grant.org_code = "990100";
  grant.clearance = Sensitivity::personal;
  REQUIRE(must(server->grants->add(grant)));
  server->directory->note_change();
  return sign_in("supervisor", grant.member);
}

void ReviewDesk::sync(TestPhone& phone, const StudioId& studio) { phone.sync(server, phone.request(studio)); }

Value ReviewDesk::record(const StudioId& studio, const RecordId& id, const std::string& who) {
  return get(path(studio, id), who);
}

Write count(const std::string& field, std::int64_t by) {
  return {*Address::parse(field), Op::count, Value(by), {}, {}, {}};
}

Write add(const std::string& field, const std::string& key) { return {{field, key, {}}, Op::add, {}, {}, {}, {}}; }

Write step(const std::string& field, const std::string& from, const std::string& to, std::vector<ChangeId> bases) {
  return {{field, {}, {}}, Op::step, Value(to), from, std::move(bases), {}};
}

Write put_over(const std::string& field, Value value, std::vector<ChangeId> bases) {
  return {*Address::parse(field), Op::put, std::move(value), {}, std::move(bases), {}};
}

std::vector<Write> whole(const std::string& kind, std::vector<Write> writes) {
  const std::string member = hao.text();
  const std::map<std::string, std::vector<Write>> owed{
      {"micro_consultation",
       {put("session_kind", "micro_consult"), put("title", "彩石路口"), put("topic_class", "livelihood"),
        put("topic_source", "public"), put("category_code", "市政/路灯"), put("occurred_on", "2026-11-18"),
        put("region_code", "990121100201"), put("host_studio_id", studio_1.text()), put("moderator_id", member),
        add("participants", member), count("headcount_total", 37), put("opinions_text", "要修"),
        put("consensus_text", "月底前修好")}},
      {"clinic_visit",
       {put("title", "送医下乡"), put("clinic_kind", "fixed"), put("occurred_on", "2026-11-18"),
        put("region_code", "990121100201"), put("organiser_studio_id", studio_2.text()), add("doctors", member),
        count("persons_served", 40), put("summary_text", "小结")}},
      {"outreach_visit",
       {put("visit_kind", "enterprise"), put("occurred_on", "2026-11-18"), put("region_code", "990121100201"),
        put("address_text", "上柳湾村三组"), add("visitors", member), count("persons_reached", 3),
        count("households_reached", 1)}},
      {"concern",
       {put("title", "路灯不亮"), put("description", "路口的灯坏了"), put("source_kind", "outreach"),
        put("appeal_type", "help"), put("category_code", "市政/路灯"), put("region_code", "990121100201"),
        put("urgency", "normal")}}};
  for (const Write& one : owed.at(kind)) {
    const bool given =
        std::any_of(writes.begin(), writes.end(), [&](const Write& other) { return other.at.field == one.at.field; });
    if (!given) writes.push_back(one);
  }
  return writes;
}

Value cell_of(const Value& record, std::string_view address) {
  for (const Value& cell : record.list_at("cells")) {
    if (cell.text_at("address") == address) return cell;
  }
  return {};
}

}  // namespace lianxin::server_test
