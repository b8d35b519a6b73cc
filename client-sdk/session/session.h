// One sync from beginning to end: decides what to send next, takes what comes, and when to try again. Knows neither
// HTTP nor SQL. What a step has done is on disk before the next begins, so it may be ended anywhere.
#pragma once

#include <set>

#include "client-sdk/core/phone_core.h"
#include "client-sdk/session/request.h"
#include "client-sdk/session/server_calls.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

class Session {
 public:
  Session(PhoneCore& phone, const SyncOptions& options);  // both must outlive this

  Expected<SyncReport> run();

 private:
  enum class Step { again, done };

  Expected<Step> round_trip();
  Expected<Step> begin_rekey();
  Expected<Step> take(const SyncRequest& asked, const SyncReply& reply);
  Expected<void> take_parts(const SyncRequest& asked, const SyncReply& reply, bool& busy);
  Result<bool> all_settled();
  Status count_what_is_left();
  Expected<void> wait_before_retry(const Problem& why, std::int64_t server_asks_ms);
  Expected<void> note_progress(bool settled);
  bool cancelled() const { return options_.cancel && options_.cancel->load(); }
  void tell(SyncPhase phase);

  PhoneCore& phone_;
  const SyncOptions& options_;
  ServerCalls server_;
  SyncReport report_;
  Progress progress_;
  std::int64_t retry_after_ms_ = -1;  // of the last answer
  std::int64_t waited_ms_ = 0;        // since the server was last heard
  int failures_ = 0;                  // in a row
  int idle_rounds_ = 0;               // answered, and nothing moved
  std::set<Hash> standings_;          // after each round: whoever is where he was before goes in a circle
  Heard heard_;
  std::set<StudioId> handed_over_;  // as last heard, the server has all of ours
  std::size_t most_settled_ = 0, most_refused_ = 0;
};

}  // namespace lianxin::client
