// 微协商: MC-01 … MC-10.
#include "client-sdk/demo/clashes.h"
#include "client-sdk/demo/planner.h"

namespace lianxin::demo {
namespace {

// A person takes part under their id, and who has none in our books under their name.
Value participants_of(const Value& record) {
  Value::Object set;
  for (const Value& person : record.list_at("participants")) {
    if (!on_first_list(record.text_at("key"), person.text_at("name"))) continue;
    const std::string_view id = person.text_at("person_id");
    const std::string key = id.empty() ? "name:" + std::string(person.text_at("name")) : std::string(id);
    set[key] = element(person, {"name", "person_id", "kind", "role_in_event", "unit"});
  }
  return set;
}

}  // namespace

void Planner::consultation(const Value& record) {
  Entry entry = event_form(record);
  copy_fields(record,
              {"session_kind", "topic_class", "topic_source", "host_studio_id", "moderator_id", "headcount_residents",
               "background_text", "process_text", "opinions_text", "consensus_text", "suggestions_count"},
              entry.fields);
  copy_fields(record, {"headcount_total"}, entry.fields);
  entry.fields["category_code"] = story_.category_code(record.text_at("category"));
  entry.fields["participants"] = participants_of(record);
  Value::Object actions;
  for (const Value& action : record.list_at("agreed_actions")) {
    Value part = element(action, {"text", "deadline_on"});
    (*part.object())["responsible_unit"] = story_.office_name(action.text_at("responsible_unit"));
    actions[std::string(action.text_at("action_id"))] = part;
  }
  if (!actions.empty()) entry.fields["agreed_actions"] = actions;
  Value::Object concern_ids;
  for (const Value& concern : record.list_at("concerns")) {
    concern_ids[std::string(concern.text_at("concern_id"))] = Value::Object{};
  }
  if (!concern_ids.empty()) entry.fields["concerns"] = concern_ids;
  Value::Object sections;  // of a joint consultation: what each county takes on
  for (const auto& [org, text] : record.object_at("org_sections")) sections[org] = Value::Object{{"text", text}};
  if (!sections.empty()) entry.fields["org_sections"] = sections;
  // The text that two phones will finish, each for itself (clashes.h): nobody has agreed on one yet, so nobody submits.
  if (record.find("text_versions")) entry.fields.erase("_review");
  save(std::move(entry));
  concerns(record, record.text_at("session_kind") == "reception" ? "reception" : "micro_consult");
  attachments(record);
}

}  // namespace lianxin::demo
