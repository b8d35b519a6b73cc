#include "sync/model/change.h"

#include <algorithm>

#include "schema/json.h"
#include "sync/model/limits.h"

namespace lianxin {
namespace {

constexpr std::string_view names[] = {"put", "add", "remove", "count", "step", "append", "witness"};

Error wrong(std::string what) { return {Errc::invalid_argument, std::move(what)}; }

Value bases_value(const std::vector<ChangeId>& bases) {
  Value::List list;
  for (const ChangeId& id : bases) list.emplace_back(id.text());
  return list;
}

Value write_value(const Write& write) {
  Value::Object parts;
  parts.emplace("at", write.at.text());
  parts.emplace(std::string(names[static_cast<std::size_t>(write.op)]),
                write.op == Op::witness ? write.witnessed : write.value);
  if (write.op == Op::step) parts.emplace("from", write.from);
  if (!write.bases.empty()) parts.emplace("base", bases_value(write.bases));
  return parts;
}

Result<std::vector<ChangeId>> read_bases(const Value& parts) {
  std::vector<ChangeId> bases;
  const Value::List& list = parts.list_at("base");
  if (parts.find("base") && !parts.find("base")->list()) return tl::unexpected(wrong("base is no list"));
  if (list.size() > limits::bases_max) return tl::unexpected(wrong("too many bases"));
  for (const Value& item : list) {
    const auto id = item.text() ? ChangeId::parse(*item.text()) : std::nullopt;
    if (!id) return tl::unexpected(wrong("a base is no change id"));
    bases.push_back(*id);
  }
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  return bases;
}

Status fits(const Write& write) {
  const bool has_element = !write.at.element.empty(), has_attribute = !write.at.attribute.empty();
  switch (write.op) {
    case Op::put:
    case Op::count:
    case Op::witness: return {};
    case Op::add:
    case Op::remove:
      if (!has_element || has_attribute || !write.value.is_null()) return tl::unexpected(wrong("add names an element"));
      return {};
    case Op::step:
    case Op::append:
      if (has_element) return tl::unexpected(wrong("no element stands here"));
      return {};
  }
  return {};
}

Result<Write> read_write(const Value& parts) {
  if (!parts.object()) return tl::unexpected(wrong("a write is no object"));
  Write write;
  const auto at = Address::parse(parts.text_at("at"));
  if (!at) return tl::unexpected(wrong("a write has no address"));
  write.at = *at;
  int operations = 0;
  for (std::size_t i = 0; i < std::size(names); ++i) {
    const Value* value = parts.find(names[i]);
    if (!value) continue;
    ++operations;
    write.op = static_cast<Op>(i);
    (write.op == Op::witness ? write.witnessed : write.value) = *value;
  }
  if (operations != 1) return tl::unexpected(wrong("a write has one operation"));
  if (write.op == Op::step) {
    if (!write.value.text() || parts.text_at("from").empty()) return tl::unexpected(wrong("a step has two states"));
    write.from = parts.text_at("from");
  }
  if (write.op == Op::count && !write.value.integer()) return tl::unexpected(wrong("a count is a whole number"));
  LX_TRY(write.bases, read_bases(parts));
  LX_CHECK(fits(write));
  return write;
}

template <class IdType>
Status read_id(const Value& parts, std::string_view name, IdType& id) {
  const auto parsed = IdType::parse(parts.text_at(name));
  if (!parsed) return tl::unexpected(wrong(std::string(name) + " is missing"));
  id = *parsed;
  return {};
}

Status read_head(const Value& parts, Change& change) {
  LX_CHECK(read_id(parts, "id", change.id));
  LX_CHECK(read_id(parts, "studio", change.studio));
  LX_CHECK(read_id(parts, "record", change.record));
  LX_CHECK(read_id(parts, "member", change.member));
  change.kind = parts.text_at("kind");
  if (change.kind.empty() || change.kind.size() > 64) return tl::unexpected(wrong("kind is missing"));
  const auto claimed = Hlc::parse(parts.text_at("clock"));
  if (!claimed) return tl::unexpected(wrong("clock is missing"));
  change.claimed = *claimed;
  change.made.wall_ms = parts.integer_at("wall_ms");
  change.made.boot_ms = parts.integer_at("boot_ms");
  change.made.boot_id = parts.text_at("boot");
  if (change.made.boot_id.size() > 64) return tl::unexpected(wrong("boot is too long"));
  change.kinds_version = parts.integer_at("kinds");
  change.reason = parts.text_at("reason");
  if (!from_hex(parts.text_at("salt"), change.salt)) return tl::unexpected(wrong("salt is missing"));
  if (const Value* seen = parts.find("seen")) {
    change.seen.seq = std::max<Seq>(0, seen->integer_at("seq"));
    if (!from_hex(seen->text_at("hash"), change.seen.hash)) return tl::unexpected(wrong("seen has no hash"));
  }
  return {};
}

}  // namespace

std::string Address::text() const {
  std::string text = field;
  if (!element.empty()) text += "/" + element;
  if (!attribute.empty()) text += "/" + attribute;
  return text;
}

std::optional<Address> Address::parse(std::string_view text) {
  Address address;
  std::string* const parts[] = {&address.field, &address.element, &address.attribute};
  for (std::string* part : parts) {
    const std::size_t slash = text.find('/');
    *part = text.substr(0, slash);
    if (part->empty() || part->size() > limits::element_key_bytes_max) return std::nullopt;
    if (slash == std::string_view::npos) return address;
    text.remove_prefix(slash + 1);
  }
  return std::nullopt;
}

std::string line_of(const Change& change) {
  Value::Object parts;
  parts.emplace("id", change.id.text());
  parts.emplace("studio", change.studio.text());
  parts.emplace("record", change.record.text());
  parts.emplace("kind", change.kind);
  parts.emplace("member", change.member.text());
  parts.emplace("clock", change.claimed.text());
  parts.emplace("wall_ms", change.made.wall_ms);
  parts.emplace("boot_ms", change.made.boot_ms);
  parts.emplace("boot", change.made.boot_id);
  parts.emplace("kinds", change.kinds_version);
  parts.emplace("salt", to_hex(change.salt));
  if (!change.reason.empty()) parts.emplace("reason", change.reason);
  if (change.seen.seq > 0) {
    parts.emplace("seen", Value::Object{{"seq", change.seen.seq}, {"hash", to_hex(change.seen.hash)}});
  }
  Value::List writes;
  for (const Write& write : change.writes) writes.push_back(write_value(write));
  parts.emplace("writes", std::move(writes));
  return to_json(parts);
}

Result<Change> parse_line(std::string_view line) {
  if (line.size() > limits::change_bytes_max) return failure(Errc::out_of_range, "a change is too long");
  LX_TRY(const Value parts, parse_json(line));
  if (!parts.object()) return tl::unexpected(wrong("a change is no object"));
  Change change;
  LX_CHECK(read_head(parts, change));
  const Value::List& writes = parts.list_at("writes");
  if (writes.empty() || writes.size() > limits::change_writes_max) {
    return tl::unexpected(wrong("a change has at least one write and at most the limit"));
  }
  for (const Value& item : writes) {
    LX_TRY(Write write, read_write(item));
    change.writes.push_back(std::move(write));
  }
  return change;
}

}  // namespace lianxin
