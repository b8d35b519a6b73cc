#include "sync/model/row.h"

#include <algorithm>

#include "schema/json.h"
#include "sync/model/parts.h"

namespace lianxin {
namespace {

constexpr std::string_view decisions[] = {"open", "corrected", "dismissed"};

Error not_a_row(std::string_view what) { return {Errc::corrupt, "not a row: " + std::string(what)}; }

constexpr auto head_parts = [](auto& part, auto& head) {
  part.text("id", head.id);
  part.text("clock", head.clock);
  part.text("member", head.member);
  part.plain("own", head.own, When::if_any);
  part.plain("value", head.value, When::if_any);
  part.plain("role", head.role, When::if_any);
  part.ids("base", head.bases, When::if_any);
  part.plain("reason", head.reason, When::if_any);
  part.plain("cycle", head.cycle, When::if_any);
  part.plain("rank", head.rank, When::if_any);
  part.plain("seen", head.seen, When::if_any);
  part.plain("seq", head.seq, When::if_any);
  part.ids("contested", head.contested, When::if_any);
  part.plain("witnessed", head.witnessed, When::if_any);
};

constexpr auto pending_parts = [](auto& part, auto& pending) {
  part.text("id", pending.id);
  part.plain("rank", pending.rank, When::if_any);
};

constexpr auto cell_parts = [](auto& part, auto& cell) {
  part.list("heads", cell.heads, When::if_any, head_parts);
  part.list("history", cell.history, When::if_any, head_parts);
  part.list("pending", cell.pending, When::if_any, pending_parts);
};

std::string_view decision_name(HeldMark::Decision decision) { return decisions[static_cast<std::size_t>(decision)]; }

std::optional<HeldMark::Decision> decision_named(std::string_view name) {
  const auto at = std::find(std::begin(decisions), std::end(decisions), name);
  if (at == std::end(decisions)) return std::nullopt;
  return static_cast<HeldMark::Decision>(at - std::begin(decisions));
}

constexpr auto mark_parts = [](auto& part, auto& mark) {
  part.text("id", mark.id);
  part.plain("code", mark.code);
  part.plain("field", mark.field, When::if_any);
  part.text("member", mark.member);
  part.text_as("decision", mark.decision, decision_name, decision_named);
};

// All but its maps.
constexpr auto row_parts = [](auto& part, auto& row) {
  part.text("record", row.record);
  part.plain("kind", row.kind);
  part.plain("last_seq", row.last_seq);
  part.text("created_by", row.created_by);
  part.text("created_on", row.created_on);
  part.text("created", row.created);
  part.list("held", row.held, When::if_any, mark_parts);
  part.texts("above", row.above, When::if_any);
};

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
  return !last_writes.empty() || std::any_of(cells.begin(), cells.end(), [](const auto& item) {
    return !is_about_changes(std::string_view(item.first).substr(0, item.first.find('/')));
  });
}

Seq Row::written() const {
  Seq last = 0;
  for (const auto& [member, write] : last_writes) last = std::max(last, write.seq);
  return last;
}

Value head_value(const Head& head) { return written(head_parts, head); }

Result<Head> head_of(const Value& value) { return read_parts<Head>(head_parts, value, not_a_row); }

std::optional<ChangeId> witnessed_id(const Write& write) {
  return write.op == Op::witness ? ChangeId::parse(write.witnessed.text_at("id")) : std::nullopt;
}

void append_cell(std::string& out, const Cell& cell) { append_json(out, written(cell_parts, cell)); }

std::string encode_row(const Row& row) {
  Value parts = written(row_parts, row);
  Value::Object cells, writes;
  for (const auto& [address, cell] : row.cells) cells.emplace_hint(cells.end(), address, written(cell_parts, cell));
  parts.object()->emplace("cells", std::move(cells));
  for (const auto& [member, write] : row.last_writes) {
    writes.emplace(member.text(), Value::Object{{"seq", write.seq}, {"id", write.id.text()}});
  }
  if (!writes.empty()) parts.object()->emplace("last_writes", std::move(writes));
  if (row.guard != Sensitivity::public_) parts.object()->emplace("guard", name_of(row.guard));
  return to_json(parts);
}

Result<Row> decode_row(std::string_view text) {
  const Result<Value> parsed = parse_json(text);
  if (!parsed || !parsed->object()) return tl::unexpected(not_a_row("text"));
  LX_TRY(Row row, read_parts<Row>(row_parts, *parsed, not_a_row));
  for (const auto& [address, value] : parsed->object_at("cells")) {
    LX_TRY(Cell cell, read_parts<Cell>(cell_parts, value, not_a_row));
    row.cells.emplace_hint(row.cells.end(), address, std::move(cell));
  }
  for (const auto& [name, value] : parsed->object_at("last_writes")) {
    const auto member = MemberId::parse(name);
    const auto id = ChangeId::parse(value.text_at("id"));
    if (!member || !id) return tl::unexpected(not_a_row("last_writes"));
    row.last_writes[*member] = {value.integer_at("seq"), *id};
  }
  if (const Value* guard = parsed->find("guard")) {
    const auto known = guard->text() ? sensitivity_named(*guard->text()) : std::nullopt;
    if (!known) return tl::unexpected(not_a_row("guard"));
    row.guard = *known;
  }
  return row;
}

}  // namespace lianxin
