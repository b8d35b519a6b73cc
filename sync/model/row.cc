#include "sync/model/row.h"

#include <algorithm>

#include "schema/json.h"

namespace lianxin {
namespace {

constexpr std::string_view decisions[] = {"open", "corrected", "dismissed"};

Error not_a_row(std::string_view what) { return {Errc::corrupt, "not a row: " + std::string(what)}; }

Value ids_value(const std::vector<ChangeId>& ids) {
  Value::List list;
  for (const ChangeId& id : ids) list.emplace_back(id.text());
  return list;
}

Result<std::vector<ChangeId>> ids_of(const Value::List& list) {
  std::vector<ChangeId> ids;
  for (const Value& item : list) {
    const auto id = item.text() ? ChangeId::parse(*item.text()) : std::nullopt;
    if (!id) return tl::unexpected(not_a_row("id"));
    ids.push_back(*id);
  }
  return ids;
}

Value heads_value(const std::vector<Head>& heads) {
  Value::List list;
  for (const Head& head : heads) list.push_back(head_value(head));
  return list;
}

Result<std::vector<Head>> heads_of(const Value::List& list) {
  std::vector<Head> heads;
  for (const Value& item : list) {
    LX_TRY(Head head, head_of(item));
    heads.push_back(std::move(head));
  }
  return heads;
}

Value cell_value(const Cell& cell) {
  Value::Object parts;
  if (!cell.heads.empty()) parts.emplace("heads", heads_value(cell.heads));
  if (!cell.history.empty()) parts.emplace("history", heads_value(cell.history));
  if (!cell.pending.empty()) {
    Value::List pending;
    for (const Pending& item : cell.pending) {
      Value::Object named{{"id", item.id.text()}};
      if (item.rank != 0) named.emplace("rank", std::int64_t{item.rank});
      pending.emplace_back(std::move(named));
    }
    parts.emplace("pending", std::move(pending));
  }
  return parts;
}

Result<Cell> cell_of(const Value& value) {
  Cell cell;
  LX_TRY(cell.heads, heads_of(value.list_at("heads")));
  LX_TRY(cell.history, heads_of(value.list_at("history")));
  for (const Value& item : value.list_at("pending")) {
    const auto id = ChangeId::parse(item.text_at("id"));
    if (!id) return tl::unexpected(not_a_row("pending"));
    cell.pending.push_back({*id, static_cast<std::int32_t>(item.integer_at("rank"))});
  }
  return cell;
}

Value held_value(const std::vector<HeldMark>& held) {
  Value::List list;
  for (const HeldMark& mark : held) {
    Value::Object parts{{"id", mark.id.text()}, {"code", mark.code}, {"member", mark.member.text()}};
    if (!mark.field.empty()) parts.emplace("field", mark.field);
    parts.emplace("decision", decisions[static_cast<std::size_t>(mark.decision)]);
    list.emplace_back(std::move(parts));
  }
  return list;
}

Result<HeldMark> held_of(const Value& value) {
  HeldMark mark;
  const auto id = ChangeId::parse(value.text_at("id"));
  const auto member = MemberId::parse(value.text_at("member"));
  const auto decision = std::find(std::begin(decisions), std::end(decisions), value.text_at("decision"));
  if (!id || !member || decision == std::end(decisions)) return tl::unexpected(not_a_row("held"));
  mark.id = *id;
  mark.member = *member;
  mark.code = value.text_at("code");
  mark.field = value.text_at("field");
  mark.decision = static_cast<HeldMark::Decision>(decision - std::begin(decisions));
  return mark;
}

Status read_identity(const Value& parts, Row& row) {
  const auto record = RecordId::parse(parts.text_at("record"));
  const auto member = MemberId::parse(parts.text_at("created_by"));
  const auto device = DeviceId::parse(parts.text_at("created_on"));
  const auto created = Hlc::parse(parts.text_at("created"));
  if (!record || !member || !device || !created) return tl::unexpected(not_a_row("identity"));
  row.record = *record;
  row.kind = parts.text_at("kind");
  row.last_seq = parts.integer_at("last_seq");
  row.created_by = *member;
  row.created_on = *device;
  row.created = *created;
  return {};
}

}  // namespace

const Cell* Row::cell(std::string_view address) const {
  const auto at = cells.find(address);
  return at == cells.end() ? nullptr : &at->second;
}

HeldMark* Row::held_mark(const ChangeId& id) {
  const auto at = std::find_if(held.begin(), held.end(), [&](const HeldMark& mark) { return mark.id == id; });
  return at == held.end() ? nullptr : &*at;
}

bool Row::begun() const {
  return !last_writes.empty() ||
         std::any_of(cells.begin(), cells.end(), [](const auto& item) { return !item.first.starts_with(held_field); });
}

Seq Row::written() const {
  Seq last = 0;
  for (const auto& [member, write] : last_writes) last = std::max(last, write.seq);
  return last;
}

Value head_value(const Head& head) {
  Value::Object parts;  // not from a list in braces, out of which every part would be copied
  parts.emplace("id", head.id.text());
  parts.emplace("clock", head.clock.text());
  parts.emplace("member", head.member.text());
  if (head.own) {
    parts.emplace("own", true);
  } else if (!head.value.is_null()) {
    parts.emplace("value", head.value);
  }
  if (!head.role.empty()) parts.emplace("role", head.role);
  if (!head.bases.empty()) parts.emplace("base", ids_value(head.bases));
  if (!head.reason.empty()) parts.emplace("reason", head.reason);
  if (head.cycle != 0) parts.emplace("cycle", std::int64_t{head.cycle});
  if (head.rank != 0) parts.emplace("rank", std::int64_t{head.rank});
  if (head.seen != 0) parts.emplace("seen", head.seen);
  if (head.seq != 0) parts.emplace("seq", head.seq);
  if (!head.contested.empty()) parts.emplace("contested", ids_value(head.contested));
  if (head.witnessed) parts.emplace("witnessed", true);
  return parts;
}

Result<Head> head_of(const Value& value) {
  Head head;
  const auto id = ChangeId::parse(value.text_at("id"));
  const auto clock = Hlc::parse(value.text_at("clock"));
  const auto member = MemberId::parse(value.text_at("member"));
  if (!id || !clock || !member) return tl::unexpected(not_a_row("head"));
  head.id = *id;
  head.clock = *clock;
  head.member = *member;
  head.own = value.boolean_at("own");
  if (const Value* shown_value = value.find("value")) head.value = *shown_value;
  head.role = value.text_at("role");
  head.reason = value.text_at("reason");
  head.cycle = static_cast<std::int32_t>(value.integer_at("cycle"));
  head.rank = static_cast<std::int32_t>(value.integer_at("rank"));
  head.seen = value.integer_at("seen");
  head.seq = value.integer_at("seq");
  head.witnessed = value.boolean_at("witnessed");
  LX_TRY(head.bases, ids_of(value.list_at("base")));
  LX_TRY(head.contested, ids_of(value.list_at("contested")));
  return head;
}

void append_cell(std::string& out, const Cell& cell) { append_json(out, cell_value(cell)); }

std::string encode_row(const Row& row) {
  Value::Object cells;
  for (const auto& [address, cell] : row.cells) cells.emplace_hint(cells.end(), address, cell_value(cell));
  Value::Object parts;
  parts.emplace("record", row.record.text());
  parts.emplace("kind", row.kind);
  parts.emplace("last_seq", row.last_seq);
  parts.emplace("created_by", row.created_by.text());
  parts.emplace("created_on", row.created_on.text());
  parts.emplace("created", row.created.text());
  parts.emplace("cells", std::move(cells));
  if (!row.held.empty()) parts.emplace("held", held_value(row.held));
  if (!row.last_writes.empty()) {
    Value::Object writes;
    for (const auto& [member, write] : row.last_writes) {
      writes.emplace(member.text(), Value::Object{{"seq", write.seq}, {"id", write.id.text()}});
    }
    parts.emplace("last_writes", std::move(writes));
  }
  if (!row.above.empty()) {
    Value::List above;
    for (const std::string& address : row.above) above.emplace_back(address);
    parts.emplace("above", std::move(above));
  }
  return to_json(std::move(parts));
}

Result<Row> decode_row(std::string_view text) {
  const Result<Value> parsed = parse_json(text);
  if (!parsed || !parsed->object()) return tl::unexpected(not_a_row("text"));
  Row row;
  LX_CHECK(read_identity(*parsed, row));
  for (const auto& [address, value] : parsed->object_at("cells")) {
    LX_TRY(Cell cell, cell_of(value));
    row.cells.emplace_hint(row.cells.end(), address, std::move(cell));
  }
  for (const Value& item : parsed->list_at("held")) {
    LX_TRY(HeldMark mark, held_of(item));
    row.held.push_back(std::move(mark));
  }
  for (const auto& [name, value] : parsed->object_at("last_writes")) {
    const auto member = MemberId::parse(name);
    const auto id = ChangeId::parse(value.text_at("id"));
    if (!member || !id) return tl::unexpected(not_a_row("last_writes"));
    row.last_writes[*member] = {value.integer_at("seq"), *id};
  }
  for (const Value& item : parsed->list_at("above")) {
    if (item.text()) row.above.push_back(*item.text());
  }
  return row;
}

}  // namespace lianxin
