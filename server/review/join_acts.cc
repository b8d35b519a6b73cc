#include "server/review/join_acts.h"

#include <algorithm>

#include "server/review/acts.h"
#include "server/review/join.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"

namespace lianxin::server {
namespace {

Draft join_draft(const Desk& desk, const Target& end, const Target& other, const JoinAsked& asked) {
  const std::string field(alias_field), key = other.row.record.text();
  Draft draft{end.row.record, end.row.kind, asked.reason, {}, end.row.last_seq};
  const auto put = [&](const char* attribute, Value value) {
    const Address at{field, key, attribute};
    draft.writes.push_back(edit_of(desk.catalog, end.row.kind, end.row, at, Op::put, std::move(value)));
  };
  draft.writes.push_back(edit_of(desk.catalog, end.row.kind, end.row, {field, key, {}}, Op::add, {}));
  put("counters", asked.sum ? "sum" : "larger");
  if (asked.primary) put("primary", asked.primary->text());
  if (end.place->studio != other.place->studio) put("studio", other.place->studio.text());
  return draft;
}

std::optional<Draft> part_draft(const Desk& desk, const Target& end, const RecordId& other, const std::string& reason) {
  const Address element{std::string(alias_field), other.text(), {}};
  if (!shown_elements(desk.catalog, end.row, alias_field).contains(other.text())) return std::nullopt;
  Draft draft{end.row.record, end.row.kind, reason, {}, end.row.last_seq};
  draft.writes.push_back(edit_of(desk.catalog, end.row.kind, end.row, element, Op::remove, {}));
  return draft;
}

}  // namespace

Result<Acted> join_records(const Desk& desk, Pair a, Pair b, const JoinAsked& asked) {
  if (a.record == b.record) return failure(Errc::invalid_argument, "a record is not joined with itself");
  if (b.record < a.record) std::swap(a, b);
  if (asked.primary && *asked.primary != a.record && *asked.primary != b.record) {
    return failure(Errc::invalid_argument, "\"primary\" is one of the two");
  }
  LX_TRY(const Target first, target_of(desk, *a.place, a.record));
  LX_TRY(const Target second, target_of(desk, *b.place, b.record));
  if (first.row.kind != second.row.kind)
    return failure(Errc::invalid_argument, "the two records are of different kinds");
  const Draft draft = join_draft(desk, first, second, asked);
  LX_TRY(const Acted acted, act_in(desk, *a.place, std::span(&draft, 1)));
  if (!acted.ok() || a.place->studio == b.place->studio) return acted;

  const Draft twin = join_draft(desk, second, first, asked);
  LX_TRY(const Acted twin_acted, act_in(desk, *b.place, std::span(&twin, 1)));
  if (twin_acted.ok()) return acted;
  // No transaction spans two studios: what stands on one side only is taken back, so that nobody sees half an edge.
  LX_TRY(const Target again, target_of(desk, *a.place, a.record));
  if (const auto undo = part_draft(desk, again, b.record, asked.reason)) {
    LX_CHECK(act_in(desk, *a.place, std::span(&*undo, 1)));
  }
  return twin_acted;
}

Result<Acted> part_records(const Desk& desk, Pair a, Pair b, const std::string& reason) {
  LX_TRY(const Target first, target_of(desk, *a.place, a.record));
  LX_TRY(const Target second, target_of(desk, *b.place, b.record));
  Acted last;
  bool any = false;
  for (const auto& [end, other] : {std::pair(&first, b.record), std::pair(&second, a.record)}) {
    const auto draft = part_draft(desk, *end, other, reason);
    if (!draft) continue;
    any = true;
    LX_TRY(last, act_in(desk, *end->place, std::span(&*draft, 1)));
    if (!last.ok()) return last;
  }
  if (!any) return failure(Errc::not_found, "the two records are not joined");
  return last;
}

}  // namespace lianxin::server
