#include "server/reports/merged.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "server/reports/accepted.h"

namespace lianxin::server {
namespace {

using Items = std::map<RecordId, ListItem>;

Status gather_listed(const Desk& desk, ListAsked asked, Items& items) {
  asked.rows_max = 500;
  asked.parts = ListAsked::Parts::plain;
  do {
    LX_TRY(ItemPage page, list_items(desk, asked));
    for (ListItem& item : page.items) {
      const RecordId record = item.listed.record;
      items.emplace(record, std::move(item));
    }
    asked.after = page.next;
  } while (!asked.after.empty());
  return {};
}

Status gather(const Desk& desk, const StudioPlace& place, std::span<const RecordId> ids, Items& items) {
  LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, place.studio, ids));
  const Access access = desk.access(place);
  for (const std::optional<Row>& row : rows) {
    auto seen = row ? seen_by(desk.catalog, access, *row) : std::nullopt;
    if (!seen) continue;
    ListItem item{place.studio, {}, {}, seen->summary(desk.catalog), seen->shown(desk.catalog), {}};
    item.listed = {place.studio, row->record, row->kind, row->last_seq, item.summary};
    item.row = std::move(seen->row);
    items.emplace(row->record, std::move(item));
  }
  return {};
}

// An edge stands in the record with the smaller id, which may lie outside the period.
Status gather_edges(const Desk& desk, const ListAsked& asked, Items& items) {
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio, asked.kind));
  for (const StudioPlace* place : places) {
    LX_TRY(std::vector<RecordId> joined, joined_in(desk, *place, asked.kind));
    std::erase_if(joined, [&](const RecordId& id) { return items.contains(id); });
    if (!joined.empty()) LX_CHECK(gather(desk, *place, joined, items));
  }
  return {};
}

// The other ends of all edges, wherever the asker may see them.
// Of an edge that stands in two studios, the copy in the record with the smaller id says how counters go.
using Edges = std::map<std::pair<RecordId, RecordId>, JoinEdge>;
Status gather_ends(const Desk& desk, Items& items, Edges& edges) {
  std::set<RecordId> opened;
  while (true) {
    std::vector<std::pair<StudioId, RecordId>> missing;
    for (const auto& [record, item] : items) {
      if (!opened.insert(record).second) continue;
      const RowEdges own = edges_of(desk.catalog, item.row);
      for (const JoinEdge& edge : own.edges) {
        if (edge.smaller == record) edges.insert_or_assign({edge.smaller, edge.larger}, edge);
        edges.emplace(std::pair(edge.smaller, edge.larger), edge);
        const RecordId other = edge.smaller == record ? edge.larger : edge.smaller;
        const auto elsewhere = own.other_studio.find(other);
        if (!items.contains(other))
          missing.emplace_back(elsewhere == own.other_studio.end() ? item.studio : elsewhere->second, other);
      }
    }
    if (missing.empty()) return {};
    for (const auto& [studio, record] : missing) {
      const StudioPlace* place = desk.places.place(studio);
      if (place && desk.access(*place).any()) LX_CHECK(gather(desk, *place, std::span(&record, 1), items));
    }
  }
}

std::vector<std::vector<RecordId>> components(const Items& items, const std::vector<JoinEdge>& edges) {
  std::map<RecordId, std::vector<RecordId>> next;
  for (const JoinEdge& edge : edges) {
    next[edge.smaller].push_back(edge.larger);
    next[edge.larger].push_back(edge.smaller);
  }
  std::vector<std::vector<RecordId>> found;
  std::set<RecordId> met;
  for (const auto& [record, item] : items) {
    if (!met.insert(record).second) continue;
    std::vector<RecordId> component{record};
    for (std::size_t i = 0; i < component.size(); ++i) {
      const auto at = next.find(component[i]);
      if (at == next.end()) continue;
      for (const RecordId& other : at->second) {
        if (met.insert(other).second) component.push_back(other);
      }
    }
    std::erase_if(component, [&](const RecordId& id) { return !items.contains(id); });
    std::sort(component.begin(), component.end());
    found.push_back(std::move(component));
  }
  return found;
}

// Those records of a component that are in `items`, as they stand there.
std::optional<MergedGroup> group_of(const Items& items, const std::vector<RecordId>& component,
                                    const std::vector<JoinEdge>& edges) {
  MergedGroup group;
  for (const RecordId& record : component) {
    const auto item = items.find(record);
    if (item != items.end() && !item->second.summary.deleted) group.records.push_back(item->second);
  }
  if (group.records.empty()) return std::nullopt;
  for (const JoinEdge& edge : edges) {
    if (std::binary_search(component.begin(), component.end(), edge.smaller)) group.edges.push_back(edge);
  }
  std::vector<RecordId> ids;
  for (const ListItem& item : group.records) ids.push_back(item.listed.record);
  const RecordId primary = primary_of(ids, group.edges);
  group.primary = static_cast<std::size_t>(std::find(ids.begin(), ids.end(), primary) - ids.begin());
  return group;
}

bool is_accepted(const ListItem& item) {
  return item.summary.review == "accepted" || item.summary.review == "archived";
}
bool is_handed_in(const ListItem& item) {
  return is_accepted(item) || item.summary.review == "submitted" || item.summary.review == "township_checked";
}

bool lies_in(const ListAsked& asked, const ListItem& item) {
  const RowSummary& summary = item.summary;
  return (asked.from.empty() || summary.date >= asked.from) && (asked.to.empty() || summary.date <= asked.to) &&
         summary.region.starts_with(asked.region_prefix);
}

// Of a component: what is accepted, and what stands now.
void take_reviewed(const Items& now, const Items& accepted, const std::vector<RecordId>& component,
                   const std::vector<JoinEdge>& edges, const std::function<bool(const MergedGroup&)>& is_asked,
                   Merged& merged) {
  std::optional<MergedGroup> counted = group_of(accepted, component, edges);
  Items handed_in;
  for (const RecordId& record : component) {
    const ListItem& item = now.at(record);
    const bool beside =
        counted && !accepted.contains(record);  // joined to one that is accepted: it waits for a verdict
    if (is_handed_in(item) && !beside) handed_in.emplace(record, item);
  }
  if (counted && !is_asked(*counted)) counted.reset();
  std::optional<MergedGroup> whole = group_of(handed_in, component, edges);
  if (whole && !is_asked(*whole)) whole.reset();
  if (whole || counted) merged.pending.push_back({std::move(whole), counted});
  if (counted) merged.accepted.push_back(std::move(*counted));
}

}  // namespace

std::int64_t MergedGroup::count(const std::function<std::int64_t(const ListItem&)>& of) const {
  std::vector<RecordId> ids;
  std::vector<std::int64_t> counts;
  for (const ListItem& item : records) {
    ids.push_back(item.listed.record);
    counts.push_back(of(item));
  }
  return combined_count(ids, edges, counts);
}

Result<Merged> merged_records(const Desk& desk, const ListAsked& asked) {
  const Kind* kind = desk.catalog.kind(asked.kind);
  if (!kind) return failure(Errc::invalid_argument, "there is no such kind");
  ListAsked listed = asked;
  listed.with_deleted = kind->reviewed;
  Items items;
  LX_CHECK(gather_listed(desk, listed, items));
  if (kind->reviewed) {
    // What was accepted in the period counts in it, wherever a later write has put the record.
    ListAsked revised = listed;
    revised.revised = true;
    revised.from = revised.to = revised.region_prefix = {};
    LX_CHECK(gather_listed(desk, revised, items));
  }
  std::set<StudioId> studios;
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio, asked.kind));
  for (const StudioPlace* place : places) studios.insert(place->studio);
  LX_CHECK(gather_edges(desk, asked, items));
  Edges by_ends;
  LX_CHECK(gather_ends(desk, items, by_ends));
  std::vector<JoinEdge> edges;
  for (const auto& [ends, edge] : by_ends) edges.push_back(edge);

  Items accepted;
  for (const auto& [record, item] : items) {
    if (!kind->reviewed || !is_accepted(item)) continue;
    LX_TRY(std::optional<ListItem> as_seen, as_accepted(desk, item));
    if (as_seen) accepted.emplace(record, std::move(*as_seen));
  }
  const auto is_asked = [&](const MergedGroup& group) {
    return studios.contains(group.head().studio) && lies_in(asked, group.head());
  };
  Merged merged;
  for (const std::vector<RecordId>& component : components(items, edges)) {
    if (kind->reviewed) {
      take_reviewed(items, accepted, component, edges, is_asked, merged);
    } else if (auto group = group_of(items, component, edges); group && is_asked(*group)) {
      merged.accepted.push_back(std::move(*group));
    }
  }
  const auto by_date = [](const auto& a, const auto& b) {
    return std::tie(a.head().summary.date, a.head().listed.record) <
           std::tie(b.head().summary.date, b.head().listed.record);
  };
  std::sort(merged.accepted.begin(), merged.accepted.end(), by_date);
  std::sort(merged.pending.begin(), merged.pending.end(), by_date);
  return merged;
}

}  // namespace lianxin::server
