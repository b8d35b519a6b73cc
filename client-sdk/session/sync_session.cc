#include "client-sdk/session/sync_session.h"

#include <algorithm>

#include "client-sdk/core/border.h"
#include "client-sdk/session/answer.h"
#include "client-sdk/session/fetch_kinds.h"
#include "client-sdk/session/hand_over.h"
#include "client-sdk/session/rekey.h"
#include "sync/wire/codes.h"
#include "sync/wire/envelope.h"

namespace lianxin::client {
namespace {

// Nobody answers at the server's address, or somebody else does.
bool is_not_found(const Problem& problem) {
  return problem.code == problem_code::not_reached || problem.code == problem_code::server_not_trusted ||
         problem.code == problem_code::not_our_server;
}

}  // namespace

SyncSession::SyncSession(PhoneCore& phone, std::int64_t retry_for_ms, std::function<void(const Progress&)> progress)
    : phone_(phone), on_progress_(std::move(progress)), retry_(retry_for_ms) {}

Step SyncSession::next() {
  if (!is_over() && cancelled_) done_ = Done{problem(problem_code::cancelled)};
  if (!done_ && wait_ms_) return Wait{*std::exchange(wait_ms_, std::nullopt)};
  if (!done_ && !call_ && !move_) {
    if (Status begun = begin_call(); !begun) done_ = Done{problem_of(begun.error())};
  }
  if (done_) return *done_;
  return move_ ? move_->next() : Send{call_->request()};
}

// Also where another session of this very phone has begun: what this one hears is as good as lost then.
bool SyncSession::is_over() {
  if (!done_ && turn_ && *turn_ != phone_.turn()) done_ = Done{problem(problem_code::sync_overtaken)};
  return done_.has_value();
}

void SyncSession::heard(TransportReply reply) {
  if (is_over()) return;
  if (move_) return move_heard(std::move(reply));
  if (!call_) return;
  if (const auto elsewhere = call_->moved(reply)) return begin_move(*elsewhere);
  const std::int64_t server_asks_ms = reply.retry_after_ms;
  const std::optional<TransportReply> answer = call_->heard(std::move(reply));
  if (!answer) return;  // another is to be sent first
  call_.reset();
  if (is_for_size(*answer)) return;  // a smaller one is sent at once
  const Expected<void> taken = take(*answer);
  if (taken) {
    retry_.answered();
  } else if (is_not_found(taken.problem()) && begin_announced_move(next_server(phone_))) {
    move_because_ = taken.problem();
  } else {
    retry_or_end(taken.problem(), server_asks_ms);
  }
}

// Also of a request that was not answered once more the next is smaller; it waits like any other.
bool SyncSession::is_for_size(const TransportReply& answer) {
  return doing_ == Doing::sync && shrink_.note(phone_, asked_, answer) && Shrink::is_refused_for_size(answer);
}

void SyncSession::begin_move(const std::string& server) {
  call_.reset();
  if (report_.moved_to.empty()) {
    const Result<Identity> who = phone_.db().read([&] { return phone_.identity(); });
    move_.emplace(phone_, server, who ? joined_pins({{}, who->pins, 0}) : std::string());
  } else {  // from there on again: a circle, perhaps
    retry_or_end(problem_naming(problem_code::server_moved, {server, server}), -1);
  }
}

// Where the server said that it will be: asked once when that was heard of, and whenever it is not found where it was.
bool SyncSession::begin_announced_move(const std::optional<ServerMove>& move) {
  if (!move || announced_tried_) return false;
  announced_tried_ = true;
  move_.emplace(phone_, move->address, joined_pins(*move));
  move_announced_ = std::holds_alternative<Send>(move_->next());
  if (!move_announced_) move_.reset();
  return move_announced_;
}

void SyncSession::move_heard(TransportReply reply) {
  const std::string server = std::get<Send>(move_->next()).request.server;
  move_->heard(std::move(reply));
  const std::optional<Problem> failed = std::get<Done>(move_->next()).problem;
  move_.reset();
  const bool announced = std::exchange(move_announced_, false);
  std::optional<Problem> before = std::exchange(move_because_, std::nullopt);
  if (failed && announced) {  // not there yet: all goes on as it was
    if (before) retry_or_end(std::move(*before), -1);
  } else if (failed) {
    Problem told = problem_naming(problem_code::server_moved, {server, server});
    told.detail = failed->code;
    retry_or_end(std::move(told), -1);
  } else {
    report_.moved_to = server;
    retry_.answered();
  }
}

void SyncSession::retry_or_end(Problem why, std::int64_t server_asks_ms) {
  if (why.kind == ProblemKind::network && !cancelled_) wait_ms_ = retry_.wait_ms(phone_, server_asks_ms);
  if (!wait_ms_) {
    const bool stopped = why.kind == ProblemKind::network && cancelled_;
    done_ = Done{stopped ? problem(problem_code::cancelled) : std::move(why)};
    return;
  }
  ++report_.retries;
  progress_.retry_in_ms = *wait_ms_;
  tell(SyncPhase::waiting_to_retry);
}

void SyncSession::tell(SyncPhase phase) {
  progress_.phase = phase;
  if (on_progress_) on_progress_(progress_);
}

Status SyncSession::begin_call() {
  if (!turn_ || progress_.phase == SyncPhase::waiting_to_retry) tell(SyncPhase::connecting);
  if (!turn_) {
    LX_CHECK(phone_.begin_turn());
    turn_ = phone_.turn();
    LX_CHECK(shrink_.begin(phone_));
    if (begin_announced_move(untried_server(phone_))) return {};
  }
  LX_TRY(const bool new_key, phone_.db().read([&] { return phone_.wants_new_key(); }));
  if (new_key) {
    doing_ = Doing::rekey;
    LX_TRY(call_, rekey_call(phone_));
    return {};
  }
  if (doing_ == Doing::kinds) {
    LX_TRY(call_, kinds_call(phone_));
    return {};
  }
  LX_TRY(asked_, build_request(phone_, so_far_, shrink_.room()));
  progress_.to_push = report_.pushed + asked_.waiting;
  if (asked_.waiting > 0) tell(SyncPhase::pushing);
  ++report_.round_trips;
  call_ = Call::sync(phone_, asked_.who, encode_request(asked_.request));
  return {};
}

Expected<void> SyncSession::take(const TransportReply& answer) {
  // A clone of this phone was here first, and took a new key.
  if (doing_ == Doing::sync && refusal_in(answer) == "gone") return at_border(note_fork(phone_));
  if (doing_ == Doing::sync && asked_.items > 0 && Shrink::is_refused_for_size(answer)) {
    return problem(problem_code::change_not_passing, {}, std::to_string(asked_.bytes) + " bytes");
  }
  if (std::optional<Problem> found = problem_in(answer, doing_ == Doing::sync ? sync_type : json_type)) return *found;
  if (doing_ != Doing::sync) return at_border(take_between(answer));
  const Result<SyncReply> reply = decode_reply(answer.body);
  if (!reply) return problem(problem_code::bad_reply, {}, reply.error().message);
  return at_border(take_reply(*reply));
}

Status SyncSession::take_between(const TransportReply& answer) {
  if (doing_ == Doing::kinds) {
    LX_CHECK(take_kinds(phone_, answer));
    doing_ = Doing::sync;
    return end_round();
  }
  LX_CHECK(take_new_key(phone_, answer));
  doing_ = Doing::sync;
  report_.forked = true;
  so_far_.settled.clear();  // of the new chains the server has said nothing yet
  so_far_.handed_over.clear();
  return {};
}

Status SyncSession::take_reply(const SyncReply& reply) {
  phone_.note_server_ms(reply.server_ms, false);
  LX_TRY(const bool fork, shows_fork(phone_, reply));
  if (fork) return note_fork(phone_);  // nothing of this reply is applied
  LX_CHECK(take_renewals(phone_, asked_.who.device, reply));
  // Before the parts: whether a studio is still ours decides what its part means.
  LX_CHECK(take_grants(phone_, reply.grants));
  LX_CHECK(take_parts(reply));
  purge_ordered_ = reply.purge;
  if (reply.purge) {
    LX_TRY(report_.purged, purge(phone_, so_far_.handed_over));
    if (report_.purged) return finish();
  } else {
    LX_CHECK(drop_handed_over(phone_, reply));
  }
  LX_TRY(const auto kinds, phone_.db().read([&] { return phone_.catalog_or_empty(); }));
  if (kinds->version == reply.kinds_version) return end_round();
  doing_ = Doing::kinds;
  return {};
}

Status SyncSession::take_parts(const SyncReply& reply) {
  report_.problem.clear();
  busy_ = false;
  for (const StudioRequest& asked : asked_.request.studios) {
    const auto part = std::find_if(reply.studios.begin(), reply.studios.end(),
                                   [&](const StudioReply& one) { return one.studio == asked.studio; });
    if (part == reply.studios.end() || part->problem == codes::too_many_studios)
      continue;  // nothing new was heard of it
    LX_TRY(const Taken taken, take_part({phone_, asked, *part, asked_.offering == asked.studio, reply.server_ms}));
    note_part(asked.studio, taken);
    tell(taken.summed ? SyncPhase::checking : SyncPhase::pulling);
  }
  return {};
}

void SyncSession::note_part(const StudioId& studio, const Taken& taken) {
  report_.pushed += taken.pushed;
  report_.rows += taken.rows;
  report_.restored_server |= taken.restored;
  if (taken.restored) stall_watch_.forget_places();
  progress_.pushed = report_.pushed;
  progress_.rows = report_.rows;
  const auto note = [&](std::set<StudioId>& studios, bool is) {
    is ? (void)studios.insert(studio) : (void)studios.erase(studio);
  };
  note(so_far_.settled, taken.settled && taken.problem.empty());
  note(so_far_.handed_over, taken.handed_over);
  if (taken.problem.empty()) return;
  so_far_.refused.insert(studio);
  const bool smaller = taken.problem == codes::payload_too_large && shrink_.note_too_much(phone_, asked_);
  if (smaller || taken.problem == codes::busy) {
    busy_ = true;  // only for now: the round ends like one that was not answered
  } else {
    report_.problem = taken.problem;
    report_.problem_sentence = untaken_sentence(taken.problem);
  }
}

Status SyncSession::end_round() {
  LX_TRY(const bool all, all_settled());
  const bool settled = all && !purge_ordered_;
  if (busy_) return refuse_with(problem_code::server_busy);
  LX_TRY(const bool moves, stall_watch_.note_round(phone_, so_far_));
  if (!moves && !settled) return refuse_with(problem_code::no_progress);
  report_.complete = settled;
  const bool refused = !report_.problem.empty() && stall_watch_.last_round_was_idle();
  return settled || refused ? finish() : Status();
}

// Every studio was heard of, in this request or an earlier one; one that was just granted is still to be pulled.
Result<bool> SyncSession::all_settled() {
  return phone_.db().read([&]() -> Result<bool> {
    const std::vector<StudioState> studios = Studios(phone_.db()).all();
    return std::all_of(studios.begin(), studios.end(), [&](const StudioState& studio) {
      return so_far_.settled.contains(studio.id) || !is_asked_about(phone_.db(), studio);
    });
  });
}

Status SyncSession::finish() {
  LX_CHECK(phone_.db().read([&]() -> Status {
    OwnChanges own(phone_.db());
    for (const StudioState& studio : Studios(phone_.db()).all()) {
      report_.waiting += std::max<N>(0, own.last_n(studio.id) - studio.acked_n);
      report_.trouble |= studio.repair.flagged;
    }
    return {};
  }));
  LX_CHECK(shrink_.end(phone_));
  done_ = Done{};
  tell(SyncPhase::done);
  return {};
}

}  // namespace lianxin::client
