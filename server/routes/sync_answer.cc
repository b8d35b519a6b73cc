#include "server/routes/sync_answer.h"

#include <algorithm>
#include <set>

#include "server/people/granted.h"
#include "server/http/problem.h"
#include "server/telemetry/log.h"
#include "server/upkeep/mender.h"
#include "sync/model/limits.h"

namespace lianxin::server {
namespace {

// What a phone compares. Those of the whole server are in server/http/problem.h; these are of one studio.
constexpr std::string_view studio_unknown = "studio_unknown", not_granted = "not_granted", over_quota = "over_quota";
constexpr std::string_view too_many_studios = "too_many_studios";

std::string code_of(const Error& error) {
  if (error.code == Errc::invalid_argument) return "bad_signature";  // all that a push can have wrong (ingest.h)
  return std::string(text_of(problem_of(error.code)).code);
}

class Answer {
 public:
  Answer(const SyncParts& parts, const Device& device, const SyncRequest& request, Moment moment)
      : parts_(parts), device_(device), request_(request), moment_(std::move(moment)) {}

  SyncReply make() {
    SyncReply reply;
    reply.server_ms = moment_.now_ms;
    reply.kinds_version = moment_.catalog->version;
    if (!device_.cut_off()) reply.grants = granted_studios(device_, *moment_.places, moment_.now_ms);
    for (const StudioRequest& studio : request_.studios) {
      reply.studios.push_back(reply.studios.size() < limits::studios_max ? answer(studio) : left_out(studio));
    }
    reply.purge = device_.cut_off() && everything_is_here(reply);
    if (reference_moved_) parts_.moments.note_change();
    note(reply);
    return reply;
  }

 private:
  StudioReply left_out(const StudioRequest& asked) {
    StudioReply reply;
    reply.studio = asked.studio;
    refuse(reply, too_many_studios);
    return reply;
  }

  StudioReply answer(const StudioRequest& asked) {
    StudioReply reply;
    reply.studio = asked.studio;
    const StudioPlace* place = moment_.places->place(asked.studio);
    // A restored server may not know the studio of a phone that its certificate names: what the phone brings is kept.
    const StudioPlace unplaced{asked.studio, {}, {}, false};
    if (!place && device_.readmitted_ms > 0 && asked.studio == device_.studio) place = &unplaced;
    if (!place) {
      refuse(reply, studio_unknown);
      return reply;
    }
    const Access access = access_on(device_, *moment_.places, *place, moment_.now_ms);
    if (!access.any() && !may_have_worked(device_, *moment_.places, *place, moment_.now_ms)) {
      refuse(reply, not_granted);
      if (device_.cut_off()) tell_acked(asked, access, reply);
      return reply;
    }
    if (asked.differs && access.any() && !device_.cut_off()) mend(asked);
    take(asked, *place, reply);
    if (reply.problem.empty()) take_offered(asked, *place, access, reply);
    if (!access.any() && !device_.cut_off() && reply.problem.empty()) refuse(reply, not_granted);
    const Status read = though_unreadable(asked.studio, [&] { return give(asked, access, reply); });
    if (!read) fail(reply, "page", read.error(), {});
    return reply;
  }

  // What a phone must hear before it forgets, also of a studio where it has nothing to look for any more; and no more.
  void tell_acked(const StudioRequest& asked, const Access& access, StudioReply& reply) {
    StudioRequest bare;
    bare.studio = asked.studio;
    bare.last_n = asked.last_n;
    bare.asked = asked.asked;
    const Status read = give(bare, access, reply);
    if (!read) fail(reply, "page", read.error(), {});
  }

  // Before anything else, so that what is pushed is judged by rows that are the log's, and the page is made of such.
  void mend(const StudioRequest& asked) {
    const Status looked = parts_.mender.phone_differs(asked.studio, *moment_.catalog, moment_.now_ms);
    if (!looked) {  // the page is given as it can be: that it is not mended is no reason to keep the news back
      log_event(LogLevel::warning, "mending_failed", {{"studio", asked.studio.text()},
                                                      {"reason", looked.error().message}});
    }
  }

  // Runs `act`; where it met a row that cannot be read, once more after the studio was rebuilt from its log.
  template <class Act>
  std::invoke_result_t<Act> though_unreadable(const StudioId& studio, const Act& act) {
    auto done = act();
    if (done || done.error().code != Errc::corrupt) return done;
    const Result<bool> readable = parts_.mender.rows_doubted(studio, *moment_.catalog, moment_.now_ms);
    if (readable && *readable) return act();
    return done;
  }

  void take(const StudioRequest& asked, const StudioPlace& place, StudioReply& reply) {
    if (asked.push.entries.empty()) return;
    const auto lines = static_cast<std::int64_t>(asked.push.entries.size());
    if (device_.cut_off() && device_.after_revocation + lines_after_revocation_ + lines > lines_after_revocation_max) {
      refuse(reply, over_quota);
      return;
    }
    const Pusher pusher{device_.id,         device_.key,       device_.member,
                        device_.shared,     device_.cut_off(), request_.clocks,
                        awaits_grant(device_, *moment_.places, place)};
    const auto pushed = though_unreadable(asked.studio, [&] {
      return push(parts_.store, asked.studio, moment_.rules(place), pusher, asked.push);
    });
    if (!pushed) {
      fail(reply, "push", pushed.error(), code_of(pushed.error()));
      return;
    }
    parts_.metrics.pushed(*pushed);
    applied_ += pushed->applied;
    held_ += pushed->held;
    if (device_.cut_off()) lines_after_revocation_ += static_cast<std::int64_t>(pushed->held);
    reference_moved_ = reference_moved_ || (place.reference && pushed->applied > 0);
  }

  void take_offered(const StudioRequest& asked, const StudioPlace& place, const Access& access, StudioReply& reply) {
    if (asked.offered.empty() || device_.cut_off() || !access.any()) return;
    // Every phone of the county pulls reference data and none of its readers writes it: what was lost of it is given
    // back by those who look after it.
    if (place.reference && !access.has("coordinator")) return;
    const auto taken = though_unreadable(asked.studio, [&] {
      return take_witnessed(parts_.store, asked.studio, moment_.rules(place), access, Cursor::parse(asked.cursor),
                            asked.offered);
    });
    if (!taken) {
      const bool unproved = taken.error().code == Errc::not_allowed;
      fail(reply, "witness", taken.error(), unproved ? taken.error().message : "");
      return;
    }
    witnessed_ += *taken;
    log_event("witnessed", {{"device", device_.id.text()},
                            {"studio", asked.studio.text()},
                            {"heads", std::to_string(*taken)}});
  }

  // What the server has of the device's chain, whatever else went wrong; and a page where nothing did.
  Status give(const StudioRequest& asked, const Access& access, StudioReply& reply) {
    const bool wanted = reply.problem.empty() && !device_.cut_off();
    Asker asker{device_.id, access, chain_start(asked.studio, device_.key), asked.last_n, {}, 0};
    asker.cursor = Cursor::parse(asked.cursor);
    asker.bytes_max = wanted ? std::min(asked.bytes_max, bytes_left_) : 0;
    Status read = parts_.store.read(asked.studio, [&](ReadTxn& snapshot) -> Status {
      reply.known.clear();
      LX_TRY(reply.page, page_for(snapshot, *moment_.catalog, asker));
      reply.page.cursor.mark = mark_of(reply.page.cursor, asked.studio, moment_.self->secret);
      LX_CHECK(acknowledge(snapshot, reply));
      LX_CHECK(compare(snapshot, asked, access, reply));
      return find_asked(snapshot, asked, reply);
    });
    if (!read) {
      reply.page = {};
      reply.acknowledgement.reset();
      reply.compared.reset();
      return read;
    }
    std::size_t bytes = 0;
    for (const std::string& row : reply.page.rows) bytes += row.size();
    bytes_left_ -= std::min(bytes, bytes_left_);
    rows_ += reply.page.rows.size();
    return {};
  }

  Status acknowledge(ReadTxn& snapshot, StudioReply& reply) {
    if (reply.page.acked_n == 0) return {};
    LX_TRY(const StudioHead head, snapshot.head());
    Acknowledgement told;
    told.device = device_.id;
    told.studio = reply.studio;
    told.acked_n = reply.page.acked_n;
    told.h = reply.page.h;
    told.seq = head.seq;
    told.log_hash = head.log_hash;
    told.server_ms = moment_.now_ms;
    reply.acknowledgement = acknowledged_by(*moment_.self, told);
    return {};
  }

  // In the snapshot of a page that is the last: what the phone has after it is what is compared. One studio in a reply:
  // it is not of the page's bytes.
  Status compare(ReadTxn& snapshot, const StudioRequest& asked, const Access& access, StudioReply& reply) {
    if (!asked.compare_from || !reply.page.digest || compared_) return {};
    LX_TRY(reply.compared, compared_for(snapshot, *moment_.catalog, access, *asked.compare_from));
    compared_ = true;
    return {};
  }

  static Status find_asked(ReadTxn& snapshot, const StudioRequest& asked, StudioReply& reply) {
    std::span<const ChangeId> left = asked.asked;
    while (!left.empty()) {
      const auto some = left.first(std::min(left.size(), limits::asked_ids_at_a_time));
      left = left.subspan(some.size());
      LX_TRY(const auto logged, snapshot.logged(some));
      for (const auto& line : logged) {
        if (line) reply.known.push_back({line->id, short_hash(sha256(line->line))});
      }
    }
    return {};
  }

  // Only then may a lost phone forget: what it has recorded is nowhere else.
  bool everything_is_here(const SyncReply& reply) const {
    for (std::size_t i = 0; i < reply.studios.size(); ++i) {
      const std::string& problem = reply.studios[i].problem;
      if (!problem.empty() && problem != not_granted) return false;
      if (reply.studios[i].page.acked_n != request_.studios[i].last_n) return false;
    }
    return true;
  }

  // Nothing of a history that this server lost is left to be offered.
  bool has_given_all(const SyncReply& reply) const {
    for (std::size_t i = 0; i < reply.studios.size(); ++i) {
      if (!request_.studios[i].offered.empty() || reply.studios[i].page.history_unknown) return false;
      if (!reply.studios[i].problem.empty() && request_.studios[i].last_n > 0) return false;
    }
    return true;
  }

  void note(const SyncReply& reply) {
    std::int64_t backlog = 0;
    for (std::size_t i = 0; i < reply.studios.size(); ++i) {
      backlog += std::max<std::int64_t>(0, request_.studios[i].last_n - reply.studios[i].page.acked_n);
    }
    const std::int64_t skew_ms = request_.clocks.wall_ms - moment_.now_ms;
    const auto lines = static_cast<std::int64_t>(applied_ + held_), heads = static_cast<std::int64_t>(witnessed_);
    parts_.devices.note_sync(device_.id, {moment_.now_ms, backlog, skew_ms, lines_after_revocation_, lines, heads,
                                             backlog == 0 && has_given_all(reply)});
    log_event("sync", {{"device", device_.id.text()},
                       {"studios", std::to_string(reply.studios.size())},
                       {"applied", std::to_string(applied_)},
                       {"held", std::to_string(held_)},
                       {"rows", std::to_string(rows_)},
                       {"backlog", std::to_string(backlog)},
                       {"skew_ms", std::to_string(skew_ms)}});
  }

  void refuse(StudioReply& reply, std::string_view code) {
    reply.problem = code;
    parts_.metrics.studio_problem(reply.problem);
  }

  void fail(StudioReply& reply, const char* act, const Error& error, std::string code) {
    refuse(reply, code.empty() ? text_of(problem_of(error.code)).code : code);
    log_event(LogLevel::warning, "sync_failed", {{"act", act},
                                                 {"device", device_.id.text()},
                                                 {"studio", reply.studio.text()},
                                                 {"code", reply.problem},
                                                 {"reason", error.message}});
  }

  const SyncParts parts_;
  const Device& device_;
  const SyncRequest& request_;
  const Moment moment_;
  std::size_t bytes_left_ = limits::page_bytes_max;  // over all studios: what one reply may cost its reader
  std::size_t applied_ = 0, held_ = 0, witnessed_ = 0, rows_ = 0;
  std::int64_t lines_after_revocation_ = 0;
  bool reference_moved_ = false, compared_ = false;
};

Status mend_all(const SyncParts& parts, const Catalog& catalog) {
  LX_TRY(const std::vector<StudioId> studios, parts.store.studios());
  for (const StudioId& studio : studios) {
    LX_TRY(const bool readable, parts.mender.rows_doubted(studio, catalog, parts.moments.now_ms()));
    static_cast<void>(readable);
  }
  return {};
}

}  // namespace

bool names_a_studio_twice(const SyncRequest& request) {
  std::set<StudioId> named;
  return !std::all_of(request.studios.begin(), request.studios.end(),
                      [&](const StudioRequest& studio) { return named.insert(studio.studio).second; });
}

Result<SyncReply> answer_sync(const SyncParts& parts, const Device& device, const SyncRequest& request) {
  auto found = parts.moments.now();
  if (!found && found.error().code == Errc::corrupt) {
    LX_CHECK(mend_all(parts, *parts.moments.catalog()));  // a row of reference data: without who may what, nobody could be answered
    found = parts.moments.now();
  }
  LX_TRY(Moment moment, std::move(found));
  return Answer(parts, device, request, std::move(moment)).make();
}

}  // namespace lianxin::server
