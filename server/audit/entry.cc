#include "server/audit/entry.h"

#include "sync/crypto/hash.h"

namespace lianxin::server {
namespace {

constexpr std::size_t session_digits = 16;
constexpr std::size_t value_bytes_max = 200;  // of `with`: codes and ids are shorter

std::string_view name_of(Actor::Kind kind) {
  switch (kind) {
    case Actor::Kind::stranger: return "stranger";
    case Actor::Kind::phone: return "phone";
    case Actor::Kind::desk: return "desk";
    case Actor::Kind::command: return "command";
    case Actor::Kind::server: return "server";
  }
  return "stranger";
}

void put(Value::Object& object, const char* name, std::string_view text) {
  if (!text.empty()) object.emplace(name, text);
}
template <class Id>
void put_id(Value::Object& object, const char* name, const Id& id) {
  if (!id.is_zero()) object.emplace(name, id.text());
}

Value::Object to_object(const Actor& by) {
  Value::Object object{{"kind", name_of(by.kind)}};
  put_id(object, "member", by.member);
  put_id(object, "device", by.device);
  put(object, "session", by.session);
  put(object, "from", by.from);
  return object;
}

}  // namespace

void Entry::add(std::string_view name, std::string_view value) {
  if (!value.empty()) with.emplace_back(name, value.substr(0, value_bytes_max));
}

Value::Object to_object(const Entry& entry) {
  Value::Object object{{"act", name_of(entry.act)}, {"outcome", entry.outcome}, {"by", to_object(entry.by)}};
  put_id(object, "studio", entry.studio);
  if (!entry.records.empty()) {
    Value::List records;
    records.reserve(entry.records.size());
    for (const RecordId& record : entry.records) records.emplace_back(record.text());
    object.emplace("records", std::move(records));
  }
  put(object, "about", entry.about);
  put(object, "reason", entry.reason);
  if (entry.count != 0) object.emplace("count", entry.count);
  if (!entry.with.empty()) {
    Value::Object with;
    for (const auto& [name, value] : entry.with) with.insert_or_assign(name, value);
    object.emplace("with", std::move(with));
  }
  return object;
}

std::vector<Entry> parts_of(Entry entry) {
  if (entry.records.size() <= Entry::records_max) return {std::move(entry)};
  const std::vector<RecordId> all = std::move(entry.records);
  std::vector<Entry> parts;
  for (std::size_t from = 0; from < all.size(); from += Entry::records_max) {
    Entry& part = parts.emplace_back(entry);
    const std::size_t to = std::min(from + Entry::records_max, all.size());
    part.records.assign(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to));
  }
  return parts;
}

std::string session_mark(std::string_view token) {
  return token.empty() ? std::string() : to_hex(sha256(token)).substr(0, session_digits);
}

}  // namespace lianxin::server
