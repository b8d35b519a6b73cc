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

// Records that hang together, and what joins them.
struct Together {
  std::vector<RecordId> records;  // by id
  std::vector<JoinEdge> edges;
};

ListItem item_of(const Desk& desk, const JoinedRecord& joined) {
  const SeenRow& seen = joined.seen;
  ListItem item{joined.studio, {}, seen.row, seen.summary(desk.catalog), seen.shown(desk.catalog), {}, seen.sight, {}};
  item.listed = {joined.studio, seen.row.record, seen.row.kind, seen.row.last_seq, item.summary};
  return item;
}

// All that is joined in the studios asked for, wherever its records lie, and each record that stands alone. Takes in
// those that were not listed: an edge may lie in a record outside the period.
Result<std::vector<Together>> groups_of(const Desk& desk, const ListAsked& asked, Items& items) {
  std::vector<Together> groups;
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio, asked.kind));
  std::set<RecordId> met;
  for (const StudioPlace* place : places) {
    LX_CHECK(each_component(desk, *place, asked.kind, met, Sight::asked, [&](Component component) {
      Together group{{}, std::move(component.edges)};
      for (const JoinedRecord& joined : component.records) {
        const RecordId id = joined.seen.row.record;
        group.records.push_back(id);
        if (!items.contains(id)) items.emplace(id, item_of(desk, joined));
      }
      groups.push_back(std::move(group));
    }));
  }
  std::set<RecordId> joined;
  for (const Together& group : groups) joined.insert(group.records.begin(), group.records.end());
  for (const auto& [record, item] : items) {
    if (!joined.contains(record)) groups.push_back({{record}, {}});
  }
  return groups;
}

// Those of the group that are in `items`, as they stand there.
std::optional<MergedGroup> group_of(const Items& items, const Together& together) {
  MergedGroup group;
  std::vector<Part> parts;
  for (const RecordId& record : together.records) {
    const auto item = items.find(record);
    if (item == items.end() || item->second.summary.deleted) continue;
    parts.push_back({record, standing_of(false, item->second.summary.review)});
    group.records.push_back(item->second);
  }
  if (parts.empty()) return std::nullopt;
  group.edges = together.edges;
  const RecordId head = head_of(parts, group.edges);
  const auto at = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.record == head; });
  group.primary = static_cast<std::size_t>(at - parts.begin());
  return group;
}

bool is_accepted(const ListItem& item) { return standing_of(false, item.summary.review) == Standing::accepted; }
bool is_handed_in(const ListItem& item) { return standing_of(false, item.summary.review) >= Standing::handed_in; }

// Of a group: what is accepted, and what stands now.
void take_reviewed(const Items& now, const Items& accepted, const Together& together,
                   const std::function<bool(const MergedGroup&)>& is_asked, Merged& merged) {
  std::optional<MergedGroup> counted = group_of(accepted, together);
  Items handed_in;
  for (const RecordId& record : together.records) {
    const ListItem& item = now.at(record);
    const bool beside =
        counted && !accepted.contains(record);  // joined to one that is accepted: it waits for a verdict
    if (is_handed_in(item) && !beside) handed_in.emplace(record, item);
  }
  if (counted && !is_asked(*counted)) counted.reset();
  std::optional<MergedGroup> whole = group_of(handed_in, together);
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
  LX_TRY(const std::vector<Together> groups, groups_of(desk, asked, items));

  Items accepted;
  for (const auto& [record, item] : items) {
    if (!kind->reviewed || !is_accepted(item)) continue;
    LX_TRY(std::optional<ListItem> as_seen, as_accepted(desk, item));
    if (as_seen) accepted.emplace(record, std::move(*as_seen));
  }
  const auto is_asked = [&](const MergedGroup& group) {
    return studios.contains(group.head().studio) && lies_in(asked, group.head().summary);
  };
  Merged merged;
  for (const Together& together : groups) {
    if (kind->reviewed) {
      take_reviewed(items, accepted, together, is_asked, merged);
    } else if (auto group = group_of(items, together); group && is_asked(*group)) {
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
