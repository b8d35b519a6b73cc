#include "client-sdk/demo/clashes.h"

#include <algorithm>

namespace lianxin::demo {
namespace {

constexpr std::string_view two_lists = "MC-01", first_list[] = {"郝商量", "米小满"};
constexpr std::string_view left_early = "米小满";

Entry edit(const Story& story, const Value& record, std::string_view phone, int minutes_later) {
  Entry entry;
  entry.story = record.text_at("key");
  entry.phone = phone;
  entry.member = story.phone(phone).member;
  entry.at_ms = record.integer_at("created_at_device_ms") + std::int64_t{60'000} * minutes_later;
  entry.kind = record.text_at("entity_type");
  entry.studio = record.text_at("owner_studio_id");
  entry.record = record.text_at("id");
  return entry;
}

Clash two_texts(const Story& story) {
  const Value& record = story.record("MC-10");
  Clash clash{"MC-10 协商结果：两部手机各写一稿", {}, {}};
  const Value::List& versions = record.find("text_versions")->list_at("consensus_text");
  clash.one = edit(story, record, versions[0].text_at("device"), 15);
  clash.one.fields = {{"consensus_text", *versions[0].find("text")}, {"_review", "submitted"}};
  clash.other = edit(story, record, versions[1].text_at("device"), 91);
  clash.other.fields = {{"consensus_text", *versions[1].find("text")}};
  return clash;
}

// The people of MC-01 who came to neither first list, in two halves.
Clash two_lists_of_people(const Story& story) {
  const Value& record = story.record(two_lists);
  Clash clash{"MC-01 参加人：一机签到并加人，一机划去一人又加人", edit(story, record, "71C4", 20),
              edit(story, record, "3FA9", 25)};
  Value::Object added_by_one, added_by_other;
  bool first = true;
  for (const Value& person : record.list_at("participants")) {
    const std::string_view name = person.text_at("name");
    const std::string_view id = person.text_at("person_id");
    const std::string key = id.empty() ? "name:" + std::string(name) : std::string(id);
    Value::Object parts;
    for (const auto& [part, value] : *person.object()) {
      if (!value.is_null()) parts.emplace(part, value);
    }
    if (name == left_early) {
      // Signing in is one more reason to be on the list, and the other phone has not seen it.
      added_by_one[key] = Value::Object{};
      added_by_other[key] = Value();
    } else if (!on_first_list(two_lists, name)) {
      (first ? added_by_one : added_by_other)[key] = parts;
      first = !first;
    }
  }
  clash.one.fields["participants"] = added_by_one;
  clash.other.fields["participants"] = added_by_other;
  return clash;
}

Clash deleted_and_corrected(const Story& story) {
  const Value& record = story.record("OV-05");
  Clash clash{"OV-05：作者作废，同伴同时修改", edit(story, record, "C511", 60), edit(story, record, "C510", 70)};
  clash.one.remove = true;
  clash.one.fields["reason"] = "与田委员记的同一次慰问重复";
  clash.other.fields["notes_text"] = std::string(record.text_at("notes_text")) + "慰问金是另一份，不重复。";
  return clash;
}

}  // namespace

std::vector<Clash> clashes_of(const Story& story) {
  return {two_texts(story), two_lists_of_people(story), deleted_and_corrected(story)};
}

bool on_first_list(std::string_view story, std::string_view name) {
  return story != two_lists || std::find(std::begin(first_list), std::end(first_list), name) != std::end(first_list);
}

Entry tag_added_offline(const Story& story) {
  const Value& record = story.record("OV-09");
  Entry entry = edit(story, record, "D7F0", 30);
  entry.kind = "household";
  entry.record = record.text_at("household_id");
  Value::Object tags;
  for (const Value& tag : record.find("household_tags_edit")->find("device_a")->list_at("add")) {
    tags[*tag.text()] = Value::Object{};
  }
  entry.fields["household_tags"] = tags;
  return entry;
}

Entry late_step(const Story& story) {
  const Value& reception = story.record("MC-03");
  Entry entry = edit(story, reception, "A00D", 0);
  entry.member = reception.text_at("created_by_member");
  entry.at_ms = 0;  // the desk assigned it only just now
  entry.story = "CN-03";
  entry.kind = "concern";
  for (const Value& concern : reception.list_at("concerns")) {
    if (concern.text_at("key") == entry.story) entry.record = concern.text_at("concern_id");
  }
  entry.fields["state"] = "in_progress";
  return entry;
}

Entry corrected(const Story& story) {
  Entry entry = edit(story, story.record(returned_story), "D7F0", 0);
  entry.at_ms = 0;
  entry.fields = {{"consensus_text", corrected_text}, {"_review", "submitted"}};
  return entry;
}

}  // namespace lianxin::demo
