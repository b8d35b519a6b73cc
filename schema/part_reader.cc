#include "schema/part_reader.h"

#include <algorithm>

#include "schema/kind.h"

namespace lianxin {
namespace {

constexpr std::size_t name_bytes_max = 64;

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > name_bytes_max) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::string quoted(std::string_view key) { return '"' + std::string(key) + '"'; }

}  // namespace

void PartReader::refuse(const std::string& place, const std::string& why) {
  if (wrong_.empty()) wrong_ = file_ + ": " + (place.empty() ? "" : place + ": ") + why;
}

bool PartReader::keys(const Value& part, const std::string& place, std::initializer_list<std::string_view> known) {
  if (!part.object()) {
    refuse(place, "must be an object");
    return false;
  }
  for (const auto& [key, value] : *part.object()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) refuse(place, "unknown key " + quoted(key));
  }
  return wrong_.empty();
}

std::string PartReader::text(const Value& part, const std::string& place, std::string_view key) {
  const Value* value = part.find(key);
  if (!value) return {};
  if (!value->text() || value->text()->empty()) {
    refuse(place, quoted(key) + " must be a text");
    return {};
  }
  return *value->text();
}

bool PartReader::yes(const Value& part, const std::string& place, std::string_view key) {
  const Value* value = part.find(key);
  if (value && !value->boolean()) refuse(place, quoted(key) + " must be true or false");
  return part.boolean_at(key);
}

std::optional<std::int64_t> PartReader::integer(const Value& part, const std::string& place, std::string_view key) {
  const Value* value = part.find(key);
  if (!value) return std::nullopt;
  if (!value->integer()) {
    refuse(place, quoted(key) + " must be a whole number");
    return std::nullopt;
  }
  return *value->integer();
}

const Value::List& PartReader::list(const Value& part, const std::string& place, std::string_view key) {
  const Value* value = part.find(key);
  if (value && !value->list()) refuse(place, quoted(key) + " must be a list");
  return part.list_at(key);
}

std::vector<std::string> PartReader::texts(const Value& part, const std::string& place, std::string_view key) {
  std::vector<std::string> all;
  for (const Value& each : list(part, place, key)) {
    if (!each.text() || each.text()->empty()) {
      refuse(place, quoted(key) + " must be a list of texts");
      break;
    }
    if (std::find(all.begin(), all.end(), *each.text()) != all.end()) {
      refuse(place, quoted(key) + " names " + quoted(*each.text()) + " twice");
    }
    all.push_back(*each.text());
  }
  return all;
}

std::vector<std::string> PartReader::roles(const Value& part, const std::string& place, std::string_view key) {
  std::vector<std::string> all = texts(part, place, key);
  for (const std::string& role : all) {
    if (!is_role(role)) refuse(place, quoted(key) + " names an unknown role " + quoted(role));
  }
  return all;
}

std::string PartReader::needed_text(const Value& part, const std::string& place, std::string_view key) {
  if (!part.find(key)) refuse(place, "lacks " + quoted(key));
  return text(part, place, key);
}

std::string PartReader::name(const Value& part, const std::string& place, std::string_view key) {
  std::string value = needed_text(part, place, key);
  if (wrong_.empty() && !is_name(value)) refuse(place, quoted(key) + " must be lower-case letters, digits and _");
  return value;
}

}  // namespace lianxin
