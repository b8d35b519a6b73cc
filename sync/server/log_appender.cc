#include "sync/server/log_appender.h"

#include <algorithm>

#include "schema/assert.h"
#include "schema/refusals.h"
#include "sync/log/erased_record.h"
#include "sync/log/logged_line.h"
#include "sync/log/record_log.h"
#include "sync/log/summary.h"
#include "sync/model/cursor.h"
#include "sync/server/judge_line.h"

namespace lianxin {
namespace {

constexpr std::size_t rows_at_a_time = 32;  // each may be as long as a record may be

std::optional<RecordId> named_target(const Change& change) {
  const auto about = about_of(change.kind);
  if (!about) return std::nullopt;
  for (const Write& write : change.writes) {
    if (write.at.field != about->record) continue;
    if (write.op == Op::witness) return RecordId::parse(write.witnessed.text_at("value"));
    return write.value.text() ? RecordId::parse(*write.value.text()) : std::nullopt;
  }
  return std::nullopt;
}

// It was held because somebody else's phone brought it first, and now its author's own does.
bool is_authors_own(const Rules& rules, const Origin& origin, const Replica::Known& known) {
  const Pusher* pusher = origin.pusher;
  const bool waits = known.logged.code == refusals::member_not_on_device && known.logged.applied_seq == 0;
  if (!waits || !pusher || pusher->revoked || !known.change) return false;
  if (!pusher->shared) return known.change->member == pusher->member;
  const std::int64_t at_ms = known.logged.clock.unix_ms();
  return access_on_shared(known.change->member, rules.grants, rules.place, at_ms).roles == known.logged.roles;
}

}  // namespace

LogAppender::LogAppender(WriteTxn& txn, const StudioId& studio, const Rules& rules)
    : txn_(txn),
      studio_(studio),
      rules_(rules),
      owners_(txn, rules.place),
      replica_(rules.catalog, [&txn](std::span<const ChangeId> ids) { return txn.logged(ids); }) {
  replica_.checked_seen = [this](const Seen& seen) { return checked_seen(seen); };
}

Status LogAppender::open() {
  LX_TRY(head_, txn_.head());
  first_seq_ = head_.seq + 1;
  if (head_.seq == 0) head_.sensitivity_version = rules_.catalog.sensitivity_version;
  return {};
}

Result<ChainHead> LogAppender::chain(const DeviceId& device, const Hash& start) {
  if (const auto at = chains_.find(device); at != chains_.end()) return at->second.head;
  Chain chain;
  LX_TRY(chain.head, txn_.chain(device));
  if (chain.head.n == 0) {
    chain.head.h = start;
  } else {
    LX_TRY(const std::optional<ChainEntry> last, txn_.chain_entry(device, chain.head.n));
    if (last) {
      const Replica::Known* known = replica_.find(last->id);
      if (known) chain.last_clock = known->logged.clock;
    }
  }
  return chains_.emplace(device, std::move(chain)).first->second.head;
}

Status LogAppender::load_rows(std::vector<RecordId> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::erase_if(ids, [&](const RecordId& id) { return digests_before_.contains(id); });
  if (ids.empty()) return {};
  std::vector<ChangeId> waiting;
  for (std::span<const RecordId> left = ids; !left.empty();) {
    const std::span<const RecordId> some = left.first(std::min(left.size(), rows_at_a_time));
    left = left.subspan(some.size());
    LX_CHECK(load_some(some, waiting));
  }
  return replica_.prefetch(std::move(waiting));
}

Status LogAppender::load_some(std::span<const RecordId> ids, std::vector<ChangeId>& waiting) {
  LX_TRY(const std::vector<std::optional<StoredRow>> stored, txn_.records(ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    DigestsBySensitivity& before = digests_before_[ids[i]];
    if (!stored[i]) continue;
    const std::size_t bytes = stored[i]->encoded.size();
    if (bytes > rows_bytes_left_) return failure(Errc::out_of_range, "push_rows_bytes_max");
    rows_bytes_left_ -= bytes;
    LX_TRY(Row row, decode_row(stored[i]->encoded));
    before = row_digests(rules_.catalog, row);
    sizes_.put(ids[i], bytes);
    for (const HeldMark& mark : row.held) {
      if (WaitingLines::waits(mark.code)) waiting.push_back(mark.id);
    }
    replica_.put(std::move(row));
  }
  return {};
}

// What a record is about is looked at when it begins (sync/log/replica.h), be it by a change that is released.
Status LogAppender::load_targets(const Change& change) {
  std::vector<RecordId> records;
  if (const auto target = named_target(change)) records.push_back(*target);
  const Replica::Known* released = replica_.released_by(change);
  const auto target = released && released->change ? named_target(*released->change) : std::nullopt;
  if (target) records.push_back(*target);
  return load_rows(std::move(records));
}

Status LogAppender::prefetch(std::span<const std::optional<Change>> changes) {
  std::vector<RecordId> records;
  std::vector<ChangeId> ids;
  for (const std::optional<Change>& change : changes) {
    if (!change) continue;
    records.push_back(change->record);
    if (const auto target = named_target(*change)) records.push_back(*target);
    ids.push_back(change->id);
    for (const Write& write : change->writes) ids.insert(ids.end(), write.bases.begin(), write.bases.end());
  }
  LX_CHECK(owners_.load(changes));
  LX_CHECK(replica_.prefetch(std::move(ids)));
  return load_rows(std::move(records));
}

bool LogAppender::belongs_elsewhere(const Change& change, const Speaker& speaker) {
  const OwnerOf owner = owners_.port();
  const BelongingRules rules{rules_.place, rules_.grants, rules_.orgs, owner};
  return judge_belonging(rules, replica_.row(change.record), change, speaker).has_value();
}

Seq LogAppender::checked_seen(const Seen& seen) {
  if (seen.seq <= 0) return 0;
  if (seen.seq >= first_seq_) {  // a log that was set back becomes again, line by line, the one that the phone has seen
    const auto at = static_cast<std::size_t>(seen.seq - first_seq_);
    if (at >= addition_.log.size()) return 0;
    return short_hash(addition_.log[at].log_hash) == seen.hash ? seen.seq : 0;
  }
  auto at = log_hashes_.find(seen.seq);
  if (at == log_hashes_.end()) {
    const Result<std::optional<Hash>> hash = txn_.log_hash(seen.seq);
    if (!hash || !*hash) return 0;
    at = log_hashes_.emplace(seen.seq, short_hash(**hash)).first;
  }
  return at->second == seen.hash ? seen.seq : 0;
}

void LogAppender::extend(Chain& chain, const ChangeId& id, const Hash& line_hash) {
  chain.head.n += 1;
  chain.head.h = chain_next(chain.head.h, line_hash);
  chain.added.push_back({chain.head.n, chain.head.h, id});
}

Result<bool> LogAppender::take_known(const Origin& origin, const ChangeId& id, const Hash& line_hash) {
  const auto is_it = [&](const Replica::Known* known) {
    return known && lianxin::line_hash(known->logged) == line_hash;
  };
  const Replica::Known* known = replica_.find(id);
  if (!is_it(known)) {
    known = replica_.find(line_id(studio_, line_hash));
    if (!is_it(known)) return false;
  }
  Chain& chain = chains_.at(origin.device);
  chain.last_clock = std::max(chain.last_clock, known->logged.clock);
  extend(chain, known->logged.id, line_hash);
  if (is_authors_own(rules_, origin, *known)) LX_CHECK(release(known->logged.id));
  return true;
}

Result<LogAppender::Taken> LogAppender::take(const Origin& origin, Line line, const std::optional<Change>& change) {
  Chain& chain = chains_.at(origin.device);  // the caller has opened it
  const Replica::Known* known = change ? replica_.find(change->id) : nullptr;
  if (!known || line_hash(known->logged) != line.hash) known = replica_.find(line_id(studio_, line.hash));
  if (known) {
    chain.last_clock = std::max(chain.last_clock, known->logged.clock);
    extend(chain, known->logged.id, line.hash);
    if (is_authors_own(rules_, origin, *known)) LX_CHECK(release(known->logged.id));
    return Taken{true, known->logged.outcome, known->logged.code, known->logged.field, {}};
  }
  if (change) LX_CHECK(load_rows({change->record}));
  LX_TRY(const Taken taken, enter(origin, chain, std::move(line), change));
  if (taken.outcome == Outcome::applied) LX_CHECK(follow_up(change->record));
  return taken;
}

Result<LogAppender::OwnTaken> LogAppender::take_own(const SelfDevice& actor, const Draft& draft) {
  LX_CHECK(chain(actor.device, chain_start(studio_, actor.key)));
  // Read back as a replay will read it: what passes here passes there, and the bounds of a line hold for desks as well.
  const Change made = make(actor, draft);
  if (!is_well_formed(made)) return failure(Errc::invalid_argument, "a text is no UTF-8, or has U+0000");
  Line line = Line::of(line_of(made));
  LX_TRY(Change read, parse_line(line.bytes));
  const std::optional<Change> change(std::move(read));
  LX_CHECK(prefetch(std::span(&change, 1)));
  LX_TRY(Taken taken, take({actor.device, nullptr}, std::move(line), change));
  OwnTaken own{*change, std::move(taken.roles), std::nullopt};
  if (taken.outcome == Outcome::held) own.refusal = Refusal{std::move(taken.code), std::move(taken.field)};
  return own;
}

Result<bool> LogAppender::take_again(const Origin& origin) {
  LX_TRY(const Change change, parse_line(origin.again->line));
  if (replica_.find(change.id)) return false;
  LX_CHECK(load_rows({change.record}));
  for (const Write& write : change.writes) {
    const auto decided = write.at.field == held_field ? ChangeId::parse(write.at.element) : std::nullopt;
    if (decided && change.member == rules_.self.member && !replica_.find(*decided)) return false;
    if (write.at.field == "_official_no" && write.value.text()) LX_CHECK(note_number(*write.value.text()));
  }
  LX_TRY(const Taken taken, enter(origin, chains_.at(origin.device), Line::of(origin.again->line), change));
  static_cast<void>(taken);  // applied or held: it is here
  return true;
}

// What a record had erased does not come back with a line that is met only now, and an erasure has its effect with its
// line.
Result<LogAppender::Taken> LogAppender::enter(const Origin& origin, Chain& chain, Line line,
                                              const std::optional<Change>& change) {
  if (!change) return log(origin, chain, std::move(line), change);
  const Erasures erasures = erasures_in(replica_.row(change->record));
  if (!erasures.empty() && !replica_.find(change->id)) {
    Logged whole;
    whole.id = change->id;
    whole.line = line.bytes;
    if (std::optional<Logged> left = left_of(whole, erasures)) {
      Origin of_left = origin;
      of_left.is_left = !tells_of_erasing(*change);
      return log(of_left, chain, {std::move(left->line), line.hash, true}, change_in(*left));
    }
  }
  LX_TRY(Taken taken, log(origin, chain, std::move(line), change));
  if (taken.outcome == Outcome::applied && erases(*change)) LX_CHECK(take_out(change->record));
  return taken;
}

// What its erasures name is taken out of the record's lines, and the record made anew of what is left.
Status LogAppender::take_out(const RecordId& record) {
  LX_TRY(RecordLog log, lines_of(txn_, record));
  std::vector<Logged>& lines = log.lines;
  for (const Logged& line : addition_.log) {
    if (line.record == record) lines.push_back(line);
  }
  LogReplay::Rest rest{[this](std::span<const ChangeId> ids) { return logged_here(ids); },
                       [this](const Seen& seen) { return checked_seen(seen); }};
  ErasedRecord left = erased_record(rules_.catalog, replica_.row(record), std::move(lines), std::move(rest));
  for (Logged& line : left.lines) {
    replica_.know_again(line);
    if (line.seq >= first_seq_) {
      addition_.log[static_cast<std::size_t>(line.seq - first_seq_)] = std::move(line);
    } else {
      addition_.erased.push_back(std::move(line));
    }
  }
  replica_.put(std::move(left.row));
  return {};
}

// In the log, or on the way to it.
Result<std::vector<std::optional<Logged>>> LogAppender::logged_here(std::span<const ChangeId> ids) {
  std::vector<std::optional<Logged>> found;
  for (const ChangeId& id : ids) {
    const Replica::Known* known = replica_.find(id);
    found.push_back(known ? std::optional(known->logged) : std::nullopt);
  }
  return found;
}

Result<LogAppender::Taken> LogAppender::log(const Origin& origin, Chain& chain, Line line,
                                            const std::optional<Change>& change) {
  Logged logged;
  std::optional<Refusal> refusal;
  logged.device = origin.device;
  logged.received_ms = rules_.server_ms;
  const bool id_reused = change && replica_.find(change->id);
  if (!change || id_reused) {
    logged.id = line_id(studio_, line.hash);
    logged.record = RecordId{logged.id.bytes};
    logged.clock = std::max(Hlc::at(rules_.server_ms), chain.last_clock.next());
    refusal = Refusal{id_reused ? "id_reused" : "unreadable", {}};
    LX_CHECK(load_rows({logged.record}));
  } else {
    logged.id = change->id;
    logged.member = change->member;
    logged.record = change->record;
    LX_CHECK(load_released(*change));
    JudgedLine judged = judge_line(judging(), origin, *change, chain.last_clock);
    logged.clock = judged.clock;
    logged.roles = std::move(judged.roles);
    refusal = std::move(judged.refusal);
    const Row& row = replica_.row(change->record);
    if (refusal && !room_to_hold(row, *change, room_in(sizes_, row))) {
      LX_CHECK(hold_apart(line, logged));
      refusal = Refusal{std::string(refusals::record_full), {}};
    }
    sizes_.grow(logged.record, growth_of(replica_.row(logged.record), *change));
  }
  logged.seq = ++head_.seq;
  logged.outcome = refusal ? Outcome::held : Outcome::applied;
  logged.applied_seq = refusal ? 0 : logged.seq;
  if (refusal) {
    logged.code = refusal->code;
    logged.field = refusal->field;
  }
  logged.log_hash = head_.log_hash = log_next(head_.log_hash, line.hash, logged.outcome, logged.clock);
  logged.line = std::move(line.bytes);
  if (line.is_left) logged.as_logged = line.hash;
  chain.last_clock = logged.clock;
  extend(chain, logged.id, line.hash);

  const bool readable = change && !id_reused;
  const Seq seen = readable ? checked_seen(change->seen) : 0;
  if (readable && !refusal) owners_.claim(*change);
  if (readable) LX_CHECK(load_targets(*change));
  if (const auto released = replica_.take(logged, readable ? change : std::nullopt, seen)) {
    const Replica::Known* known = replica_.find(*released);
    if (known && known->change) owners_.claim_released(*known->change);
    addition_.took_effect.emplace_back(*released, logged.seq);
    for (Logged& earlier : addition_.log) {
      if (earlier.id == *released) earlier.applied_seq = logged.seq;
    }
    const Change& let_in = *replica_.find(*released)->change;
    sizes_.grow(let_in.record, growth_of(replica_.row(let_in.record), let_in));
    LX_CHECK(note_effect(let_in));
  }
  if (readable && logged.outcome == Outcome::applied) LX_CHECK(note_effect(*change));
  if (readable && logged.outcome == Outcome::held) waiting_.held(logged, *change);
  Taken taken{false, logged.outcome, logged.code, logged.field, logged.roles};
  addition_.log.push_back(std::move(logged));
  return taken;
}

Judging LogAppender::judging() { return {studio_, rules_, replica_, sizes_, owners_.port()}; }

// A release is judged by the record of what it lets in as well, and by that which it is held in.
Status LogAppender::load_released(const Change& change) {
  const Replica::Known* released = replica_.released_by(change);
  return released && released->change ? load_rows({released->logged.record, released->change->record}) : Status();
}

// The record has no room to hold it: it is held as a record of its own.
Status LogAppender::hold_apart(const Line& line, Logged& logged) {
  logged.record =
      RecordId{first_bytes<16>(sha256_of_parts({"lianxin overflow", view(studio_.bytes), view(line.hash)}))};
  return load_rows({logged.record});
}

Change LogAppender::make(const SelfDevice& actor, const Draft& draft) {
  Change change;
  rules_.random.fill(change.id.bytes);
  rules_.random.fill(change.salt);
  change.studio = studio_;
  change.record = draft.record;
  change.kind = draft.kind;
  change.member = actor.member;
  change.claimed = Hlc::at(rules_.server_ms);
  change.made.wall_ms = rules_.server_ms;
  change.kinds_version = rules_.catalog.version;
  change.reason = draft.reason;
  change.writes = draft.writes;
  for (Write& write : change.writes) std::sort(write.bases.begin(), write.bases.end());
  const Seq seen = std::min(draft.seen, first_seq_ - 1);
  if (seen > 0) {
    const Result<std::optional<Hash>> hash = txn_.log_hash(seen);
    if (hash && *hash) change.seen = {seen, short_hash(**hash)};
  }
  return change;
}

PushSignature LogAppender::signed_by(const SelfDevice& device, std::span<const ChainEntry> added) const {
  const ChainEntry &first = added.front(), &last = added.back();
  return {first.n, last.n, sign(device.secret, push_message(device.device, studio_, first.n, last.h))};
}

Status LogAppender::finish(const SelfDevice& actor) {
  const std::vector<ChainEntry>& added = chains_.at(actor.device).added;
  return finish(actor.device, added.empty() ? std::nullopt : std::optional(signed_by(actor, added)));
}

Status LogAppender::finish(const DeviceId& device, std::optional<PushSignature> signature) {
  for (auto& [id, chain] : chains_) {
    if (id == device) {
      addition_.chain = std::move(chain.added);
    } else if (!chain.added.empty()) {
      // Within another's push or act only the server acts, and signs as every device does.
      LX_ASSERT(id == rules_.self.device);
      addition_.other_signatures.emplace(id, signed_by(rules_.self, chain.added));
      addition_.other_chains.emplace(id, std::move(chain.added));
    }
  }
  addition_.device = device;
  addition_.signature = signature;
  for (const auto& [record, row] : replica_.rows()) {
    if (row.last_seq < first_seq_) continue;
    const DigestsBySensitivity after = row_digests(rules_.catalog, row);
    const DigestsBySensitivity& before = digests_before_.at(record);
    for (std::size_t level = 0; level < after.size(); ++level) {
      head_.digests[level] += after[level];
      head_.digests[level] -= before[level];
    }
    addition_.rows.push_back({record, row.kind, row.last_seq, encode_row(row), summary_of(rules_.catalog, row)});
  }
  addition_.belongings = owners_.taken();
  addition_.head = head_;
  if (addition_.chain.empty() && addition_.log.empty() && addition_.belongings.empty()) return {};
  return txn_.add(addition_);
}

Status write_as(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& actor,
                const std::function<Status(LogAppender&)>& f) {
  return store.write(studio, [&](WriteTxn& txn) -> Status {
    LogAppender log(txn, studio, rules);
    LX_CHECK(log.open());
    LX_CHECK(log.chain(actor.device, chain_start(studio, actor.key)));
    LX_CHECK(f(log));
    return log.finish(actor);
  });
}

Write release_of(const ChangeId& held) {
  return {{std::string(held_field), held.text(), {}}, Op::put, "release", {}, {}, {}};
}

}  // namespace lianxin
