#include "client-sdk/session/request.h"

#include <algorithm>

#include "client-sdk/store/own_changes.h"
#include "sync/model/chain.h"
#include "sync/model/limits.h"

namespace lianxin::client {
namespace {

constexpr std::size_t offered_bytes_max = 1 << 20;

// What is left of the request for the studios that follow.
struct Budget {
  std::size_t changes = limits::push_changes_max;
  std::size_t bytes = limits::push_bytes_max;
  std::size_t asked = limits::asked_ids_max;
};

PushEntry entry_of(OwnChange own) {
  if (own.travels_by_id()) return {{}, std::pair(own.id, own.line_hash)};
  return {std::move(own.line), std::nullopt};
}

class Builder {
 public:
  // `offering`: the studio whose heads are offered in this request.
  Builder(PhoneCore& phone, const Identity& who, std::optional<StudioId> offering)
      : who_(who), offering_(offering), own_(phone.db()), rows_(phone.db()) {}

  Result<StudioRequest> part(const StudioState& studio) {
    StudioRequest part;
    part.studio = studio.id;
    part.last_n = own_.last_n(studio.id);
    part.cursor = studio.asking_cursor();
    part.differs = studio.mending == Mending::told;
    part.compare_from = studio.compare_from;
    if (studio.ask_from) {
      part.asked = own_.asked_from(studio.id, *studio.ask_from, budget_.asked).ids;
      budget_.asked -= part.asked.size();
    }
    LX_CHECK(add_push(studio, part));
    if (studio.offer_next) {
      part.offer_waits = studio.id != offering_;
      if (part.offer_waits) return part;
      LX_TRY(part.offered, rows_.others_heads(studio.id, *studio.offer_next, limits::offered_heads_max,
                                              offered_bytes_max));
    } else if (studio.granted) {
      // The server holds all studios of one reply to that together; of a look at the history no row is wanted.
      part.bytes_max = studio.fresh_whole ? 1 : limits::page_bytes_max;
    }
    return part;
  }

 private:
  Status add_push(const StudioState& studio, StudioRequest& part) {
    // None where that place went bad on this disk: the answer shows a fork then, and the chains begin anew.
    const std::optional<Hash> before = own_.h_at(who_.key, studio.id, studio.acked_n);
    Hash h = before.value_or(Hash{});
    part.push.first_n = studio.acked_n + 1;
    part.push.before = h;
    // While it is not known which lines the server has, none is sent: they may be thousands that it need not get again.
    if (before && !studio.ask_from && budget_.changes > 0 && budget_.bytes > 0) {
      LX_TRY(std::vector<OwnChange> waiting,
             own_.after(studio.id, studio.acked_n, budget_.changes, budget_.bytes));
      N n = studio.acked_n;
      for (OwnChange& change : waiting) {
        // Mended once the server has said that it has nothing from there on: it may have got it while it was sound.
        if (!change.follows(n, h)) break;
        n = change.n;
        h = change.h;
        --budget_.changes;
        budget_.bytes -= std::min(budget_.bytes, change.line.size() + 1);
        part.push.entries.push_back(entry_of(std::move(change)));
      }
    }
    if (part.push.entries.empty()) return {};  // nothing to sign for: nobody looks at the signature of no line
    part.push.signature = sign(who_.secret, push_message(who_.device, studio.id, part.push.first_n, h));
    return {};
  }

  const Identity& who_;
  const std::optional<StudioId> offering_;
  OwnChanges own_;
  Rows rows_;
  Budget budget_;
};

// The parts of one request, in the order in which the reply is filled: what is handed over first, and a studio in the
// middle of a long pull last, so that it does not keep the news of the others waiting. Those that were refused wait until
// the others have been heard of: they may be refused for ever, and more than a request may name.
void choose(std::vector<StudioState>& studios, Database& db, const Heard& heard) {
  std::erase_if(studios, [&](const StudioState& one) { return !is_asked_about(db, one); });
  OwnChanges own(db);
  const auto urgency = [&](const StudioState& one) {
    if (heard.settled.contains(one.id)) return 3;
    if (heard.refused.contains(one.id)) return 2;
    return own.last_n(one.id) > one.acked_n ? 0 : 1;
  };
  std::vector<std::pair<int, StudioState>> ranked;
  for (StudioState& one : studios) ranked.emplace_back(urgency(one), std::move(one));
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (ranked.size() > limits::studios_max) ranked.resize(limits::studios_max);
  studios.clear();
  for (auto& [rank, one] : ranked) studios.push_back(std::move(one));
  std::stable_partition(studios.begin(), studios.end(), [](const StudioState& one) { return !one.fresh_cursor; });
}

// One studio offers in a request and has its whole room: an offer cut down to nothing would say that nothing is left to
// offer. One whose offers meet a problem does not keep the others from theirs.
std::optional<StudioId> offering_one(const std::vector<StudioState>& studios) {
  const StudioState* chosen = nullptr;
  for (const StudioState& one : studios) {
    if (!one.granted || !one.offer_next) continue;
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

Result<BuiltRequest> build_request(PhoneCore& phone, const Heard& heard) {
  return phone.db().read([&]() -> Result<BuiltRequest> {
    LX_CHECK(phone.in_turn());
    LX_TRY(const Identity who, phone.identity());
    LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
    std::vector<StudioState> studios = Studios(phone.db()).all();
    BuiltRequest built;
    built.who = who;
    built.request.clocks = phone.clocks();
    built.request.kinds_version = kinds->version;
    OwnChanges own(phone.db());
    for (const StudioState& studio : studios) {
      built.waiting += std::max<N>(0, own.last_n(studio.id) - studio.acked_n);
    }
    choose(studios, phone.db(), heard);
    Builder builder(phone, who, offering_one(studios));
    for (const StudioState& studio : studios) {
      LX_TRY(StudioRequest part, builder.part(studio));
      built.request.studios.push_back(std::move(part));
    }
    return built;
  });
}

}  // namespace lianxin::client
