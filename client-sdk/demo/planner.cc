#include "client-sdk/demo/planner.h"

#include <algorithm>

namespace lianxin::demo {
namespace {

// A phone whose clock was slow shows an earlier time than it was; the story's time is the true one.
std::int64_t true_time_of(const Value& record) {
  return record.integer_at("created_at_device_ms") - record.integer_at("clock_skew_ms");
}

bool by_time(const Entry& a, const Entry& b) { return a.at_ms < b.at_ms; }

}  // namespace

void copy_fields(const Value& from, std::initializer_list<std::string_view> names, Value::Object& to) {
  for (const std::string_view name : names) {
    const Value* value = from.find(name);
    if (value && !value->is_null()) to.emplace(std::string(name), *value);
  }
}

void drop_zeros(std::initializer_list<std::string_view> counters, Value::Object& fields) {
  for (const std::string_view counter : counters) {
    const auto field = fields.find(counter);
    if (field == fields.end()) continue;
    if (Value::Object* items = field->second.object()) {
      std::erase_if(*items, [](const auto& item) { return item.second == Value(0); });
    }
    if (field->second == Value(0) || field->second == Value(Value::Object{})) fields.erase(field);
  }
}

Value element(const Value& of, std::initializer_list<std::string_view> parts) {
  Value::Object attributes;
  copy_fields(of, parts, attributes);
  return attributes;
}

Plan Planner::run() {
  // By time, so that what two records share is made by the phone that met it first.
  std::vector<const Value*> in_order;
  for (const Value& record : story_.records()) in_order.push_back(&record);
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const Value* a, const Value* b) { return true_time_of(*a) < true_time_of(*b); });
  for (const Value* record : in_order) {
    const std::string_view kind = record->text_at("entity_type");
    if (kind == "micro_consultation") consultation(*record);
    if (kind == "clinic_visit") clinic(*record);
    if (kind == "outreach_visit") outreach(*record);
    if (record->integer_at("clock_skew_ms") < 0) {
      plan_.slow_phone = story_.phone_with_id(record->text_at("created_by_device"));
      plan_.slow_ms = -record->integer_at("clock_skew_ms");
      plan_.slow_from_ms = true_time_of(*record);
    }
  }
  std::stable_sort(plan_.offline.begin(), plan_.offline.end(), by_time);
  std::stable_sort(plan_.together.begin(), plan_.together.end(), by_time);
  return std::move(plan_);
}

Entry Planner::form(const Value& record, std::string_view kind, std::string id) const {
  Entry entry;
  entry.story = record.text_at("key");
  entry.phone = story_.phone_with_id(record.text_at("created_by_device"));
  entry.member = record.text_at("created_by_member");
  entry.at_ms = true_time_of(record);
  entry.kind = kind;
  entry.studio = record.text_at("owner_studio_id");
  entry.record = std::move(id);
  entry.is_new = true;
  return entry;
}

Entry Planner::event_form(const Value& record) const {
  Entry entry = form(record, record.text_at("entity_type"), std::string(record.text_at("id")));
  copy_fields(record, {"entry_mode", "occurred_on", "title", "start_at", "end_at", "region_code", "place_text"},
              entry.fields);
  // Written on paper before the phone gave it a number of its own, in the story as in the field.
  entry.fields["_provisional_no"] = *record.find("provisional_no");
  entry.fields["_review"] = "submitted";
  return entry;
}

void Planner::save_on(std::string_view phone, Entry entry) {
  entry.phone = phone;
  entry.member = story_.phone(phone).member;
  entry.at_ms += std::int64_t{10} * 60'000;
  plan_.together.push_back(std::move(entry));
}

void Planner::concerns(const Value& record, std::string_view source_kind) {
  for (const Value& concern : record.list_at("concerns")) {
    Entry entry = form(record, "concern", std::string(concern.text_at("concern_id")));
    entry.story = concern.text_at("key");
    copy_fields(concern,
                {"title", "description", "appeal_type", "region_code", "urgency", "callback_wanted", "anonymous"},
                entry.fields);
    entry.fields["category_code"] = story_.category_code(concern.text_at("category"));
    entry.fields["source_kind"] = source_kind;
    entry.fields["source_record_id"] = record.text_at("id");
    entry.fields["collected_on"] = record.text_at("occurred_on");
    if (concern.boolean_at("solved_on_spot")) entry.fields["solved_on_spot"] = true;
    save(std::move(entry));
  }
}

void Planner::attachments(const Value& record) {
  for (const Value& photo : record.list_at("attachments")) {
    Entry entry = form(record, "attachment", std::string(photo.text_at("attachment_id")));
    copy_fields(photo, {"kind", "mime", "bytes", "width", "height", "sha256", "caption", "faces_present", "publish_ok"},
                entry.fields);
    entry.fields["owner_record_id"] = record.text_at("id");
    save(std::move(entry));
  }
}

std::string Planner::resident(const Value& record, std::string id, Value::Object fields) {
  if (made_.insert(id).second) {
    Entry entry = form(record, "resident", id);
    entry.fields = std::move(fields);
    save(std::move(entry));
  }
  return id;
}

void Planner::consent(const Value& record, const std::string& resident, std::string_view scope, bool guardian) {
  Entry entry = form(record, "consent", id_from_name("consent:" + std::string(scope) + ":" + resident));
  entry.fields = {{"resident_id", resident},
                  {"scope", scope},
                  {"method", "signature_image"},
                  {"state", "given"},
                  {"given_on", record.text_at("occurred_on")},
                  {"by_guardian", guardian}};
  save(std::move(entry));
}

}  // namespace lianxin::demo
