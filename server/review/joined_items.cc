#include "server/review/joined_items.h"

#include <algorithm>

namespace lianxin::server {
namespace {

// Reads the components of those of one studio that are joined and not known yet.
Status read_components(const Desk& desk, const StudioPlace& place, std::span<const Row* const> rows,
                       Components& known) {
  LX_TRY(const std::vector<RecordId> joined, joined_among(desk, place, rows));
  for (const RecordId& record : joined) {
    if (known.contains(record)) continue;
    Result<Component> component = component_of(desk, place, record);
    // Out of sight meanwhile, or gone with a restored store: then it is nothing to show.
    if (!component && component.error().code == Errc::not_found) continue;
    if (!component) return tl::unexpected(std::move(component).error());
    if (!component->several()) continue;
    const auto shared = std::make_shared<const Component>(std::move(*component));
    for (const JoinedRecord& part : shared->records) known.emplace(part.seen.row.record, shared);
  }
  return {};
}

Status tell_joined(const Desk& desk, std::vector<ListItem>& items, Components& known) {
  std::map<StudioId, std::vector<const Row*>> unknown;
  for (const ListItem& item : items) {
    if (!known.contains(item.listed.record)) unknown[item.studio].push_back(&item.row);
  }
  for (const auto& [studio, rows] : unknown) {
    const StudioPlace* place = desk.places.place(studio);
    if (place) LX_CHECK(read_components(desk, *place, rows, known));
  }
  for (ListItem& item : items) {
    const auto found = known.find(item.listed.record);
    if (found != known.end()) item.joined = found->second;
  }
  return {};
}

// Whether the one that stands for it is in the same list.
bool head_is_listed(const Desk& desk, const ListAsked& asked, std::span<const StudioPlace* const> places,
                    const ListItem& item) {
  if (!item.joined || item.summary.deleted) return false;
  const JoinedRecord& head = item.joined->head();
  if (head.seen.row.record == item.listed.record) return false;
  const auto place =
      std::find_if(places.begin(), places.end(), [&](const StudioPlace* each) { return each->studio == head.studio; });
  return place != places.end() && is_listed(desk, asked, head.seen);
}

}  // namespace

Status take_joined(const Desk& desk, const ListAsked& asked, std::span<const StudioPlace* const> places,
                   std::vector<ListItem>& items, Components& known) {
  if (asked.parts == ListAsked::Parts::plain) return {};
  LX_CHECK(tell_joined(desk, items, known));
  const bool one_by_one = asked.parts == ListAsked::Parts::each || !asked.words.empty() || asked.with_conflict ||
                          asked.with_held || asked.revised;
  if (!one_by_one) {
    std::erase_if(items, [&](const ListItem& item) { return head_is_listed(desk, asked, places, item); });
  }
  return {};
}

}  // namespace lianxin::server
