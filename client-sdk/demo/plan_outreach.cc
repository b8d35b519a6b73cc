// 走访: OV-01 … OV-10, and the households and people they met.
#include "client-sdk/demo/planner.h"

namespace lianxin::demo {
namespace {

const std::initializer_list<std::string_view> counters = {"persons_reached", "households_reached", "questionnaires"};

}  // namespace

void Planner::household(const Value& record) {
  const std::string id(record.text_at("household_id"));
  if (id.empty() || !made_.insert(id).second) return;
  Entry entry = form(record, "household", id);
  copy_fields(record, {"region_code"}, entry.fields);
  std::string_view group = record.text_at("address_text");  // 松坪岭村二组 -> 二组
  if (const std::string_view village = record.text_at("region_name"); group.starts_with(village)) {
    group.remove_prefix(village.size());
  }
  entry.fields["group_no"] = group;
  Value::Object tags;
  const Value& edit = record.find("household_tags_edit") ? *record.find("household_tags_edit") : Value();
  for (const Value& tag : edit.list_at("add")) tags[*tag.text()] = Value::Object{};
  // Two phones will change these tags later: the one that goes must have been there.
  if (const Value* other = edit.find("device_b")) {
    for (const Value& tag : other->list_at("remove")) tags[*tag.text()] = Value::Object{};
  }
  if (!tags.empty()) entry.fields["household_tags"] = tags;
  save(std::move(entry));
}

void Planner::outreach(const Value& record) {
  household(record);
  Entry entry = event_form(record);
  copy_fields(record,
              {"visit_kind", "address_text", "household_id", "minor", "guardian_consent", "on_spot_solved",
               "benefit_fen", "next_visit_on", "resident_sign", "notes_text"},
              entry.fields);
  Value::Object visitors;
  for (const Value& visitor : record.list_at("visitors")) {
    visitors[std::string(visitor.text_at("person_id"))] = element(visitor, {"name", "person_id"});
  }
  entry.fields["visitors"] = visitors;
  copy_fields(record, {"service_kinds", "helper_ids"}, entry.fields);
  Value::Object findings;
  for (const auto& [item, answer] : record.object_at("findings")) findings[item] = Value::Object{{"answer", answer}};
  if (!findings.empty()) entry.fields["findings"] = findings;
  Value::Object gifts;
  for (const Value& gift : record.list_at("gifts")) {
    gifts[std::string(gift.text_at("gift_id"))] = element(gift, {"name", "qty", "unit", "value_fen", "source"});
  }
  if (!gifts.empty()) entry.fields["gifts"] = gifts;
  if (const std::string_view before = record.text_at("follows_key"); !before.empty()) {
    entry.fields["follows_id"] = *story_.record(before).find("id");
  }

  const Value& met = *record.find("interviewee");
  Value::Object interviewee;
  copy_fields(met, {"alias", "sex_code", "age_band", "anonymous"}, interviewee);
  if (const std::string_view alias = met.text_at("alias"); !alias.empty() && !met.boolean_at("anonymous")) {
    Value::Object person = {{"name", alias}};
    copy_fields(met, {"sex_code", "age_band"}, person);
    copy_fields(record, {"household_id"}, person);
    const std::string place(record.text_at("region_code"));
    const std::string id = id_from_name("resident:" + place + ":" + std::string(alias));
    interviewee["resident_id"] = resident(record, id, std::move(person));
    if (!record.text_at("guardian_consent").empty()) consent(record, id, "record_keeping", true);
  }
  entry.fields["interviewee"] = interviewee;

  // Two groups that each count their half of the villages.
  const Value::Object& groups = record.object_at("device_counts");
  for (const std::string_view counter : counters) {
    const auto own = groups.find(entry.phone);
    const Value& counted = own == groups.end() ? record : own->second;
    if (counted.integer_at(counter) > 0) entry.fields[std::string(counter)] = counted.integer_at(counter);
  }
  for (const auto& [phone, counts] : groups) {
    if (phone == entry.phone) continue;
    Entry group = form(record, "outreach_visit", entry.record);
    group.is_new = false;
    copy_fields(counts, counters, group.fields);
    save_on(phone, std::move(group));
  }
  save(std::move(entry));
  concerns(record, "outreach");
  attachments(record);
}

}  // namespace lianxin::demo
