#include "server/review/join_plan.h"

#include <algorithm>

#include "schema/refusals.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"
#include "sync/rules/reached.h"

namespace lianxin::server {

void Matter::take(Component component) {
  for (JoinedRecord& joined : component.records) {
    const RecordId id = joined.seen.row.record;
    records.emplace(id, std::move(joined));
  }
  for (const JoinEdge& edge : component.edges) {
    if (std::find(edges.begin(), edges.end(), edge) == edges.end()) edges.push_back(edge);
  }
}

void JoinPlan::set_edge(const Ends& ends, const std::optional<JoinEdge>& edge) {
  const bool both = ends.in_two_studios();
  set_edge_in(ends.smaller, ends.larger, edge, both ? ends.larger_place : nullptr);
  set_edge_in(ends.larger, ends.smaller, both ? edge : std::nullopt, ends.smaller_place);
}

void JoinPlan::set_edge_in(const RecordId& end, const RecordId& other, const std::optional<JoinEdge>& edge,
                           const StudioPlace* other_place) {
  const Row& row = row_of(end);
  const std::string field(alias_field), key = other.text();
  if (!edge) {
    const bool there = shown_elements(desk_.catalog, row, alias_field).contains(key);
    if (there) write(row, {field, key, {}}, Op::remove, {});
    return;
  }
  write(row, {field, key, {}}, Op::add, {});
  write(row, {field, key, "counters"}, Op::put, edge->sum ? "sum" : "larger");
  // What an edge said that was taken away would be said again by the next one.
  const Address primary{field, key, "primary"};
  if (edge->primary || row.cell(primary.text())) {
    write(row, primary, Op::put, edge->primary ? Value(edge->primary->text()) : Value());
  }
  if (other_place) write(row, {field, key, "studio"}, Op::put, other_place->studio.text());
}

void JoinPlan::set_choices(std::span<const JoinEdge> edges) {
  for (const JoinEdge& edge : edges) {
    for (const RecordId& end : {edge.smaller, edge.larger}) {
      const Row& row = row_of(end);
      for (const JoinEdge& own : edges_of(desk_.catalog, row).edges) {
        if (own.smaller != edge.smaller || own.larger != edge.larger || own.primary == edge.primary) continue;
        const RecordId& other = end == edge.smaller ? edge.larger : edge.smaller;
        write(row, {std::string(alias_field), other.text(), "primary"}, Op::put,
              edge.primary ? Value(edge.primary->text()) : Value());
      }
    }
  }
}

void JoinPlan::settle(std::span<const JoinEdge> edges) {
  for (const auto& [id, joined] : matter_.records) {
    if (joined.deleted()) continue;
    std::vector<Part> parts;
    for (const RecordId& each : joined_with(id, edges)) {
      const auto at = matter_.records.find(each);
      if (at != matter_.records.end()) parts.push_back({each, at->second.standing});
    }
    settle_one(joined.seen.row, head_of(parts, edges) != id);
  }
}

void JoinPlan::settle_one(const Row& row, bool lesser) {
  const Kind* kind = desk_.catalog.kind(row.kind);
  if (!kind) return;
  const Address mark{std::string(alias_field), row.record.text(), {}};
  const bool stepped = stepped_by_joining(row);
  bool steps = false;
  for (const Field& field : kind->fields) {
    const Ladder* ladder = field.merge == Merge::ladder ? desk_.catalog.ladder(field.ladder) : nullptr;
    if (!ladder || ladder->joined.empty()) continue;
    const bool there = state_of(desk_.catalog, row, field.name) == ladder->joined;
    const Address at{field.name, {}, {}};
    const Cell* cell = row.cell(field.name);
    if (lesser && !there && cell && !conflict(rule_of(desk_.catalog, row.kind, at), *cell).empty()) {
      refused_.push_back({Refusal{std::string(refusals::conflict_open), field.name}, row.kind, {}});
      continue;
    }
    if (lesser && !there) {
      write(row, at, Op::step, Value(ladder->joined));
      steps = true;
    }
    if (!lesser && there && stepped) {
      write(row, at, Op::step, Value(how_reached(desk_.catalog, row, field.name).from));
    }
  }
  if (steps && !stepped) write(row, mark, Op::add, {});
  if (!lesser && stepped) write(row, mark, Op::remove, {});
}

void JoinPlan::write(const Row& row, const Address& at, Op op, Value value) {
  const auto [draft, fresh] = drafts_.try_emplace(row.record, Draft{row.record, row.kind, reason_, {}, row.last_seq});
  draft->second.writes.push_back(edit_of(desk_.catalog, row.kind, row, at, op, std::move(value)));
}

std::vector<Draft> JoinPlan::drafts_in(const StudioId& studio) const {
  std::vector<Draft> drafts;
  for (const auto& [id, draft] : drafts_) {
    if (matter_.records.at(id).studio == studio) drafts.push_back(draft);
  }
  return drafts;
}

std::vector<StudioId> JoinPlan::studios(const StudioId& first) const {
  std::vector<StudioId> studios;
  for (const auto& [id, draft] : drafts_) {
    const StudioId& studio = matter_.records.at(id).studio;
    if (std::find(studios.begin(), studios.end(), studio) == studios.end()) studios.push_back(studio);
  }
  std::stable_partition(studios.begin(), studios.end(), [&](const StudioId& each) { return each == first; });
  return studios;
}

}  // namespace lianxin::server
