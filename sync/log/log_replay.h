// A studio's log taken again from its first line, with the stored outcomes and clocks: what its rows must be. A rebuild
// keeps them, a verification holds them against those that are kept.
#pragma once

#include <unordered_map>

#include "sync/log/replica.h"

namespace lianxin {

// Memory grows with the rows, and by some eighty bytes with each line. Threads: one at a time.
class LogReplay {
 public:
  explicit LogReplay(const Catalog& catalog);

  // The change in a logged line; none where it cannot be read, or carries another's id.
  static std::optional<Change> read(const Logged& logged);

  // The next line, with what read() gave of it. What became of a held line later is not looked at: it took effect only
  // when its release is met.
  void take(Logged logged, const std::optional<Change>& change);

  const std::map<RecordId, Row>& rows() const { return replica_.rows(); }
  Seq took_effect(const ChangeId& id) const;  // where the line did, among those taken; 0 where it did not

 private:
  struct Effect {
    Seq seq = 0;
    MemberId member;
  };
  void note_effect(const ChangeId& id, Seq seq);
  Result<std::vector<std::optional<Logged>>> load(std::span<const ChangeId> ids) const;

  Replica replica_;
  std::unordered_map<ChangeId, Effect> applied_;
  std::unordered_map<Seq, Bytes<8>> log_hashes_;
};

}  // namespace lianxin
