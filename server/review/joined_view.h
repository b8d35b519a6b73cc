// What joined records show as one, as JSON for the screen.
#pragma once

#include "server/review/join.h"

namespace lianxin::server {

// The component on a record's page: which stands for all, each part with its numbers, what all show together, and to
// whom an answer is still owed.
Value joined_view(const Desk& desk, const Component& component, const RecordId& own);

// In a list: `joined`; of the one that stands for all `joins`, the others; of each of those `joined_into`.
void put_joined(const Desk& desk, const Component* component, const RecordId& own, Value::Object& view);

}  // namespace lianxin::server
