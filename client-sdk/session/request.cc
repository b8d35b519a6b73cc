#include "client-sdk/session/request.h"

#include <algorithm>
#include <map>

#include "client-sdk/store/own_changes.h"
#include "sync/model/chain.h"
#include "sync/model/limits.h"
#include "sync/wire/certificate.h"

namespace lianxin::client {
namespace {

constexpr std::size_t offered_bytes_max = 1 << 20, asked_id_bytes = 40;

// What is left of the request for the studios that follow.
struct Budget {
  explicit Budget(std::size_t room)
      : bytes(room),
        asked(std::clamp<std::size_t>(room / asked_id_bytes, 2, limits::asked_ids_max)),
        offered_bytes(std::min(room, offered_bytes_max)) {}

  std::size_t changes = limits::push_changes_max;
  std::size_t bytes;
  std::size_t asked;  // an erased line is asked about under two
  std::size_t offered_bytes;
  std::size_t items_taken = 0, bytes_taken = 0;

  void take(std::size_t items, std::size_t of_bytes) {
    items_taken += items;
    bytes_taken += of_bytes;
  }
};

PushEntry entry_of(OwnChange own) {
  if (own.travels_by_id()) return {{}, std::pair(own.id, own.line_hash)};
  return {std::move(own.line), std::nullopt};
}

// What is pushed: what follows acked_n, as far as the chain is whole.
Status add_push(Database& db, const Identity& who, const StudioState& studio, Budget& left, Push& push) {
  OwnChanges own(db);
  // None where that place went bad on this disk: the answer shows a fork then, and the chains begin anew.
  const std::optional<Hash> before = own.h_at(who.key, studio.id, studio.acked_n);
  Hash h = before.value_or(Hash{});
  push.first_n = studio.acked_n + 1;
  push.before = h;
  if (before && !studio.asking_from && left.changes > 0 && left.bytes > 0) {
    LX_TRY(std::vector<OwnChange> waiting, own.after(studio.id, studio.acked_n, left.changes, left.bytes));
    N n = studio.acked_n;
    for (OwnChange& change : waiting) {
      // Mended once the server has said that it has nothing from there on: it may have got it while it was sound.
      if (!change.follows(n, h)) break;
      n = change.n;
      h = change.h;
      --left.changes;
      left.bytes -= std::min(left.bytes, change.line.size() + 1);
      left.take(1, change.line.size() + 1);
      push.entries.push_back(entry_of(std::move(change)));
    }
  }
  if (push.entries.empty()) return {};  // nothing to sign for: nobody looks at the signature of no line
  push.signature = sign(who.secret, push_message(who.device, studio.id, push.first_n, h));
  return {};
}

// One studio's part. `offers`: its heads are offered in this request.
Result<StudioRequest> part_of(Database& db, const Identity& who, const StudioState& studio, bool offers, Budget& left) {
  OwnChanges own(db);
  StudioRequest part;
  part.studio = studio.id;
  part.last_n = own.last_n(studio.id);
  part.cursor = studio.pull.asking_cursor();
  part.differs = studio.repair.stage == Repair::Stage::told;
  part.compare_from = studio.repair.compare_from;
  if (studio.asking_from) {
    part.asked = own.asked_from(studio.id, *studio.asking_from, left.asked).ids;
    left.asked -= part.asked.size();
    left.take(part.asked.size(), part.asked.size() * asked_id_bytes);
  }
  LX_CHECK(add_push(db, who, studio, left, part.push));
  if (offers) {
    LX_TRY(part.offered,
           Rows(db).others_heads(studio.id, *studio.pull.offered(), limits::offered_heads_max, left.offered_bytes));
    left.take(part.offered.size(), part.offered.empty() ? 0 : left.offered_bytes);
  } else if (studio.granted && studio.pull.stage() != Pull::Stage::offering) {
    // The server holds all studios of one reply to that together; of a look at the history no row is wanted.
    part.bytes_max = studio.pull.stage() == Pull::Stage::gathered ? 1 : limits::page_bytes_max;
  }
  return part;
}

// The parts of one request, in the order in which the reply is filled: what is handed over first, and a studio in the
// middle of a long pull last, so that it does not keep the news of the others waiting. Those that were refused wait
// until the others have been heard of: they may be refused for ever, and more than a request may name.
void choose(std::vector<StudioState>& studios, Database& db, const SoFar& so_far) {
  std::erase_if(studios, [&](const StudioState& one) { return !is_asked_about(db, one); });
  OwnChanges own(db);
  std::map<StudioId, int> turn;
  for (const StudioState& one : studios) {
    turn[one.id] = so_far.settled.contains(one.id)    ? 3
                   : so_far.refused.contains(one.id)  ? 2
                   : own.last_n(one.id) > one.acked_n ? 0
                                                      : 1;
  }
  std::stable_sort(studios.begin(), studios.end(),
                   [&](const StudioState& a, const StudioState& b) { return turn.at(a.id) < turn.at(b.id); });
  if (studios.size() > limits::studios_max) studios.resize(limits::studios_max);
  std::stable_partition(studios.begin(), studios.end(), [](const StudioState& one) { return !one.pull.has_set(); });
}

// One studio offers in a request and has its whole room: an offer cut down to nothing would say that nothing is left to
// offer. One whose offers meet a problem does not keep the others from theirs.
std::optional<StudioId> offering_one(const std::vector<StudioState>& studios) {
  const StudioState* chosen = nullptr;
  for (const StudioState& one : studios) {
    if (!one.granted || one.pull.stage() != Pull::Stage::offering) continue;
    if (!chosen || (!chosen->problem.empty() && one.problem.empty())) chosen = &one;
  }
  return chosen ? std::optional(chosen->id) : std::nullopt;
}

}  // namespace

bool is_asked_about(Database& db, const StudioState& studio) {
  OwnChanges own(db);
  return studio.granted || own.last_n(studio.id) > studio.acked_n || own.has_lines(studio.id) ||
         Rows(db).any(studio.id);
}

Result<BuiltRequest> build_request(PhoneCore& phone, const SoFar& so_far, std::size_t room) {
  return phone.db().read([&]() -> Result<BuiltRequest> {
    LX_CHECK(phone.in_turn());
    LX_TRY(const Identity who, phone.identity());
    LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
    std::vector<StudioState> studios = Studios(phone.db()).all();
    BuiltRequest built;
    built.who = who;
    built.request.clocks = phone.clocks();
    built.request.kinds_version = kinds->version;
    const auto certificate = certificate_in(who.certificate);
    built.request.certificate_ends_ms = certificate ? certificate->ends_ms : 0;
    OwnChanges own(phone.db());
    for (const StudioState& studio : studios) {
      built.waiting += std::max<N>(0, own.last_n(studio.id) - studio.acked_n);
    }
    choose(studios, phone.db(), so_far);
    built.offering = offering_one(studios);
    Budget left(room);
    for (const StudioState& studio : studios) {
      LX_TRY(StudioRequest part, part_of(phone.db(), who, studio, studio.id == built.offering, left));
      built.request.studios.push_back(std::move(part));
    }
    built.items = left.items_taken;
    built.bytes = left.bytes_taken;
    return built;
  });
}

}  // namespace lianxin::client
