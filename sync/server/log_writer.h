// One write transaction's worth of new lines: judged, applied or held, numbered, hashed, and at the end handed to the
// store as one addition. Everything that enters a log enters here: a phone's push, a desk's act, the server's own.
#pragma once

#include <unordered_map>

#include "schema/validate.h"
#include "sync/log/replica.h"
#include "sync/server/draft.h"
#include "sync/server/line.h"
#include "sync/server/origin.h"
#include "sync/server/rules.h"

namespace lianxin {

class LogWriter {
 public:
  LogWriter(WriteTxn& txn, const StudioId& studio, const Rules& rules);

  Status open();
  // The chain of one device as it now is, with what was taken here. `start`: its h(0).
  Result<ChainHead> chain(const DeviceId& device, const Hash& start);

  // Loads, in few calls, everything that these changes will ask for.
  Status prefetch(const std::vector<std::optional<Change>>& changes);

  // The next line of that device's chain. An id that is in the log already takes its place in the chain and no seq.
  struct Taken {
    bool already_there = false;
    Outcome outcome = Outcome::applied;
    std::string code;
  };
  Result<Taken> take(const Origin& origin, Line line, const std::optional<Change>& change);
  Result<bool> take_known(const DeviceId& device, const ChangeId& id, const Hash& line_hash);  // false: not here

  // The next change of `actor`, made of the draft. not_allowed, with the refusal's code as message, where it would be
  // held.
  Status take_own(const SelfDevice& actor, const Draft& draft);

  // A line that was here before: as take(), but what follows from it is left to follow_up(), once all that came with it
  // is back. Nothing happens where it is here, or where the server decided of a held change that is not: it decides
  // anew.
  Result<bool> take_again(const Origin& origin);  // true: it was not here

  // What the server does because something was applied to the record: steps that waited, an official number.
  Status follow_up(const RecordId& record);

  // The number was given, here or in a log that is no more: it is not given again.
  Status note_number(const std::string& official_no);

  // Makes a change as `actor`, to be taken as the next line of its chain.
  Change make(const SelfDevice& actor, const Draft& draft);

  Replica& replica() { return replica_; }
  const StudioHead& head() const { return head_; }
  Seq checked_seen(const Seen& seen);

  // Hands everything to the store. `device` is whose push this is.
  Status finish(const DeviceId& device, std::optional<PushSignature> signature);
  // …of one that signs here what its chain has gained since `before`.
  Status finish_signed(const SelfDevice& actor, const ChainHead& before);

 private:
  struct Chain {
    ChainHead head;
    std::vector<ChainEntry> added;
    Hlc last_clock;
  };

  Status load_rows(std::vector<RecordId> ids);
  void extend(Chain& chain, const ChangeId& id, const Hash& line_hash);
  Access access_at(const Origin& origin, const MemberId& member, Hlc clock) const;
  std::optional<Refusal> judge_line(const Origin& origin, const Change& change, const Access& access);
  std::optional<Refusal> judge_release(const Change& change, const Access& access);
  Hlc effective_clock(const Origin& origin, const Change& change, Hlc previous);
  Result<Taken> log(const Origin& origin, Chain& chain, Line line, const std::optional<Change>& change);
  std::vector<std::string> roles_of_held(const Replica::Known& held) const;
  Result<bool> release_waiting(const RecordId& record);
  Status give_number(const RecordId& record);
  Result<std::int64_t*> last_number(const std::string& key);
  Status act_as_server(const RecordId& record, Write write);

  WriteTxn& txn_;
  const StudioId studio_;
  const Rules& rules_;
  StudioHead head_;
  Seq first_seq_ = 0;
  Replica replica_;
  std::map<DeviceId, Chain> chains_;
  std::map<RecordId, DigestsBySensitivity> digests_before_;
  std::unordered_map<Seq, Bytes<8>> log_hashes_;
  Addition addition_;
};

}  // namespace lianxin
