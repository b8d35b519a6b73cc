#include <algorithm>

#include "server/backup/verification.h"
#include "server/backup/verify_queries.h"
#include "server/storage/sql/log_queries.h"
#include "server/storage/sql/log_reader.h"
#include "sync/log/logged_line.h"

namespace lianxin::server {
namespace {

constexpr std::int64_t ask_every = 1000;  // lines between two looks at whether to stop

Error told_to_stop() { return {Errc::unavailable, "verify: told to stop"}; }

// Follows a chain of hashes that is told twice: as it is kept, and as it comes out. After one wrong link it tries to go
// on from what is kept as well as from what came out, so that a damage is told where it is and not at every link behind
// it.
class HashChain {
 public:
  explicit HashChain(const Hash& start) : kept_(start), made_(start) {}

  // `next` makes a link of the one before. False where this link is wrong and those before it do not explain that.
  template <class Next>
  bool follow(const Hash& kept, Next next) {
    Hash made = next(made_);
    if (made != kept && kept_ != made_) {
      const Hash other = next(kept_);
      if (other == kept) made = other;
    }
    kept_ = kept;
    made_ = made;
    return made == kept;
  }

 private:
  Hash kept_, made_;
};

// The series key and the number in "990121-S01-微商-2026-0007": 微商-2026 and 7.
std::optional<std::pair<std::string, std::int64_t>> series_of(std::string_view official_no) {
  const std::size_t number = official_no.rfind('-');
  if (number == std::string_view::npos || number == 0) return std::nullopt;
  const std::size_t year = official_no.rfind('-', number - 1);
  if (year == std::string_view::npos || year == 0) return std::nullopt;
  const std::size_t code = official_no.rfind('-', year - 1);
  if (code == std::string_view::npos) return std::nullopt;
  std::int64_t last = 0;
  for (const char digit : official_no.substr(number + 1)) {
    if (digit < '0' || digit > '9' || last > INT32_MAX) return std::nullopt;
    last = last * 10 + (digit - '0');
  }
  return std::pair(std::string(official_no.substr(code + 1, number - code - 1)), last);
}

class LogCheck {
 public:
  LogCheck(Verification& verification, const StudioId& studio, LogFacts& facts)
      : verification_(verification), studio_(studio), facts_(facts) {}

  Status run() {
    SqlRun run = verification_.connection.run(queries::whole_log, studio_);
    while (run.step()) {
      if (verification_.verified.lines++ % ask_every == 0 && verification_.stopped()) {
        return tl::unexpected(told_to_stop());
      }
      take(read_logged(run));
    }
    check_erased();
    check_effects();
    return {};
  }

 private:
  void wrong(const char* code, Seq seq) {
    verification_.damage(code, {{"studio", studio_.text()}, {"seq", std::to_string(seq)}});
  }
  // From here on the log is not what was logged: what its lines would make of the rows says nothing.
  void broken(const char* code, Seq seq) {
    wrong(code, seq);
    facts_.sound = false;
  }

  void take(Logged logged) {
    if (logged.seq != facts_.end.seq + 1) broken("log_gap", facts_.end.seq + 1);
    const Hash hash = line_hash(logged);
    const bool follows = chain_.follow(
        logged.log_hash, [&](const Hash& before) { return log_next(before, hash, logged.outcome, logged.clock); });
    if (!follows) broken("log_hash_wrong", logged.seq);
    facts_.end = {logged.seq, logged.log_hash};
    facts_.lines[logged.id] = {hash, logged.seq, logged.device};

    const std::optional<Change> change = change_in(logged);
    check_columns(logged, change, hash);
    if (change && logged.outcome == Outcome::applied) note_number(*change);
    if (change && logged.outcome == Outcome::applied) note_erased(*change);
    if (logged.as_logged) left_[logged.id] = {sha256(logged.line), logged.seq};
    if (logged.outcome == Outcome::held) held_.push_back({logged.id, logged.seq, logged.applied_seq});
    if (facts_.sound) facts_.replay.take(std::move(logged), change);
  }

  // What stands beside a line is what the line says, or what is said of one that cannot be read.
  void check_columns(const Logged& logged, const std::optional<Change>& change, const Hash& hash) {
    const bool held = logged.outcome == Outcome::held;
    if (!change && logged.id != line_id(studio_, hash)) broken("change_id_wrong", logged.seq);
    if (!change && (!held || (logged.code != "unreadable" && logged.code != "id_reused"))) {
      broken("line_unreadable", logged.seq);
    }
    const RecordId record = change ? change->record : RecordId{logged.id.bytes};
    if (logged.record != record) broken("line_record_wrong", logged.seq);
    if (logged.member != (change ? change->member : MemberId{})) wrong("line_member_wrong", logged.seq);
    if (held == logged.code.empty()) wrong("line_code_wrong", logged.seq);
    if (!held && logged.applied_seq != logged.seq) wrong("took_effect_wrong", logged.seq);
  }

  void note_number(const Change& change) {
    for (const Write& write : change.writes) {
      if (write.at.field != "_official_no" || write.op != Op::put || !write.value.text()) continue;
      if (const auto series = series_of(*write.value.text())) {
        std::int64_t& last = facts_.numbers[series->first];
        last = std::max(last, series->second);
      }
    }
  }

  void note_erased(const Change& change) {
    for (const Write& write : change.writes) {
      if (const auto erased = erased_in(write.at, write.value)) erased_.insert_or_assign(erased->id, erased->left);
    }
  }

  // What is left of a line is what its erasure says, and nothing is left of what it names.
  void check_erased() {
    for (const auto& [id, left] : left_) {
      const auto erased = erased_.find(id);
      if (erased == erased_.end() || (erased->second != Hash{} && erased->second != left.hash))
        broken("erased_line_wrong", left.seq);
    }
    for (const auto& [id, hash] : erased_) {
      const auto line = facts_.lines.find(id);
      if (line != facts_.lines.end() && !left_.contains(id) && line->second.hash != hash) {
        broken("line_not_erased", line->second.seq);
      }
    }
  }

  void check_effects() {
    if (!facts_.sound) return;
    for (const HeldLine& line : held_) {
      if (facts_.replay.took_effect(line.id) != line.applied_seq) wrong("took_effect_wrong", line.seq);
    }
  }

  struct HeldLine {
    ChangeId id;
    Seq seq, applied_seq;
  };

  Verification& verification_;
  const StudioId studio_;
  LogFacts& facts_;
  HashChain chain_{Hash{}};
  std::vector<HeldLine> held_;
  struct Left {
    Hash hash{};
    Seq seq = 0;
  };
  std::map<ChangeId, Left> left_;    // of the lines that something was erased of
  std::map<ChangeId, Hash> erased_;  // as the erasures say it
};

// One device's chain in one studio, as it is met, and then its signatures.
class ChainCheck {
 public:
  ChainCheck(Verification& verification, const StudioId& studio, LogFacts& facts, const DeviceId& device)
      : verification_(verification), studio_(studio), facts_(facts), device_(device) {
    const auto known = verification.keys.find(device);
    if (known != verification.keys.end()) key_ = &known->second;
    if (key_) chain_ = HashChain(chain_start(studio, *key_));
  }

  void take(N n, const Hash& h, const ChangeId& id) {
    ++verification_.verified.links;
    if (n != last_n() + 1) wrong("chain_gap", last_n() + 1);
    links_.emplace_back(n, h);
    const auto line = facts_.lines.find(id);
    if (line == facts_.lines.end()) {
      wrong("chain_line_missing", n);
      return;
    }
    if (line->second.device == device_) line->second.chained = true;
    const bool first_unproved = !key_ && n == 1;
    const bool follows = chain_.follow(
        h, [&](const Hash& before) { return first_unproved ? h : chain_next(before, line->second.hash); });
    if (!follows) wrong("chain_hash_wrong", n);
  }

  // Every link lies under a signature of its device.
  void check_signatures() {
    SqlRun run = verification_.connection.run(queries::whole_signatures, studio_, device_);
    N covered = 0;
    while (run.step()) {
      const N first = run.integer(0), last = run.integer(1);
      if (first > covered + 1) wrong("signature_missing", covered + 1);
      covered = std::max(covered, last);
      check_signature(first, last, run.bytes<64>(2));
    }
    if (covered < last_n()) wrong("signature_missing", covered + 1);
    if (!key_) verification_.verified.notes.add("device_key_unknown", place());
  }

 private:
  N last_n() const { return links_.empty() ? 0 : links_.back().first; }
  std::vector<std::pair<std::string, std::string>> place() const {
    return {{"studio", studio_.text()}, {"device", device_.text()}};
  }
  void wrong(const char* code, N n) {
    auto where = place();
    where.emplace_back("n", std::to_string(n));
    verification_.damage(code, std::move(where));
  }

  void check_signature(N first, N last, const Signature& signature) {
    ++verification_.verified.signatures;
    const auto link = std::lower_bound(links_.begin(), links_.end(), std::pair(last, Hash{}));
    if (link == links_.end() || link->first != last) return wrong("signature_wrong", last);
    if (!key_) {
      ++verification_.verified.signatures_unproved;
      return;
    }
    if (!verify(*key_, push_message(device_, studio_, first, link->second), signature)) wrong("signature_wrong", last);
  }

  Verification& verification_;
  const StudioId studio_;
  LogFacts& facts_;
  const DeviceId device_;
  const PublicKey* key_ = nullptr;
  HashChain chain_{Hash{}};
  std::vector<std::pair<N, Hash>> links_;  // as kept, by n
};

}  // namespace

Status verify_log(Verification& verification, const StudioId& studio, LogFacts& facts) {
  return LogCheck(verification, studio, facts).run();
}

Status verify_chains(Verification& verification, const StudioId& studio, LogFacts& facts) {
  SqlRun run = verification.connection.run(queries::whole_chains, studio);
  std::optional<ChainCheck> check;
  std::optional<DeviceId> device;
  while (run.step()) {
    const DeviceId of = run.id<DeviceId>(0);
    if (of != device) {
      if (verification.stopped()) return tl::unexpected(told_to_stop());
      if (check) check->check_signatures();
      check.emplace(verification, studio, facts, of);
      device = of;
    }
    check->take(run.integer(1), run.bytes<32>(2), run.id<ChangeId>(3));
  }
  if (check) check->check_signatures();

  const auto wrong = [&](const char* code, std::vector<std::pair<std::string, std::string>> where) {
    where.insert(where.begin(), {"studio", studio.text()});
    verification.damage(code, std::move(where));
  };
  for (const auto& [id, line] : facts.lines) {
    if (!line.chained) wrong("line_in_no_chain", {{"seq", std::to_string(line.seq)}});
  }
  SqlRun strays = verification.connection.run(queries::signatures_without_chain, studio);
  while (strays.step()) {
    wrong("signature_without_chain",
          {{"device", strays.id<DeviceId>(0).text()}, {"n", std::to_string(strays.integer(1))}});
  }
  return {};
}

}  // namespace lianxin::server
