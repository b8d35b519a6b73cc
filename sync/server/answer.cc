#include "sync/server/answer.h"

#include <algorithm>
#include <set>

#include "schema/saturating.h"
#include "sync/model/limits.h"
#include "sync/server/tell.h"
#include "sync/server/witness.h"
#include "sync/wire/codes.h"

namespace lianxin {
namespace {

// What is left of this request for the studios that follow.
struct Left {
  std::size_t studios = limits::studios_max;
  std::size_t page_bytes = limits::page_bytes_max;
  std::int64_t lines;   // of a device that was cut off
  bool compare = true;  // one studio in a reply: it is not of the page's bytes
};

// One studio's part as it grows.
struct Part {
  StudioReply reply;
  StudioNote note;

  bool served() const { return reply.problem.empty(); }
  void refuse(std::string_view code) { reply.problem = code; }
  void fail(const char* step, const Error& error) {
    reply.problem = codes::of(error);
    note.failed.push_back({step, reply.problem, error});
  }
};

bool names_a_studio_twice(const SyncRequest& request) {
  std::set<StudioId> named;
  return !std::all_of(request.studios.begin(), request.studios.end(),
                      [&](const StudioRequest& studio) { return named.insert(studio.studio).second; });
}

// Runs `step`; where it met a row that cannot be read, once more after the studio was rebuilt from its log.
template <class Step>
std::invoke_result_t<Step> though_unreadable(Answering& server, const StudioId& studio, const Step& step) {
  auto done = step();
  if (done || done.error().code != Errc::corrupt) return done;
  const Result<bool> readable = server.rows_doubted(studio);
  if (readable && *readable) return step();
  return done;
}

// Before anything else, so that what is pushed is judged by rows that are the log's, and the page is made of such.
// Where it fails the page is given as it can be: that is no reason to keep the news back.
void mend(Answering& server, const StudioRequest& asked, Part& part) {
  const Status mended = server.phone_differs(asked.studio);
  if (!mended) part.note.failed.push_back({"mend", {}, mended.error()});
}

// What a push counts as after a cut-off: each line once, and once more for every line_bytes_since_cut_off of it.
std::int64_t counted(const Push& push) {
  std::int64_t lines = 0;
  for (const PushEntry& entry : push.entries) {
    lines += 1 + static_cast<std::int64_t>(entry.line.size() / line_bytes_since_cut_off);
  }
  return lines;
}

void take_push(Answering& server, const ClockReading& clocks, const StudioRequest& asked,
               const StudioStanding& standing, Left& left, Part& part) {
  if (asked.push.entries.empty()) return;
  const AskingDevice& device = server.device();
  const std::int64_t lines = counted(asked.push);
  if (device.cut_off && lines > left.lines) return part.refuse(codes::over_quota);
  const Pusher pusher{device.id,      device.key, device.member,         device.shared,
                      device.cut_off, clocks,     standing.awaits_grant, device.enrolled_ms};
  const Result<Pushed> pushed = though_unreadable(server, asked.studio, [&] {
    return push(server.store(), asked.studio, server.rules(standing.place), pusher, asked.push);
  });
  if (!pushed) return part.fail("push", pushed.error());
  part.note.pushed = *pushed;
  if (!device.cut_off || pushed->held == 0) return;
  // Lines that were here already, because a reply was lost, were counted when they came.
  const auto entries = static_cast<std::int64_t>(asked.push.entries.size());
  part.note.since_cut_off = (lines * static_cast<std::int64_t>(pushed->held) + entries - 1) / entries;
  left.lines -= part.note.since_cut_off;
}

void take_offered(Answering& server, const StudioRequest& asked, const StudioStanding& standing, Part& part) {
  if (asked.offered.empty() || server.device().cut_off || !standing.access.any()) return;
  if (standing.place.reference && !may_give_back_reference(standing.access)) return;
  const Result<std::int64_t> given = server.heads_given_back();
  if (!given) return part.fail("witness", given.error());
  if (*given >= limits::heads_given_back_max) return part.refuse(codes::over_quota);
  const Result<std::size_t> taken = though_unreadable(server, asked.studio, [&] {
    return take_witnessed(server.store(), asked.studio, server.rules(standing.place), standing.access,
                          Cursor::parse(asked.cursor), asked.offered);
  });
  if (!taken) return part.fail("witness", taken.error());
  part.note.witnessed = *taken;
}

// What the server has of the device's chain, whatever else went wrong; and a page where nothing did.
void give(Answering& server, const StudioRequest& asked, const StudioStanding& standing, Left& left, Part& part) {
  const bool paged = part.served() && !server.device().cut_off;
  const std::size_t bytes_max = paged ? std::min(asked.bytes_max, left.page_bytes) : 0;
  Result<StudioReply> told =
      though_unreadable(server, asked.studio, [&] { return tell(server, standing, asked, bytes_max, left.compare); });
  if (!told) return part.fail("page", told.error());
  std::size_t bytes = 0;
  for (const std::string& row : told->page.rows) bytes += row.size();
  left.page_bytes -= std::min(bytes, left.page_bytes);
  left.compare = left.compare && !told->compared;
  told->studio = asked.studio;
  told->problem = std::move(part.reply.problem);
  part.reply = std::move(*told);
}

Part answer_studio(Answering& server, const ClockReading& clocks, const StudioRequest& asked, Left& left) {
  Part part;
  part.reply.studio = asked.studio;
  if (left.studios == 0) {
    part.refuse(codes::too_many_studios);
    return part;
  }
  --left.studios;
  const bool cut_off = server.device().cut_off;
  const std::optional<StudioStanding> standing = server.standing(asked.studio);
  if (!standing) {
    // Told apart only for a phone that was here, so that nobody finds studios by asking: this server was set back.
    const auto cursor = Cursor::parse(asked.cursor);
    const bool was_here = cursor && is_own(*cursor, asked.studio, server.rules({}).self.secret);
    part.refuse(was_here ? codes::studio_unknown : codes::not_granted);
    return part;
  }
  const bool sees = standing->access.any();
  if (!sees && !standing->may_have_worked) {
    part.refuse(codes::not_granted);
    // It must hear what is here before it forgets, also of a studio where it has nothing to look for any more.
    if (cut_off) give(server, asked, *standing, left, part);
    // Where nothing of it is, the answer is that of a studio that is not known here.
    if (part.reply.page.acked_n() == 0) part.reply.page.acked.reset();
    return part;
  }
  if (asked.differs && sees && !cut_off) mend(server, asked, part);
  take_push(server, clocks, asked, *standing, left, part);
  if (part.served()) take_offered(server, asked, *standing, part);
  if (part.served() && !sees && !cut_off) part.refuse(codes::not_granted);
  give(server, asked, *standing, left, part);
  if (standing->place.reference && part.note.pushed.applied > 0) part.note.reference_moved = true;
  return part;
}

// What the request and its answer come to in all studios together.
void sum_up(const SyncRequest& request, bool cut_off, Answered& answered) {
  bool all_here = true;
  answered.given_all = true;
  for (std::size_t i = 0; i < answered.reply.studios.size(); ++i) {
    const StudioRequest& asked = request.studios[i];
    const StudioReply& studio = answered.reply.studios[i];
    const bool refused = !studio.problem.empty();
    const std::int64_t missing = saturating_subtract(asked.last_n, studio.page.acked_n());
    answered.backlog = saturating_add(answered.backlog, std::max<std::int64_t>(0, missing));
    all_here &= missing == 0 && (!refused || studio.problem == codes::not_granted);
    const bool given = missing <= 0 && asked.offered.empty() && !studio.page.history_unknown;
    answered.given_all &= given && !(refused && asked.last_n > 0);
  }
  // Only then may a lost phone forget: what it has recorded is nowhere else.
  answered.reply.purge = cut_off && all_here;
}

}  // namespace

Result<Answered> answer(Answering& server, const SyncRequest& request) {
  if (names_a_studio_twice(request)) return failure(Errc::invalid_argument, "a studio is named twice");
  const Rules rules = server.rules({});
  const AskingDevice& device = server.device();
  Answered answered;
  SyncReply& reply = answered.reply;
  reply.server_ms = rules.server_ms;
  reply.kinds_version = rules.catalog.version;
  if (!device.cut_off) reply.grants = server.grants();
  Left left;
  left.lines = lines_since_cut_off_max - device.lines_since_cut_off;
  for (const StudioRequest& asked : request.studios) {
    Part part = answer_studio(server, request.clocks, asked, left);
    reply.studios.push_back(std::move(part.reply));
    answered.notes.push_back(std::move(part.note));
  }
  sum_up(request, device.cut_off, answered);
  return answered;
}

}  // namespace lianxin
