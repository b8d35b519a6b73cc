// The totals of a period (domain 5.4, F1 to F4 and F6 to F9), computed from the merged records each time they are asked
// for: they are in no row and no digest. Behind every total stands the list of what it is made of.
#pragma once

#include "server/reports/merged.h"

namespace lianxin::server {

// `asked.kind` is one of micro_consultation, clinic_visit, outreach_visit, concern, or empty for all of them.
// {from, to, indicators: [{id, name, label, unit, value, text, records: […], pending, pending_text, pending_records}]}
Result<Value> totals_view(const Desk& desk, const ListAsked& asked);

}  // namespace lianxin::server
