#include "sync/server/push.h"

#include "sync/model/limits.h"
#include "sync/server/log_appender.h"
#include "sync/wire/codes.h"

namespace lianxin {
namespace {

// The push as its sender chained it, and what its lines say: all that can be worked out before anybody has to wait.
struct Chained {
  std::vector<Hash> h;  // of each entry, in order
  std::vector<Hash> line_hashes;
  std::vector<std::optional<Change>> changes;  // none where the line cannot be read, or is named only
};

Chained chain_of(const Push& push) {
  Chained chained;
  Hash h = push.before;
  for (const PushEntry& entry : push.entries) {
    chained.line_hashes.push_back(entry.known ? entry.known->second : sha256(entry.line));
    h = chain_next(h, chained.line_hashes.back());
    chained.h.push_back(h);
  }
  return chained;
}

void read_lines(const Push& push, Chained& chained) {
  for (const PushEntry& entry : push.entries) {
    Result<Change> change = parse_line(entry.line);
    chained.changes.push_back(change ? std::optional(std::move(*change)) : std::nullopt);
  }
}

Status check_size(const Push& push) {
  if (push.entries.size() > limits::push_changes_max) return failure(Errc::out_of_range, "push_changes_max");
  std::size_t bytes = 0;
  for (const PushEntry& entry : push.entries) bytes += entry.line.size();
  // One line may be as long as a change may be, and still travel.
  if (bytes > limits::push_bytes_max && push.entries.size() > 1) return failure(Errc::out_of_range, "push_bytes_max");
  return {};
}

// How many entries the server has already, or nothing where the push does not fit its chain.
Result<std::optional<std::size_t>> entries_there(WriteTxn& txn, const Pusher& pusher, const Push& push,
                                                 const Chained& chained, const ChainHead& acked, const Hash& start) {
  if (push.first_n < 1 || push.first_n > acked.n + 1) return std::nullopt;
  Hash before = start;
  if (push.first_n - 1 == acked.n) {
    before = acked.h;
  } else if (push.first_n > 1) {
    LX_TRY(const std::optional<ChainEntry> entry, txn.chain_entry(pusher.device, push.first_n - 1));
    if (entry) before = entry->h;
  }
  if (before != push.before) return std::nullopt;
  const auto there = static_cast<std::size_t>(acked.n + 1 - push.first_n);
  if (there > push.entries.size()) return std::nullopt;
  if (there > 0 && chained.h[there - 1] != acked.h) return std::nullopt;
  return there;
}

Status take_new(LogAppender& log, const Pusher& pusher, const Push& push, const Chained& chained, std::size_t first,
                Pushed& pushed) {
  std::vector<ChangeId> known;
  for (std::size_t i = first; i < push.entries.size(); ++i) {
    if (push.entries[i].known) known.push_back(push.entries[i].known->first);
  }
  LX_CHECK(log.replica().prefetch(std::move(known)));
  LX_CHECK(log.prefetch(std::span(chained.changes).subspan(first)));
  for (std::size_t i = first; i < push.entries.size(); ++i) {
    const PushEntry& entry = push.entries[i];
    if (entry.known) {
      LX_TRY(const bool here, log.take_known({pusher.device, &pusher}, entry.known->first, chained.line_hashes[i]));
      if (!here) return failure(Errc::not_found, "line " + entry.known->first.text() + " is not here");
      ++pushed.already_there;
      continue;
    }
    LX_TRY(const LogAppender::Taken taken,
           log.take({pusher.device, &pusher}, {entry.line, chained.line_hashes[i], false}, chained.changes[i]));
    const bool applied = taken.outcome == Outcome::applied;
    ++(taken.already_there ? pushed.already_there : applied ? pushed.applied : pushed.held);
  }
  return {};
}

}  // namespace

Result<Pushed> push(Store& store, const StudioId& studio, const Rules& rules, const Pusher& pusher, const Push& push) {
  LX_CHECK(check_size(push));
  Chained chained = chain_of(push);
  const Hash last_h = push.entries.empty() ? push.before : chained.h.back();
  if (!push.entries.empty() &&
      !verify(pusher.key, push_message(pusher.device, studio, push.first_n, last_h), push.signature)) {
    return failure(Errc::invalid_argument, std::string(codes::bad_signature));
  }
  read_lines(push, chained);
  const Hash start = chain_start(studio, pusher.key);
  Pushed pushed;
  const Status written = store.write(studio, [&](WriteTxn& txn) -> Status {
    pushed = {};
    LogAppender log(txn, studio, rules);
    LX_CHECK(log.open());
    log.limit_rows(limits::push_rows_bytes_max);
    LX_TRY(const ChainHead acked, log.chain(pusher.device, start));
    pushed.acked_n = acked.n;
    pushed.h = acked.h;
    LX_TRY(const auto there, entries_there(txn, pusher, push, chained, acked, start));
    if (!there) return {};
    pushed.already_there = *there;
    if (*there == push.entries.size()) return {};
    LX_CHECK(take_new(log, pusher, push, chained, *there, pushed));
    LX_TRY(const ChainHead now, log.chain(pusher.device, start));
    pushed.acked_n = now.n;
    pushed.h = now.h;
    return log.finish(pusher.device, PushSignature{push.first_n, now.n, push.signature});
  });
  if (!written) return tl::unexpected(written.error());
  return pushed;
}

}  // namespace lianxin
