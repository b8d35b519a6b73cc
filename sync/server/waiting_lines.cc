#include "sync/server/waiting_lines.h"

#include <utility>

#include "schema/refusals.h"

namespace lianxin {

bool WaitingLines::waits(std::string_view code) {
  return code == refusals::base_missing || code == refusals::record_missing || code == refusals::witnessed_unproved;
}

void WaitingLines::note(Beside& beside, const ChangeId& id, const Change& change) {
  for (const Write& write : change.writes) {
    for (const ChangeId& base : write.bases) beside.by_base[base].push_back(id);
    if (const auto head = witnessed_id(write)) beside.by_base[*head].push_back(id);
  }
}

void WaitingLines::took_effect(const RecordId& record, const ChangeId& id) {
  Beside& beside = beside_[record];
  const auto waiting = beside.by_base.find(id);
  if (waiting != beside.by_base.end()) beside.due.insert(waiting->second.begin(), waiting->second.end());
}

void WaitingLines::held(const Logged& logged, const Change& change) {
  if (!waits(logged.code)) return;
  Beside& beside = beside_[logged.record];
  if (beside.read) note(beside, logged.id, change);
}

std::set<ChangeId> WaitingLines::due(Replica& replica, const RecordId& record) {
  Beside& beside = beside_[record];
  if (!std::exchange(beside.read, true)) {
    for (const HeldMark& mark : replica.row(record).held) {
      if (!waits(mark.code) || mark.decision != HeldMark::Decision::open) continue;
      const Replica::Known* known = replica.find(mark.id);
      if (!known || !known->change) continue;
      note(beside, mark.id, *known->change);
      beside.due.insert(mark.id);
    }
  }
  return std::exchange(beside.due, {});
}

}  // namespace lianxin
