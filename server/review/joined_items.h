// Joined records among the items of a list.
#pragma once

#include <map>
#include <memory>
#include <span>

#include "server/review/record_list.h"

namespace lianxin::server {

// By each of their records: a component is read once, whichever of them a list meets.
using Components = std::map<RecordId, std::shared_ptr<const Component>>;

// Fills in what each item is joined with, and takes out those for which another one stands in the same list, as
// `asked.parts` says. `places`: the studios that the list is of.
Status take_joined(const Desk& desk, const ListAsked& asked, std::span<const StudioPlace* const> places,
                   std::vector<ListItem>& items, Components& known);

}  // namespace lianxin::server
