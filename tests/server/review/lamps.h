// Three concerns of one matter at the desk of the test county, and what joins and parts them.
#pragma once

#include "tests/server/review/review_desk.h"

namespace lianxin::server_test {

// All are complete; the second is triaged. They are by two conveners.
struct Lamps : ReviewDesk {
  Lamps() {
    const auto concern = [&](TestPhone& phone, const MemberId& member, const RecordId& id, const char* urgency,
                             const char* number, std::vector<Write> more) {
      more.insert(more.end(),
                  {put("title", "路灯不亮"), put("description", "三组路口的灯坏了"), put("source_kind", "outreach"),
                   put("appeal_type", "help"), put("category_code", "市政/路灯"), put("region_code", "990121100201"),
                   put("urgency", urgency), put("_provisional_no", number)});
      phone.record(studio_1, member, id, "concern", std::move(more));
      sync(phone, studio_1);
    };
    concern(hao_phone, hao, first, "normal", "临-1", {reporter("张三", "name", "张三")});
    concern(mi_phone, mi, second, "emergency", "临-2",
            {reporter("张三", "callback_wanted", true), reporter("李四", "callback_wanted", true)});
    concern(mi_phone, mi, third, "urgent", "临-3", {});
    take(second, "triaged");
  }
  static Write reporter(const char* key, const char* attribute, Value value) {
    return {{"reporters", key, attribute}, Op::put, std::move(value), {}, {}, {}};
  }
  void take(const RecordId& id, const char* to, const char* reason = "") {
    post(path(studio_1, id) + "/steps", Value::Object{{"to", to}, {"reason", reason}});
  }
  void edit(const RecordId& id, const std::string& at, Value value) {
    post(path(studio_1, id) + "/edits",
         Value::Object{{"reason", "更正"},
                       {"writes", Value::List{Value::Object{{"at", at}, {"put", std::move(value)}}}}});
  }
  // All the way to the answer that is owed.
  void resolve(const RecordId& id) {
    for (const auto& [at, value] : std::map<std::string, Value>{{"assigned_unit", "城管局"},
                                                                {"deadline_on", "2026-12-20"},
                                                                {"outcome", "solved"},
                                                                {"outcome_class", "A"},
                                                                {"outcome_text", "已换灯泡"}}) {
      edit(id, at, value);
    }
    for (const char* to : {"triaged", "assigned", "in_progress", "resolved"}) take(id, to);
  }
  static Value pair(const RecordId& a, const RecordId& b, const RecordId* primary = nullptr, bool join = true) {
    Value::Object body{{"a", end(studio_1, a)}, {"b", end(studio_1, b)}};
    if (join) body.emplace("counters", "sum");
    if (primary) body.emplace("primary", primary->text());
    return body;
  }
  void join(const RecordId& a, const RecordId& b, const RecordId* primary = nullptr) {
    post("/v1/duplicates", pair(a, b, primary));
  }
  void part(const RecordId& a, const RecordId& b) { post("/v1/duplicates/remove", pair(a, b, nullptr, false)); }
  std::string state(const RecordId& id) { return std::string(record(studio_1, id).text_at("state")); }
  // The entry of a list; null where it has none.
  Value entry(const RecordId& id, const std::string& query = "/v1/records?kind=concern") {
    const Value list = get(query);
    for (const Value& each : list.list_at("records")) {
      if (each.text_at("record") == id.text()) return each;
    }
    return {};
  }
  static Value united(const Value& record, std::string_view field) {
    for (const Value& each : record.find("joined")->list_at("fields")) {
      if (each.text_at("field") == field) return each;
    }
    return {};
  }
  // {studio, record} of both ends, as the routes of duplicates take them.
  static Value::Object end(const StudioId& studio, const RecordId& id) {
    return {{"studio", studio.text()}, {"record", id.text()}};
  }
  // A coordinator of the first studio and of no other; a token.
  std::string of_first_only() {
    Grant grant;
    grant.member = MemberId{record_id(202).bytes};
    grant.role = "coordinator";
    grant.studio = studio_1;
    grant.clearance = Sensitivity::personal;
    REQUIRE(must(server->grants->add(grant)));
    server->directory->note_change();
    return sign_in("first_only", grant.member);
  }
  const RecordId first = record_id(1), second = record_id(2), third = record_id(3);
};

}  // namespace lianxin::server_test
