#include "sync/model/change.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/text.h"
#include "sync/model/limits.h"
#include "sync/model/parts.h"

namespace lianxin {
namespace {

constexpr std::string_view names[] = {"put", "add", "remove", "count", "step", "append", "witness", "erased"};

Error wrong(std::string what) { return {Errc::invalid_argument, std::move(what)}; }
Error is_missing(std::string_view part) { return wrong(std::string(part) + " is missing"); }

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
    case Op::witness:
    case Op::erased: return {};
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

bool is_text(std::string_view text) { return is_utf8(text) && text.find('\0') == std::string_view::npos; }

bool has_only_text(const Value& value) {
  if (value.text()) return is_text(*value.text());
  if (value.list()) return std::all_of(value.list()->begin(), value.list()->end(), has_only_text);
  if (!value.object()) return true;
  return std::all_of(value.object()->begin(), value.object()->end(),
                     [](const auto& part) { return is_text(part.first) && has_only_text(part.second); });
}

// All but `seen`.
constexpr auto change_parts = [](auto& part, auto& change) {
  part.text("id", change.id);
  part.text("studio", change.studio);
  part.text("record", change.record);
  part.text("member", change.member);
  part.present("kind", change.kind);
  part.text("clock", change.claimed);
  part.plain("wall_ms", change.made.wall_ms);
  part.plain("boot_ms", change.made.boot_ms);
  part.plain("boot", change.made.boot_id);
  part.plain("kinds", change.kinds_version);
  part.hex("salt", change.salt);
  part.plain("reason", change.reason, When::if_any);
  part.items("writes", change.writes, When::always, write_value, read_write);
};

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
  Value parts = written(change_parts, change);
  if (change.seen.seq > 0) {
    parts.object()->emplace("seen", Value::Object{{"seq", change.seen.seq}, {"hash", to_hex(change.seen.hash)}});
  }
  return to_json(parts);
}

bool is_well_formed(const Change& change) {
  return is_text(change.kind) && is_text(change.reason) && is_text(change.made.boot_id) &&
         std::all_of(change.writes.begin(), change.writes.end(), [](const Write& write) {
           return is_text(write.at.text()) && is_text(write.from) && has_only_text(write.value) &&
                  has_only_text(write.witnessed);
         });
}

Result<Change> parse_line(std::string_view line) {
  if (line.size() > limits::change_bytes_max) return failure(Errc::out_of_range, "a change is too long");
  LX_TRY(const Value parts, parse_json(line));
  if (!parts.object()) return tl::unexpected(wrong("a change is no object"));
  const Value::List& writes = parts.list_at("writes");
  if (writes.empty() || writes.size() > limits::change_writes_max) {
    return tl::unexpected(wrong("a change has at least one write and at most the limit"));
  }
  LX_TRY(Change change, read_parts<Change>(change_parts, parts, is_missing));
  if (change.kind.size() > 64) return tl::unexpected(is_missing("kind"));
  if (change.made.boot_id.size() > 64) return tl::unexpected(wrong("boot is too long"));
  if (const Value* seen = parts.find("seen")) {
    change.seen.seq = std::max<Seq>(0, seen->integer_at("seq"));
    if (!from_hex(seen->text_at("hash"), change.seen.hash)) return tl::unexpected(wrong("seen has no hash"));
  }
  return change;
}

}  // namespace lianxin
