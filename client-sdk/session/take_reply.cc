#include "client-sdk/session/take_reply.h"

#include <algorithm>

#include "client-sdk/session/mend_studio.h"
#include "client-sdk/session/own_values.h"
#include "client-sdk/session/server_calls.h"
#include "client-sdk/store/receipts.h"
#include "client-sdk/store/damaged_changes.h"
#include "client-sdk/store/own_changes.h"
#include "schema/planted.h"
#include "sync/wire/codes.h"

namespace lianxin::client {
namespace {

class PartTaker {
 public:
  PartTaker(PhoneCore& phone, const StudioRequest& asked, const StudioReply& part, std::int64_t server_ms,
            StudioState studio)
      : phone_(phone), asked_(asked), part_(part), server_ms_(server_ms), studio_(std::move(studio)),
        own_(phone.db()), rows_(phone.db()) {}

  Result<Taken> run() {
    const N before = studio_.acked_n;
    take_acked();
    LX_CHECK(take_acknowledgement());
    const bool all_can_go = take_known();
    LX_CHECK(mend_chain());
    taken_.problem = studio_.problem = part_.problem;
    bool current = false;
    if (part_.problem.empty()) {
      take_offered();
      LX_TRY(current, take_page());
    } else if (part_.problem == codes::not_found && !asked_.push.entries.empty() && studio_.acked_n == before) {
      // A line that we took for known is not there after all. What the server has is asked anew.
      own_.forget_known(studio_.id, studio_.acked_n + 1);
      studio_.ask_from = studio_.acked_n + 1;
    }
    const bool nothing_waits = own_.last_n(studio_.id) == studio_.acked_n && !studio_.ask_from && all_can_go;
    taken_.handed_over = part_.page.acked && part_.page.acked->n == own_.last_n(studio_.id);
    taken_.settled = nothing_waits && (current || !studio_.granted);
    if (!studio_.granted && nothing_waits) {  // handed over: that it is no longer ours is no news
      taken_.problem.clear();
      studio_.problem.clear();
    }
    Studios(phone_.db()).save(studio_);
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    LX_CHECK(phone_.refresh_list(studio_, touched_));
    return std::move(taken_);
  }

 private:
  void take_acked() {
    if (!part_.page.acked) return;
    const N acked = part_.page.acked->n;
    if (acked < studio_.acked_n) {
      taken_.restored = true;
      own_.forget_known(studio_.id, acked + 1);
      if (studio_.ask_from) studio_.ask_from = std::min(*studio_.ask_from, acked + 1);
    }
    taken_.pushed = std::max<N>(0, acked - studio_.acked_n);
    // Whether a record waits is a column of the lists: what was just acknowledged no longer does, or does again.
    const auto moved = own_.records_between(studio_.id, std::min(acked, studio_.acked_n),
                                            std::max(acked, studio_.acked_n));
    touched_.insert(touched_.end(), moved.begin(), moved.end());
    studio_.acked_n = acked;
  }

  // What the server signed; only of what is ours, and of what this very reply says is there.
  Status take_acknowledgement() {
    if (!part_.receipt) return {};
    const Receipt& told = *part_.receipt;
    LX_TRY(const Identity who, phone_.identity());
    const bool fits =
        told.device == who.device && told.studio == studio_.id && part_.page.acked == ChainHead{told.acked_n, told.h};
    return fits ? Receipts(phone_.db()).keep(told) : Status();
  }

  // False: some of what was asked about is neither here nor there any more, and the chain begins anew without it.
  bool take_known() {
    // A studio that was taken away still takes, and answers, what this phone has not handed over.
    if (!part_.page.acked || (!part_.problem.empty() && part_.problem != codes::not_granted)) return true;
    own_.mark_known(studio_.id, part_.known);
    if (!studio_.ask_from || asked_.asked.empty()) return true;
    const AskedLines asked = own_.asked_from(studio_.id, *studio_.ask_from, asked_.asked.size());
    if (asked.ids != asked_.asked) return true;  // it was asked from another place: the next request asks again
    studio_.ask_from = asked.next;
    if (asked.next <= own_.last_n(studio_.id)) return true;
    studio_.ask_from.reset();
    return let_go_of_lost();
  }

  // Lines that were handed over, and erased here, and that the server has lost since: other copies come back as offers and
  // from its journals. A key signs one chain only, so that the one without them is a new key's (PROTOCOL 6.1).
  bool let_go_of_lost() {
    const std::vector<OwnChange> lost = own_.let_go_of_lost(studio_.id, studio_.acked_n);
    if (lost.empty()) return true;
    DamagedChanges(phone_.db()).note(Damage::lost, lost);
    want_new_key(phone_);
    return false;
  }

  // Only where the server has just said what it has: a line that went bad after it was sent stands there as it was saved,
  // though the answer was lost, or it was sent under another key.
  Status mend_chain() {
    if (!part_.page.acked || studio_.ask_from) return {};
    LX_TRY(const Identity who, phone_.identity());
    LX_TRY(const std::vector<OwnChange> damaged, own_.mend(who.key, studio_.id, studio_.acked_n));
    DamagedChanges(phone_.db()).note(Damage::altered, damaged);
    for (const OwnChange& change : damaged) touched_.push_back(change.record);
    return {};
  }

  // A server that was set back has now what these rows held of others; when all is offered they may go.
  void take_offered() {
    if (!studio_.offer_next || asked_.offer_waits) return;
    if (!asked_.offered.empty()) {
      *studio_.offer_next += static_cast<std::int64_t>(asked_.offered.size());
      return;
    }
    studio_.offer_next.reset();
    studio_.cursor.clear();
    studio_.end_fresh();
    rows_.clear_fresh(studio_.id);
  }

  // True: the studio is caught up.
  Result<bool> take_page() {
    const Page& page = part_.page;
    if (!page.given || asked_.bytes_max == 0) return false;
    if (!LX_PLANTED(history_dropped) && page.history_unknown && rows_.any(studio_.id)) {
      studio_.offer_next = 0;
      return false;
    }
    if (studio_.fresh_whole) {
      take_over_fresh();
      studio_.cursor = *studio_.fresh_cursor;
      studio_.end_fresh();
      return false;
    }
    std::vector<Row> delivered;
    for (const std::string& text : page.rows) {
      LX_TRY(Row row, decode_row(text));
      LX_TRY(const bool whole, fill_in_own(row));
      if (!whole) {  // only a pull from zero brings every value
        (void)mend_by_pull(phone_, studio_, server_ms_);
        return false;
      }
      delivered.push_back(std::move(row));
    }
    const bool fresh = page.from_zero || studio_.fresh_cursor;
    if (page.from_zero) rows_.clear_fresh(studio_.id);
    rows_.put(studio_.id, delivered, page.acked_n(), fresh);
    if (!fresh) {  // a fresh one is seen only once all have come: arrive()
      for (const Row& row : delivered) touched_.push_back(row.record);
    }
    taken_.rows = static_cast<std::int64_t>(delivered.size());
    return page.more ? move_on(fresh) : arrive(fresh);
  }

  Result<bool> move_on(bool fresh) {
    (fresh ? studio_.fresh_cursor.emplace() : studio_.cursor) = part_.page.cursor.text();
    return false;
  }

  void take_over_fresh() {
    const std::vector<RecordId> old = rows_.swap(studio_.id);
    const std::vector<RecordId> now = rows_.records(studio_.id);
    touched_.insert(touched_.end(), old.begin(), old.end());
    touched_.insert(touched_.end(), now.begin(), now.end());
  }

  Result<bool> arrive(bool fresh) {
    // The first page came with a look at the history of the rows; since then the server may have been set back.
    if (studio_.fresh_cursor && !studio_.cursor.empty() && rows_.any(studio_.id)) {
      studio_.fresh_cursor = part_.page.cursor.text();
      studio_.fresh_whole = true;
      return false;
    }
    if (fresh) take_over_fresh();
    studio_.end_fresh();
    studio_.cursor = part_.page.cursor.text();
    studio_.seen = {part_.page.cursor.seq, part_.page.cursor.log};
    studio_.synced_ms = phone_.clock.wall_ms();
    taken_.checked = true;
    LX_TRY(const bool same, is_as_told());
    if (same) {
      agrees(phone_, studio_);
      return true;
    }
    return differs(phone_, studio_, asked_, part_, server_ms_);
  }

  // The rows are those that came, and sum to the digest where this reader is told one. A row that can no longer be read
  // differs as one that was altered does, and is mended alike.
  Result<bool> is_as_told() {
    const std::optional<Digest>& told = part_.page.digest;
    if (!told) {
      const Status sound = rows_.check(studio_.id);
      if (!sound && sound.error().code != Errc::corrupt) return tl::unexpected(sound.error());
      return sound.has_value();
    }
    const Result<Digest> sum = rows_.digest(studio_.id);
    if (!sum && sum.error().code != Errc::corrupt) return tl::unexpected(sum.error());
    return sum && (*sum == *told || LX_PLANTED(digest_kept_along));
  }

  // Heads whose line stands here travel without their value. False: it stands neither in a line of ours nor in the row
  // as we have it.
  Result<bool> fill_in_own(Row& row) {
    OwnValues values(own_, rows_, studio_.id, row.record);
    for (auto& [address, cell] : row.cells) {
      for (std::vector<Head>* heads : {&cell.heads, &cell.history}) {
        for (Head& head : *heads) {
          if (!head.own) continue;
          LX_TRY(const bool filled, values.fill_in(address, head));
          if (!filled) return false;
        }
      }
    }
    return true;
  }

  PhoneCore& phone_;
  const StudioRequest& asked_;
  const StudioReply& part_;
  const std::int64_t server_ms_;
  StudioState studio_;
  OwnChanges own_;
  Rows rows_;
  std::vector<RecordId> touched_;
  Taken taken_;
};

}  // namespace

Result<bool> shows_fork(PhoneCore& phone, const SyncReply& reply) {
  return phone.db().read([&]() -> Result<bool> {
    LX_CHECK(phone.in_turn());
    LX_TRY(const Identity who, phone.identity());
    OwnChanges own(phone.db());
    for (const StudioReply& part : reply.studios) {
      if (part.page.acked_n() == 0) continue;  // nothing of this device is there: that is no fork
      const std::optional<Hash> ours = own.h_at(who.key, part.studio, part.page.acked->n);
      if (!ours || (*ours != part.page.acked->h && !LX_PLANTED(acked_without_hash))) return true;
    }
    return false;
  });
}

Result<Taken> take_part(PhoneCore& phone, const StudioRequest& asked, const StudioReply& part,
                        std::int64_t server_ms) {
  if (LX_PLANTED(cursor_before_rows) && part.page.given && !part.page.from_zero && part.problem.empty()) {
    LX_CHECK(phone.db().write([&]() -> Status {
      std::optional<StudioState> early = Studios(phone.db()).find(asked.studio);
      if (!early) return {};
      early->cursor = part.page.cursor.text();
      Studios(phone.db()).save(*early);
      return {};
    }));
  }
  return phone.db().write([&]() -> Result<Taken> {
    LX_CHECK(phone.in_turn());
    std::optional<StudioState> studio = Studios(phone.db()).find(asked.studio);
    if (!studio) return Taken{};
    return PartTaker(phone, asked, part, server_ms, std::move(*studio)).run();
  });
}

}  // namespace lianxin::client
