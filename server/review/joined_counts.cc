#include "server/review/joined_counts.h"

#include <algorithm>

namespace lianxin::server {
namespace {

bool is_accepted(const RowSummary& summary) { return summary.review == "accepted" || summary.review == "archived"; }
bool is_pending(const RowSummary& summary) {
  return summary.review == "submitted" || summary.review == "township_checked";
}

// Those of the component that count, in its order.
std::vector<std::size_t> counting(const Desk& desk, const Component& component) {
  std::vector<std::size_t> accepted, pending, standing;
  for (std::size_t i = 0; i < component.records.size(); ++i) {
    const RowSummary summary = component.records[i].seen.summary(desk.catalog);
    if (summary.deleted) continue;
    standing.push_back(i);
    if (is_accepted(summary)) accepted.push_back(i);
    if (is_pending(summary)) pending.push_back(i);
  }
  return !accepted.empty() ? accepted : !pending.empty() ? pending : standing;
}

void take_component(const Desk& desk, Component component, JoinedRows& rows) {
  const std::vector<std::size_t> counted = counting(desk, component);
  if (counted.empty() || component.records.size() < 2) return;
  std::vector<RecordId> ids;
  for (const std::size_t i : counted) ids.push_back(component.records[i].seen.row.record);
  const RecordId primary = primary_of(ids, component.edges);
  const std::size_t head = counted[static_cast<std::size_t>(std::find(ids.begin(), ids.end(), primary) - ids.begin())];
  const RowSummary summary = component.records[head].seen.summary(desk.catalog);
  JoinedRow row{component.records[head].seen.row.record, summary.official_no, {}};
  if (row.head_known.empty()) row.head_known = summary.provisional_no;
  if (row.head_known.empty()) row.head_known = row.head.text();

  std::vector<std::pair<StudioId, RecordId>> members;
  for (const JoinedRecord& joined : component.records) members.emplace_back(joined.studio, joined.seen.row.record);
  const std::pair<StudioId, RecordId> head_at = members[head];
  Component of_counted;
  of_counted.edges = std::move(component.edges);
  for (const std::size_t i : counted) of_counted.records.push_back(std::move(component.records[i]));
  for (const auto& member : members) rows.emplace(member, row);
  rows.at(head_at).counters = combined_counters(desk.catalog, of_counted);
}

}  // namespace

Result<JoinedRows> joined_rows(const Desk& desk, const ListAsked& asked) {
  JoinedRows rows;
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio, asked.kind));
  for (const StudioPlace* place : places) {
    LX_TRY(const std::vector<RecordId> joined, joined_in(desk, *place, asked.kind));
    for (const RecordId& id : joined) {
      if (rows.contains({place->studio, id})) continue;
      Result<Component> component = component_of(desk, *place, id);
      if (!component && component.error().code == Errc::not_found) continue;  // out of sight
      if (!component) return tl::unexpected(std::move(component).error());
      take_component(desk, std::move(*component), rows);
    }
  }
  return rows;
}

}  // namespace lianxin::server
