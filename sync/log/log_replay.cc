#include "sync/log/log_replay.h"

#include "sync/model/cursor.h"

namespace lianxin {

LogReplay::LogReplay(const Catalog& catalog)
    : replica_(catalog, [this](std::span<const ChangeId> ids) { return load(ids); }) {
  replica_.checked_seen = [this](const Seen& seen) {
    const auto at = log_hashes_.find(seen.seq);
    return at != log_hashes_.end() && at->second == seen.hash ? seen.seq : Seq{0};
  };
}

std::optional<Change> LogReplay::read(const Logged& logged) {
  Result<Change> change = parse_line(logged.line);
  return change && change->id == logged.id ? std::optional(std::move(*change)) : std::nullopt;
}

void LogReplay::take(Logged logged, const std::optional<Change>& change) {
  const bool applied = logged.outcome == Outcome::applied && change;
  logged.applied_seq = applied ? logged.seq : 0;
  logged.line.clear();
  const Seq seen = change ? replica_.checked_seen(change->seen) : 0;
  log_hashes_[logged.seq] = short_hash(logged.log_hash);
  const std::optional<ChangeId> released = replica_.take(logged, change, seen);
  if (applied) note_effect(logged.id, logged.seq);
  if (released) note_effect(*released, logged.seq);
}

// Later lines ask only whether this one took effect, and whose it is: the rest is let go.
void LogReplay::note_effect(const ChangeId& id, Seq seq) {
  const Replica::Known* known = replica_.find(id);
  applied_[id] = {seq, known ? known->logged.member : MemberId{}};
  replica_.forget(id);
}

Seq LogReplay::took_effect(const ChangeId& id) const {
  const auto at = applied_.find(id);
  return at == applied_.end() ? 0 : at->second.seq;
}

Result<std::vector<std::optional<Logged>>> LogReplay::load(std::span<const ChangeId> ids) const {
  std::vector<std::optional<Logged>> found;
  for (const ChangeId& id : ids) {
    const auto at = applied_.find(id);
    std::optional<Logged>& one = found.emplace_back();
    if (at == applied_.end()) continue;
    one.emplace().id = id;
    one->member = at->second.member;
    one->applied_seq = at->second.seq;
  }
  return found;
}

}  // namespace lianxin
