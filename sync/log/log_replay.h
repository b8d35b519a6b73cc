// A studio's log taken again from its first line, with the stored outcomes and clocks: what its rows must be. A rebuild
// keeps them, a verification holds them against those that are kept.
#pragma once

#include <unordered_map>

#include "sync/log/replica.h"

namespace lianxin {

// Memory grows with the rows, and by some eighty bytes with each line. Threads: one at a time.
class LogReplay {
 public:
  // Where less than the whole log is taken: what it asks of the rest.
  struct Rest {
    Replica::Load logged;
    std::function<Seq(const Seen&)> checked_seen;
  };

  explicit LogReplay(const Catalog& catalog) : LogReplay(catalog, Rest{}) {}
  LogReplay(const Catalog& catalog, Rest rest);

  // The next line, with what change_in() gave of it. What became of a held line later is not looked at: it took effect
  // only when its release is met.
  void take(Logged logged, const std::optional<Change>& change);

  const std::map<RecordId, Row>& rows() const { return replica_.rows(); }
  Seq took_effect(const ChangeId& id) const;  // where the line did, among those taken; 0 where it did not

 private:
  struct Effect {
    Seq seq = 0;
    MemberId member;
  };
  void note_effect(const ChangeId& id, Seq seq);
  Result<std::vector<std::optional<Logged>>> load(std::span<const ChangeId> ids);
  Status ask_rest(std::span<const ChangeId> ids, std::vector<std::optional<Logged>>& found);

  const Rest rest_;
  Replica replica_;
  Seq at_ = 0;                     // of the line that is being taken
  std::vector<ChangeId> of_rest_;  // that were asked for while it is
  std::unordered_map<ChangeId, Effect> applied_;
  std::unordered_map<Seq, Bytes<8>> log_hashes_;
};

}  // namespace lianxin
