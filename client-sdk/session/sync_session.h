// One sync from beginning to end, as steps that somebody else carries out: it says what to send and how long to wait,
// and takes what came. It has no loop, no clock, no thread and no network. What a step has done is on disk before the
// next begins, so it may be ended anywhere: by cancel(), or by being forgotten.
//
//   SyncSession session(phone, 60'000);
//   next() gives Send -> carry it out, tell heard() what came of it, and ask next() again
//                Wait -> wait so long, and ask next() again
//                Done -> that was it; report() says what it did
//
// Not thread-safe. Between any two calls the same phone may be read and saved to, also by other threads. Where another
// session of the same file begins meanwhile, this one ends with `sync_overtaken`.
#pragma once

#include <functional>
#include <optional>

#include "client-sdk/session/call.h"
#include "client-sdk/session/move.h"
#include "client-sdk/session/renew.h"
#include "client-sdk/session/request.h"
#include "client-sdk/session/retry.h"
#include "client-sdk/session/shrink.h"
#include "client-sdk/session/stall_watch.h"
#include "client-sdk/session/step.h"
#include "client-sdk/session/take/take_part.h"

namespace lianxin::client {

class SyncSession {
 public:
  // `phone` must outlive this. `retry_for_ms` as in SyncOptions. `progress` is called within next() and heard().
  SyncSession(PhoneCore& phone, std::int64_t retry_for_ms, std::function<void(const Progress&)> progress = {});

  // What to do next. Send is given again, the same, until heard() was called; Done for ever. Done's problem is one of
  // the server's, or of codes.h.
  Step next();

  // What came of the last Send: an answer, or its fate where there is none. Without a Send under way it does nothing.
  void heard(TransportReply reply);

  // Ends it before the next step, with `cancelled`. An answer that is heard after this is still taken.
  void cancel() { cancelled_ = true; }

  const SyncReport& report() const { return report_; }

 private:
  // What the call under way is for, and what leads on from it.
  enum class Doing {
    sync,   // a round: pushes, pulls. A fork or 410 -> rekey; newer kinds -> kinds; else the round ends: sync, or done
    rekey,  // a new key for all studios -> sync
    kinds,  // the kinds of record; then the round ends: sync, or done
  };

  Status begin_call();
  Expected<void> take(const TransportReply& answer);
  Status take_between(const TransportReply& answer);
  Status take_reply(const SyncReply& reply);
  Status take_parts(const SyncReply& reply);
  void note_part(const StudioId& studio, const Taken& taken);
  Status end_round();
  Result<bool> all_settled();
  Status finish();
  bool is_for_size(const TransportReply& answer);
  void begin_move(const std::string& server);
  bool begin_announced_move(const std::optional<ServerMove>& move);
  void move_heard(TransportReply reply);
  bool is_over();
  void retry_or_end(Problem why, std::int64_t server_asks_ms);
  void tell(SyncPhase phase);

  PhoneCore& phone_;
  const std::function<void(const Progress&)> on_progress_;
  SyncReport report_;
  Progress progress_;

  Doing doing_ = Doing::sync;
  std::optional<Call> call_;             // under way
  std::optional<Move> move_;             // instead of a call: the server has said where it is now
  std::optional<Problem> move_because_;  // of one that was announced: what had failed before it; none: nothing
  bool move_announced_ = false;          // the one under way, which may come to nothing
  bool announced_tried_ = false;         // in this session
  std::optional<std::int64_t> wait_ms_;  // to be waited before the next
  std::optional<Done> done_;
  std::optional<std::string> turn_;  // once it has begun
  bool cancelled_ = false;

  BuiltRequest asked_;          // of this round
  bool purge_ordered_ = false;  // in this round
  bool busy_ = false;           // a studio's part of this round met a busy server
  SoFar so_far_;
  StallWatch stall_watch_;
  Retry retry_;
  Shrink shrink_;
};

}  // namespace lianxin::client
