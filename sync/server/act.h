// Changes that a coordinator makes at the desk: they pass the same judgement as every other, all or none.
#pragma once

#include <functional>

#include "schema/checks.h"
#include "sync/log/store.h"
#include "sync/server/draft.h"
#include "sync/server/rules.h"

namespace lianxin {

// What came of an act: the log's head after it, or why it was refused; then nothing of it is kept.
struct ActDone {
  Seq seq = 0;
  std::vector<Refusal> refused;
};

// What stands around the record that a draft writes, for the checks that ask (schema/checks.h).
using SurroundingsOf = std::function<Surroundings(const Row& row)>;

// `device` acts (its member is the author) and signs. Refused where a line would be held, and, where `around` is given
// (a person acts), where something stands in the way of it (sync/rules/gates.h).
Result<ActDone> act(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                    std::span<const Draft> drafts, const SurroundingsOf& around = {});

}  // namespace lianxin
