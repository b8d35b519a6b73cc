#include "client-sdk/demo/story.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "schema/ids.h"
#include "schema/json.h"

namespace lianxin::demo {
namespace {

Value read_json_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw StoryStopped{"读不到 " + path + " / cannot read it"};
  auto value = parse_json(text.str());
  if (!value) throw StoryStopped{path + ": " + value.error().message};
  return std::move(*value);
}

// The row of a list in the reference data whose `field` is `wanted`.
const Value* find_row(const Value& reference, std::string_view list, std::string_view field, std::string_view wanted) {
  for (const Value& row : reference.list_at(list)) {
    if (row.text_at(field) == wanted) return &row;
  }
  return nullptr;
}

const Value& need_row(const Value& reference, std::string_view list, std::string_view field, std::string_view wanted) {
  if (const Value* row = find_row(reference, list, field, wanted)) return *row;
  throw StoryStopped{"reference.json: " + std::string(list) + " 中没有 " + std::string(wanted)};
}

std::string_view bare(std::string_view name) {
  constexpr std::string_view mark = "(虚构)";
  if (name.ends_with(mark)) name.remove_suffix(mark.size());
  return name;
}

const Value& office_named(const Value& reference, std::string_view name) {
  for (const Value& org : reference.list_at("org_units")) {
    if (bare(org.text_at("name")) == bare(name)) return org;
  }
  throw StoryStopped{"reference.json: org_units 中没有 " + std::string(name)};
}

const PhoneInStory& phone_with(const std::vector<PhoneInStory>& phones, std::string PhoneInStory::*part,
                               std::string_view wanted) {
  for (const PhoneInStory& phone : phones) {
    if (phone.*part == wanted) return phone;
  }
  throw StoryStopped{"没有手机 " + std::string(wanted)};
}

// A phone that is lent (竺溪声's, on which 王结实 writes OV-09) must be enrolled as one that several share: each change
// carries whoever made it.
bool several_write_on(const PhoneInStory& phone, const std::vector<Value>& records) {
  return std::any_of(records.begin(), records.end(), [&](const Value& record) {
    return record.text_at("created_by_device") == phone.id && record.text_at("created_by_member") != phone.member;
  });
}

}  // namespace

Story Story::read(const std::string& folder) {
  Story story;
  story.reference_ = read_json_file(folder + "/reference.json");
  const Value played = read_json_file(folder + "/records.json");
  for (const Value& phone : played.list_at("phones")) {
    story.phones_.push_back({std::string(phone.text_at("name")), std::string(phone.text_at("id")),
                             std::string(phone.text_at("studio")), std::string(phone.text_at("member")),
                             phone.boolean_at("shared")});
  }
  story.records_ = played.list_at("records");
  for (PhoneInStory& phone : story.phones_) phone.shared = phone.shared || several_write_on(phone, story.records_);
  return story;
}

const PhoneInStory& Story::phone(std::string_view name) const { return phone_with(phones_, &PhoneInStory::name, name); }

const std::string& Story::phone_with_id(std::string_view id) const {
  return phone_with(phones_, &PhoneInStory::id, id).name;
}

const std::string& Story::phone_of_member(std::string_view member) const {
  static const std::string none;
  const auto found = std::find_if(phones_.begin(), phones_.end(),
                                  [&](const auto& one) { return one.member == member && !one.shared; });
  return found == phones_.end() ? none : found->name;
}

const Value& Story::record(std::string_view key) const {
  for (const Value& record : records_) {
    if (record.text_at("key") == key) return record;
  }
  throw StoryStopped{"records.json 中没有 " + std::string(key)};
}

std::string Story::member_name(std::string_view member) const {
  const Value* row = find_row(reference_, "members", "id", member);
  return row ? std::string(row->text_at("name")) : std::string();
}

const std::string& Story::member_id(std::string_view name) const {
  return *need_row(reference_, "members", "name", name).find("id")->text();
}

std::string Story::studio_code(std::string_view studio) const {
  return std::string(need_row(reference_, "studios", "id", studio).text_at("studio_code"));
}

std::string Story::category_code(std::string_view label) const {
  return std::string(need_row(reference_, "codes", "label_zh", label).text_at("code"));
}

std::string Story::office_name(std::string_view name) const {
  return std::string(office_named(reference_, name).text_at("name"));
}

std::string Story::office_id(std::string_view name) const {
  return std::string(office_named(reference_, name).text_at("id"));
}

std::string id_from_name(std::string_view name) {
  // FNV-1a twice over: these ids must differ from each other, not withstand anybody.
  Bytes<16> bytes{};
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t hash = 14695981039346656037ULL + half;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    for (std::size_t i = 0; i < 8; ++i) bytes[half * 8 + i] = static_cast<std::uint8_t>(hash >> (8 * i));
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return uuid_text(bytes);
}

std::vector<std::string> steps_to(std::string_view state) {
  std::vector<std::string> steps;
  if (state == "collected") return steps;
  for (const std::string_view step : {"triaged", "assigned", "in_progress", "resolved"}) {
    steps.emplace_back(step);
    if (step == state) return steps;
  }
  throw StoryStopped{"不认识的诉求状态 " + std::string(state)};
}

}  // namespace lianxin::demo
