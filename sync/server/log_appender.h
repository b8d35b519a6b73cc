// One write transaction's worth of new lines: judged, applied or held, numbered, hashed, and at the end handed to the
// store as one addition. Everything that enters a log enters here: a phone's push, a desk's act, the server's own.
#pragma once

#include <unordered_map>

#include "schema/validate.h"
#include "sync/log/replica.h"
#include "sync/model/limits.h"
#include "sync/rules/belongs.h"
#include "sync/rules/consents.h"
#include "sync/server/draft.h"
#include "sync/server/line.h"
#include "sync/server/origin.h"
#include "sync/server/owners.h"
#include "sync/server/record_sizes.h"
#include "sync/server/rules.h"
#include "sync/server/waiting_lines.h"

namespace lianxin {

struct Judging;

class LogAppender {
 public:
  LogAppender(WriteTxn& txn, const StudioId& studio, const Rules& rules);

  Status open();
  // The rows that are loaded here are no longer than that together: past it out_of_range.
  void limit_rows(std::size_t bytes) { rows_bytes_left_ = bytes; }
  // The chain of one device as it now is, with what was taken here. `start`: its h(0).
  Result<ChainHead> chain(const DeviceId& device, const Hash& start);

  // Loads, in few calls, everything that these changes will ask for.
  Status prefetch(std::span<const std::optional<Change>> changes);

  // The next line of that device's chain. An id that is in the log already takes its place in the chain and no seq.
  struct Taken {
    bool already_there = false;
    Outcome outcome = Outcome::applied;
    std::string code, field;         // why it was held
    std::vector<std::string> roles;  // of its author; empty where it was there already
  };
  Result<Taken> take(const Origin& origin, Line line, const std::optional<Change>& change);
  Result<bool> take_known(const Origin& origin, const ChangeId& id, const Hash& line_hash);  // false: not here

  // The next change of `actor`, made of the draft. `refusal`: it is held, which its caller does not let happen.
  struct OwnTaken {
    Change change;
    std::vector<std::string> roles;
    std::optional<Refusal> refusal;
  };
  Result<OwnTaken> take_own(const SelfDevice& actor, const Draft& draft);
  Status load(const RecordId& record) { return load_rows({record}); }

  // A line that was here before: as take(), but what follows from it is left to follow_up(), once all that came with it
  // is back. Nothing happens where it is here, or where the server decided of a held change that is not: it decides
  // anew.
  Result<bool> take_again(const Origin& origin);  // true: it was not here

  // What the server does because something was applied to the record: steps that waited, an official number.
  Status follow_up(const RecordId& record);

  // Marks the record as withheld, and what else is because of it, where a consent has it so; or takes the marks away.
  Status withhold(const RecordId& record);
  // Consents of other studios, by which that is judged as well.
  void know_consents(std::map<RecordId, Consent> elsewhere) { consents_elsewhere_ = std::move(elsewhere); }

  // Lets in a held change, where nothing keeps it out any more.
  Status release(const ChangeId& id);

  // The number was given, here or in a log that is no more: it is not given again.
  Status note_number(const std::string& official_no);

  // Whether the change names what is another's, or is said by somebody who may not say it (PROTOCOL 4.8).
  bool belongs_elsewhere(const Change& change, const Speaker& speaker);
  // From now on the names are the org unit's whose reference data this is, whoever's they were.
  void take_over(const std::vector<ReferenceName>& names) { owners_.take_over(names); }

  // Makes a change as `actor`, to be taken as the next line of its chain.
  Change make(const SelfDevice& actor, const Draft& draft);

  ReadTxn& txn() { return txn_; }
  Replica& replica() { return replica_; }
  const StudioHead& head() const { return head_; }

  // Hands everything to the store. `device` is whose push this is.
  Status finish(const DeviceId& device, std::optional<PushSignature> signature);
  Status finish(const SelfDevice& actor);  // …of one that signs here what its chain has gained

 private:
  struct Chain {
    ChainHead head;
    std::vector<ChainEntry> added;
    Hlc last_clock;
  };

  Seq checked_seen(const Seen& seen);
  Status load_released(const Change& change);
  Status hold_apart(const Line& line, Logged& logged);
  bool is_due(const ChangeId& id);
  Status let_in(const RecordId& overflow);
  Status note_effect(const Change& change);
  Status load_rows(std::vector<RecordId> ids);
  Judging judging();
  Status load_some(std::span<const RecordId> ids, std::vector<ChangeId>& waiting);
  Status load_targets(const Change& change);
  void extend(Chain& chain, const ChangeId& id, const Hash& line_hash);
  Result<Taken> enter(const Origin& origin, Chain& chain, Line line, const std::optional<Change>& change);
  Result<Taken> log(const Origin& origin, Chain& chain, Line line, const std::optional<Change>& change);
  Status take_out(const RecordId& record);
  Result<std::vector<std::optional<Logged>>> logged_here(std::span<const ChangeId> ids);
  Status give_number(const RecordId& record);
  Result<std::int64_t*> last_number(const std::string& key);
  using Consents = std::map<RecordId, Consent>;
  Result<bool> load_beside(const RecordId& record);  // false: there is no room for it
  Result<std::vector<RecordId>> showing(const std::string& field, const RecordId& record);
  Result<bool> take_consent(Consents& known, const RecordId& record);
  Result<bool> take_consents_of(Consents& known, const std::string& resident);
  Result<bool> take_what_decides(Consents& known, std::set<RecordId>& of_records, const StandsOn& on,
                                 const std::set<RecordId>& marks);
  Result<bool> mark(const RecordId& record);  // whether its marks are others now
  Result<std::set<RecordId>> standing_on(const Consent& consent);
  Result<std::set<RecordId>> naming(const RecordId& record);
  Status act_as_server(const RecordId& record, Write write);
  PushSignature signed_by(const SelfDevice& device, std::span<const ChainEntry> added) const;

  WriteTxn& txn_;
  const StudioId studio_;
  const Rules& rules_;
  StudioHead head_;
  Seq first_seq_ = 0;
  Owners owners_;
  Replica replica_;
  RecordSizes sizes_;
  WaitingLines waiting_;
  std::size_t rows_bytes_left_ = SIZE_MAX;
  std::size_t beside_bytes_left_ = limits::withheld_bytes_max;
  std::size_t marked_left_ = limits::withheld_rows_max;
  Consents consents_elsewhere_;
  std::map<DeviceId, Chain> chains_;
  std::map<RecordId, DigestsBySensitivity> digests_before_;
  std::unordered_map<Seq, Bytes<8>> log_hashes_;
  Addition addition_;
};

// What a desk's or the server's own device does in one write transaction: `f` appends, in the chain of `actor` or,
// where the server acts too, of the server. Everything is handed to the store once `f` has succeeded; nothing where it
// fails.
Status write_as(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& actor,
                const std::function<Status(LogAppender&)>& f);

Write release_of(const ChangeId& held);  // the decision to let a held change in

}  // namespace lianxin
