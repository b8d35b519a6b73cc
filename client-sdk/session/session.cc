#include "client-sdk/session/session.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "client-sdk/core/problems.h"
#include "client-sdk/session/hand_over.h"
#include "client-sdk/session/take_reply.h"
#include "client-sdk/store/own_changes.h"
#include "sync/wire/codes.h"
#include "sync/wire/envelope.h"

namespace lianxin::client {
namespace {

constexpr std::int64_t retry_base_ms = 1'000, retry_cap_ms = 60'000;
constexpr int idle_rounds_max = 3;  // a server that answers and moves nothing for so long will not

bool worth_retrying(const TransportReply& reply) {
  return reply.delivery != Delivery::answered || reply.status >= 500 || reply.status == 429 || reply.status == 408;
}

void sleep_watching(std::int64_t ms, const std::atomic<bool>* cancel) {
  for (std::int64_t left = ms; left > 0 && !(cancel && cancel->load()); left -= 50) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min<std::int64_t>(left, 50)));
  }
}

// Where everything stands, for telling whether a round moved anything.
Result<Hash> standing_of(PhoneCore& phone) {
  return phone.db().read([&]() -> Result<Hash> {
    LX_TRY(const Identity who, phone.identity());
    const std::vector<StudioState> studios = Studios(phone.db()).all();
    std::string standing = who.device.text() + "\n";
    for (const StudioState& s : studios) {
      standing += s.id.text() + "|" + std::to_string(s.acked_n) + "|" + s.cursor + "|" +
                  s.fresh_cursor.value_or("-") + "|" + std::to_string(s.ask_from.value_or(-1)) + "|" +
                  std::to_string(s.offer_next.value_or(-1)) + "|" + std::to_string(static_cast<int>(s.mending)) + "|" +
                  std::to_string(s.compare_from.value_or(-1)) + "\n";
    }
    return sha256(standing);
  });
}

}  // namespace

Session::Session(PhoneCore& phone, const SyncOptions& options)
    : phone_(phone), options_(options), server_(phone, options.cancel) {}

void Session::tell(SyncPhase phase) {
  progress_.phase = phase;
  if (options_.progress) options_.progress(progress_);
}

Expected<SyncReport> Session::run() {
  tell(SyncPhase::connecting);
  if (Status begun = phone_.begin_turn(); !begun) return problem_of(begun.error());
  const Result<bool> rekeying = phone_.db().read([&]() -> Result<bool> {
    LX_TRY(const Identity who, phone_.identity());
    LX_TRY(const std::optional<std::string> key, Meta(phone_.db()).get(meta_names::rekeying));
    return key.has_value();
  });
  if (!rekeying) return problem_of(rekeying.error());
  bool fork_pending = *rekeying;
  while (true) {
    if (cancelled()) return problem("cancelled");
    retry_after_ms_ = -1;
    Expected<Step> step = Step::again;
    if (fork_pending) {
      if (auto done = server_.rekey(); !done) step = done.problem();
      if (step) {
        report_.forked = true;
        heard_.settled.clear();  // of the new chains the server has said nothing yet
        handed_over_.clear();
      }
    } else {
      step = round_trip();
    }
    if (!step) {
      if (step.problem().kind != ProblemKind::network) return step.problem();
      if (auto waited = wait_before_retry(step.problem(), retry_after_ms_); !waited) return waited.problem();
      continue;
    }
    failures_ = 0;
    waited_ms_ = 0;
    if (*step == Step::done) break;
    const Result<bool> forked = phone_.db().read([&]() -> Result<bool> {
      LX_TRY(const std::optional<std::string> key, Meta(phone_.db()).get(meta_names::rekeying));
      return key.has_value();
    });
    fork_pending = forked && *forked;
  }
  if (Status counted = count_what_is_left(); !counted) return problem_of(counted.error());
  tell(SyncPhase::done);
  return report_;
}

Status Session::count_what_is_left() {
  return phone_.db().read([&]() -> Status {
    const std::vector<StudioState> studios = Studios(phone_.db()).all();
    OwnChanges own(phone_.db());
    for (const StudioState& studio : studios) {
      report_.waiting += std::max<N>(0, own.last_n(studio.id) - studio.acked_n);
      report_.trouble |= studio.trouble;
    }
    return {};
  });
}

Expected<Session::Step> Session::round_trip() {
  const Result<BuiltRequest> built = build_request(phone_, heard_);
  if (!built) return problem_of(built.error());
  progress_.to_push = report_.pushed + built->waiting;
  if (built->waiting > 0) tell(SyncPhase::pushing);
  ++report_.round_trips;
  const TransportReply answer =
      server_.call(built->who, "POST", "/v1/sync", encode_request(built->request), "application/x-ndjson");
  if (cancelled() && answer.delivery != Delivery::answered) return problem("cancelled");
  retry_after_ms_ = answer.retry_after_ms;
  if (answer.delivery != Delivery::answered) return not_answered(answer);
  if (answer.status == 410) return begin_rekey();  // a clone of this phone was here first, and took a new key
  if (answer.status != 200) {
    Problem found = problem_of(answer);
    found.kind = worth_retrying(answer) ? ProblemKind::network : ProblemKind::refused;
    return found;
  }
  const Result<SyncReply> reply = decode_reply(answer.body);
  if (!reply) return problem("bad_reply", {}, reply.error().message);
  return take(built->request, *reply);
}

Expected<Session::Step> Session::begin_rekey() {
  const Status noted = phone_.db().write([&]() -> Status {
    LX_CHECK(phone_.in_turn());
    want_new_key(phone_);
    return {};
  });
  if (!noted) return problem_of(noted.error());
  return Step::again;
}

Expected<Session::Step> Session::take(const SyncRequest& asked, const SyncReply& reply) {
  const Result<bool> fork = shows_fork(phone_, reply);
  if (!fork) return problem_of(fork.error());
  if (*fork) return begin_rekey();  // nothing of this reply is applied
  bool busy = false;
  // Before the parts: whether a studio is still ours decides what its part means.
  if (Status granted = take_grants(phone_, reply.grants); !granted) return problem_of(granted.error());
  if (auto taken = take_parts(asked, reply, busy); !taken) return taken.problem();
  if (reply.purge) {
    const Result<bool> purged = purge(phone_, handed_over_);
    if (!purged) return problem_of(purged.error());
    report_.purged = *purged;
    if (*purged) return Step::done;
  } else if (Status dropped = drop_handed_over(phone_, reply); !dropped) {
    return problem_of(dropped.error());
  }
  const auto kinds = phone_.db().read([&] { return phone_.catalog_or_empty(); });
  if (!kinds) return problem_of(kinds.error());
  if ((*kinds)->version != reply.kinds_version) {
    if (auto fetched = server_.fetch_kinds(); !fetched) return fetched.problem();
  }
  const Result<bool> all = all_settled();
  if (!all) return problem_of(all.error());
  const bool settled = *all && !reply.purge;
  if (busy) return problem("server_busy");
  if (auto moved = note_progress(settled); !moved) return moved.problem();
  report_.complete = settled;
  return settled || (!report_.problem.empty() && idle_rounds_ > 0) ? Step::done : Step::again;
}

// Every studio was heard of, in this request or an earlier one; one that was just granted is still to be pulled.
Result<bool> Session::all_settled() {
  return phone_.db().read([&]() -> Result<bool> {
    const std::vector<StudioState> studios = Studios(phone_.db()).all();
    return std::all_of(studios.begin(), studios.end(), [&](const StudioState& studio) {
      return heard_.settled.contains(studio.id) || !is_asked_about(phone_.db(), studio);
    });
  });
}

Expected<void> Session::take_parts(const SyncRequest& asked, const SyncReply& reply, bool& busy) {
  report_.problem.clear();
  for (const StudioRequest& request : asked.studios) {
    const auto part = std::find_if(reply.studios.begin(), reply.studios.end(),
                                   [&](const StudioReply& one) { return one.studio == request.studio; });
    if (part == reply.studios.end() || part->problem == codes::too_many_studios)
      continue;  // nothing new was heard of it
    heard_.settled.erase(request.studio);
    handed_over_.erase(request.studio);
    const Result<Taken> taken = take_part(phone_, request, *part, reply.server_ms);
    if (!taken) return problem_of(taken.error());
    report_.pushed += taken->pushed;
    report_.rows += taken->rows;
    report_.restored_server |= taken->restored;
    if (taken->restored) standings_.clear();  // what was pushed is pushed again, by the same steps
    progress_.pushed = report_.pushed;
    progress_.rows = report_.rows;
    tell(taken->checked ? SyncPhase::checking : SyncPhase::pulling);
    busy |= taken->problem == codes::busy;  // only for now: the round ends like one that was not answered
    if (!taken->problem.empty()) heard_.refused.insert(request.studio);
    if (!taken->problem.empty() && taken->problem != codes::busy) report_.problem = taken->problem;
    if (taken->settled && taken->problem.empty()) heard_.settled.insert(request.studio);
    if (taken->handed_over) handed_over_.insert(request.studio);
  }
  return {};
}

Expected<void> Session::note_progress(bool settled) {
  const Result<Hash> standing = standing_of(phone_);
  if (!standing) return problem_of(standing.error());
  // A refusal that is heard for the first time lets the next ones have their turn.
  const bool moved = standings_.insert(*standing).second || heard_.settled.size() > most_settled_ ||
                     heard_.refused.size() > most_refused_;
  most_settled_ = std::max(most_settled_, heard_.settled.size());
  most_refused_ = heard_.refused.size();
  idle_rounds_ = moved || settled ? 0 : idle_rounds_ + 1;
  if (idle_rounds_ < idle_rounds_max) return {};
  Problem stuck = problem("no_progress");
  stuck.kind = ProblemKind::refused;  // trying the same again at once would only be the same again
  return stuck;
}

Expected<void> Session::wait_before_retry(const Problem& why, std::int64_t server_asks_ms) {
  // Full jitter (Brooker, 2015): anywhere below the bound, so that phones that failed together do not return together.
  const std::int64_t bound = std::min(retry_cap_ms, retry_base_ms << std::min(failures_, 6));
  std::uint32_t drawn = 0;
  phone_.fill({reinterpret_cast<std::uint8_t*>(&drawn), sizeof drawn});
  std::int64_t delay = drawn % (bound + 1);
  if (server_asks_ms >= 0) delay = std::max(delay, server_asks_ms);
  ++failures_;
  if (waited_ms_ + delay >= options_.retry_for_ms) return why;  // 0: not once, whatever was drawn
  waited_ms_ += delay;
  ++report_.retries;
  progress_.retry_in_ms = delay;
  tell(SyncPhase::waiting_to_retry);
  if (options_.wait) {
    options_.wait(delay);
  } else {
    sleep_watching(delay, options_.cancel);
  }
  tell(SyncPhase::connecting);
  return {};
}

}  // namespace lianxin::client
