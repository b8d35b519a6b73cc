#include "server/review/joined_items.h"

#include <algorithm>

namespace lianxin::server {
namespace {

Status tell_joined(const Desk& desk, std::vector<ListItem>& items, Components& known) {
  for (ListItem& item : items) {
    const auto found = known.find(item.listed.record);
    const StudioPlace* place = desk.places.place(item.studio);
    if (found != known.end()) item.joined = found->second;
    if (item.joined || !place) continue;
    LX_TRY(std::optional<Component> component, component_around(desk, *place, item.row));
    if (!component) continue;
    item.joined = std::make_shared<const Component>(std::move(*component));
    for (const JoinedRecord& part : item.joined->records) known.emplace(part.seen.row.record, item.joined);
  }
  return {};
}

// Whether the one that stands for it is in the same list.
bool stands_aside(const Desk& desk, const ListAsked& asked, std::span<const StudioPlace* const> places,
                  const ListItem& item) {
  if (!item.joined || item.summary.deleted) return false;
  const JoinedRecord& head = item.joined->head();
  if (head.seen.row.record == item.listed.record) return false;
  const bool its_studio =
      std::any_of(places.begin(), places.end(), [&](const StudioPlace* place) { return place->studio == head.studio; });
  const RowSummary summary = head.seen.summary(desk.catalog);
  return its_studio && (asked.from.empty() || summary.date >= asked.from) &&
         (asked.to.empty() || summary.date <= asked.to) && summary.region.starts_with(asked.region_prefix) &&
         (asked.state.empty() || summary.state == asked.state) &&
         (asked.review.empty() || summary.review == asked.review);
}

}  // namespace

Status take_joined(const Desk& desk, const ListAsked& asked, std::span<const StudioPlace* const> places,
                   std::vector<ListItem>& items, Components& known) {
  if (asked.parts == ListAsked::Parts::plain) return {};
  LX_CHECK(tell_joined(desk, items, known));
  const bool one_by_one = asked.parts == ListAsked::Parts::each || !asked.words.empty() || asked.with_conflict ||
                          asked.with_held || asked.revised;
  if (!one_by_one) std::erase_if(items, [&](const ListItem& item) { return stands_aside(desk, asked, places, item); });
  return {};
}

}  // namespace lianxin::server
