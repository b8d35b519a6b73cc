#include "sync/log/log_replay.h"

#include <utility>

#include "sync/model/cursor.h"

namespace lianxin {

LogReplay::LogReplay(const Catalog& catalog, Rest rest)
    : rest_(std::move(rest)), replica_(catalog, [this](std::span<const ChangeId> ids) { return load(ids); }) {
  replica_.checked_seen = [this](const Seen& seen) {
    if (rest_.checked_seen) return rest_.checked_seen(seen);
    const auto at = log_hashes_.find(seen.seq);
    return at != log_hashes_.end() && at->second == seen.hash ? seen.seq : Seq{0};
  };
}

void LogReplay::take(Logged logged, const std::optional<Change>& change) {
  const bool applied = logged.outcome == Outcome::applied && change;
  logged.applied_seq = applied ? logged.seq : 0;
  logged.line.clear();
  at_ = logged.seq;
  const Seq seen = change ? replica_.checked_seen(change->seen) : 0;
  log_hashes_[logged.seq] = short_hash(logged.log_hash);
  const std::optional<ChangeId> released = replica_.take(logged, change, seen);
  if (applied) note_effect(logged.id, logged.seq);
  if (released) note_effect(*released, logged.seq);
  for (const ChangeId& id : std::exchange(of_rest_, {})) replica_.forget(id);
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

Result<std::vector<std::optional<Logged>>> LogReplay::load(std::span<const ChangeId> ids) {
  std::vector<std::optional<Logged>> found;
  for (const ChangeId& id : ids) {
    const auto at = applied_.find(id);
    std::optional<Logged>& one = found.emplace_back();
    if (at == applied_.end()) continue;
    one.emplace().id = id;
    one->member = at->second.member;
    one->applied_seq = at->second.seq;
  }
  if (rest_.logged) LX_CHECK(ask_rest(ids, found));
  return found;
}

// Of what is not taken here: as it stood before the line that is being taken.
Status LogReplay::ask_rest(std::span<const ChangeId> ids, std::vector<std::optional<Logged>>& found) {
  LX_TRY(const std::vector<std::optional<Logged>> rest, rest_.logged(ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (found[i]) continue;
    of_rest_.push_back(ids[i]);
    if (!rest[i] || rest[i]->seq >= at_) continue;
    found[i] = rest[i];
    if (found[i]->applied_seq > at_) found[i]->applied_seq = 0;
  }
  return {};
}

}  // namespace lianxin
