// The medicine account: opening + in - out, per item. Below zero is a discrepancy for a person to look at, shown as it
// is and never clamped (domain 3.2, C8).
#pragma once

#include "server/review/record_list.h"

namespace lianxin::server {

// Of the studios asked for, during [asked.from, asked.to]; opening is what was there before.
// {items: [{item, name, unit, opening, in, out, dispensed, returned, waste, recount, closing, discrepancy, lines}]}
Result<Value> stock_view(const Desk& desk, const ListAsked& asked);

}  // namespace lianxin::server
