// What the person at a desk is told of an act that was refused; the fate says whether a draft was kept of it.
#pragma once

#include "schema/refusals.h"
#include "server/review/desk.h"

namespace lianxin::server {

// [{code, field, label, given, allowed, sentence: {code, zh, en}}], each with what it names; `given` and `allowed` only
// where a value was refused.
Value::List refused_view(const Desk& desk, const std::vector<RefusedPart>& refused, Fate fate);

// Those of the first one's code by their labels in one sentence, and how many more there are.
std::string refused_sentence(const Desk& desk, const std::vector<RefusedPart>& refused, Fate fate, bool zh);

}  // namespace lianxin::server
