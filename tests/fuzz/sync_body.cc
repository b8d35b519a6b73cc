// The whole body of POST /v1/sync: read, and then everything the server does with it (push, witnessed heads, page,
// reply), over the store in memory and the shipped kinds. A fuzzer can neither sign nor hash, so each push is signed
// and chained anew with its sender's key; what is tried is what a phone that was enrolled could send.
//
// What must hold besides not breaking: a push that does not fit takes nothing and one that fits is taken whole; the
// same body again changes nothing (PROTOCOL 1.2); a reply survives its encoding; a pull from zero sums to the digest
// (PROTOCOL 5.6); and the log replayed makes the same rows (PROTOCOL 1.7).
#include <algorithm>
#include <set>

#include "schema/assert.h"
#include "server/storage/memory/memory_store.h"
#include "sync/server/feed.h"
#include "sync/model/limits.h"
#include "sync/log/summary.h"
#include "sync/wire/wire.h"
#include "tests/fuzz/county.h"
#include "tests/fuzz/story.h"
#include "tests/fuzz/target.h"
#include "tests/support/lost_cursor.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::fuzz {

using namespace server;

namespace {

struct Studio {
  StudioHead head;
  std::vector<StoredRow> rows;
};

bool same(const StudioHead& a, const StudioHead& b) {
  return a.seq == b.seq && a.log_hash == b.log_hash && a.digests == b.digests;
}

class Trial {
 public:
  void take(const Sent& sent) {
    now_ms_ += 60'000;
    Result<SyncRequest> request = decode_request(sent.body);
    if (!request) return;
    const Phone& phone = county().phone(sent.sender);
    SyncReply reply;
    reply.server_ms = now_ms_;
    reply.kinds_version = county().catalog.version;
    std::set<StudioId> named;
    for (StudioRequest& studio : request->studios) {
      const StudioPlace* place = county().place(studio.studio);
      if (!place || !named.insert(studio.studio).second) continue;
      reply.studios.push_back(answer(phone, request->clocks, *place, studio));
      touched_.insert(studio.studio);
    }
    survives_encoding(reply);
  }

  void check_all() {
    for (const StudioId& studio : touched_) {
      check_rows(studio);
      for (const char letter : {'b', 'c'}) pull_from_zero(county().phone(letter), *county().place(studio));
    }
  }

 private:
  Rules rules(const StudioPlace& place) {
    return {county().catalog, county().grants, place, county().self, random_, now_ms_};
  }
  Access access(const Phone& phone, const StudioPlace& place) const {
    if (phone.revoked) return {phone.device.member, {}, Sensitivity::public_};
    return access_of(phone.device.member, county().grants, place, now_ms_);
  }

  StudioReply answer(const Phone& phone, const ClockReading& clocks, const StudioPlace& place, StudioRequest& asked) {
    const Pusher pusher{phone.device.device, phone.device.key, phone.device.member,
                        phone.shared,        phone.revoked,    clocks};
    if (!asked.push.entries.empty()) push_both_ways(pusher, place, phone, asked.push);
    const Access may = access(phone, place);
    if (may.any()) offer_twice(place, may, asked.offered);
    StudioReply reply;
    reply.studio = asked.studio;
    const std::optional<Cursor> cursor = cursor_of(asked, may);
    reply.page = page(phone, place, asked.last_n, cursor, asked.bytes_max);
    if (!reply.page.given) reply.page = page(phone, place, reply.page.acked_n, cursor, asked.bytes_max);
    reply.known = known_of(asked.studio, asked.asked);
    reply.compared = compared(asked, may);
    if (reply.page.acked_n > 0) {
      reply.acknowledgement = acknowledged_by(
          county().self, {pusher.device, asked.studio, reply.page.acked_n, reply.page.h, 1, {}, now_ms_, {}, {}});
      LX_ASSERT(Acknowledgement::parse(reply.acknowledgement->text()) == reply.acknowledgement);
    }
    return reply;
  }

  // As it came, where it may be a gap or a repeat; and then as the next of its chain.
  void push_both_ways(const Pusher& pusher, const StudioPlace& place, const Phone& phone, Push asked) {
    const ChainHead before = chain(place.studio, pusher.device);
    know_hashes(place.studio, asked);
    (void)push_signed(pusher, place, phone, asked);
    ChainHead acked = chain(place.studio, pusher.device);
    if (acked.n == before.n) {
      asked.first_n = acked.n + 1;
      if (!push_signed(pusher, place, phone, asked)) return;  // a line named by id that is not here, or too many bytes
      acked = chain(place.studio, pusher.device);
      LX_ASSERT(acked.n == before.n + static_cast<N>(asked.entries.size()));
    }
    const Studio then = read(place.studio);
    const Result<Pushed> again = push_signed(pusher, place, phone, asked);
    LX_ASSERT(again && again->acked_n == acked.n && again->applied + again->held == 0);
    LX_ASSERT(same(read(place.studio).head, then.head));
  }

  Result<Pushed> push_signed(const Pusher& pusher, const StudioPlace& place, const Phone& phone, Push& asked) {
    const ChainHead acked = chain(place.studio, pusher.device);
    if (asked.first_n >= 1 && asked.first_n <= acked.n + 1) {
      asked.before = hash_at(place.studio, pusher, asked.first_n - 1);
    }
    Hash h = asked.before;
    for (const PushEntry& entry : asked.entries) {
      h = chain_next(h, entry.known ? entry.known->second : sha256(entry.line));
    }
    asked.signature = sign(phone.device.secret, push_message(pusher.device, place.studio, asked.first_n, h));
    return lianxin::push(store_, place.studio, rules(place), pusher, asked);
  }

  // Hashes of what is here, where the input could not know them: of a line named by its id, and of the log where a
  // change says that it had seen it.
  void know_hashes(const StudioId& studio, Push& asked) {
    reading(studio, [&](ReadTxn& txn) -> Status {
      for (PushEntry& entry : asked.entries) {
        if (entry.known) {
          const ChangeId ids[] = {entry.known->first};
          LX_TRY(const auto logged, txn.logged(ids));
          if (logged[0]) entry.known->second = sha256(logged[0]->line);
          continue;
        }
        Result<Change> change = parse_line(entry.line);
        if (!change || change->seen.seq <= 0 || change->seen.hash != Bytes<8>{}) continue;
        LX_TRY(const std::optional<Hash> hash, txn.log_hash(change->seen.seq));
        if (!hash) continue;
        change->seen.hash = short_hash(*hash);
        entry.line = line_of(*change);
      }
      return {};
    });
  }

  // The cursor as it came; where it has a place and no hashes, with those of that place.
  std::optional<Cursor> cursor_of(const StudioRequest& asked, const Access& may) {
    std::optional<Cursor> cursor = Cursor::parse(asked.cursor);
    if (!cursor || cursor->log != Bytes<8>{} || cursor->access != Bytes<4>{}) return cursor;
    reading(asked.studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(const std::optional<Hash> hash, txn.log_hash(cursor->seq));
      if (hash) cursor->log = short_hash(*hash);
      return {};
    });
    cursor->access = access_hash(may.clearance, only_supervises(may), county().catalog.sensitivity_version);
    return cursor;
  }

  void offer_twice(const StudioPlace& place, const Access& may, const std::vector<OfferedHead>& offered) {
    if (offered.empty()) return;
    const Cursor lost = lost_cursor(place.studio, county().self);
    (void)take_witnessed(store_, place.studio, rules(place), may, lost, offered);
    const Studio then = read(place.studio);
    const Result<std::size_t> again = take_witnessed(store_, place.studio, rules(place), may, lost, offered);
    LX_ASSERT(again && *again == 0);
    LX_ASSERT(same(read(place.studio).head, then.head));
  }

  Page page(const Phone& phone, const StudioPlace& place, N last_n, std::optional<Cursor> cursor, std::size_t bytes) {
    const Access may = access(phone, place);
    Asker asker{phone.device.device,  may, chain_start(place.studio, phone.device.key), last_n, cursor,
                may.any() ? bytes : 0};
    Page made;
    reading(place.studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(made, page_for(txn, county().catalog, asker));
      return {};
    });
    for (const std::string& row : made.rows) {
      const Result<Row> read_back = decode_row(row);
      LX_ASSERT(read_back && encode_row(*read_back) == row);
    }
    return made;
  }

  void pull_from_zero(const Phone& phone, const StudioPlace& place) {
    if (!access(phone, place).any()) return;
    const N acked_n = chain(place.studio, phone.device.device).n;
    std::optional<Cursor> cursor;
    Digest sum;
    for (;;) {
      const Page made = page(phone, place, acked_n, cursor, 4096);
      LX_ASSERT(made.given && (!made.more || !cursor || made.cursor.seq > cursor->seq));
      for (const std::string& row : made.rows) {
        const Row delivered = *decode_row(row);
        const Result<Digest> part = delivered_digest_of(row, &delivered.record);
        LX_ASSERT(part && *part == delivered_digest(delivered));
        sum += *part;
      }
      cursor = made.cursor;
      if (made.more) continue;
      LX_ASSERT(!made.digest || *made.digest == sum);
      return;
    }
  }

  // Everything a desk or a report reads off a row; and the rows that a replay makes.
  void check_rows(const StudioId& studio) {
    const Studio then = read(studio);
    for (const StoredRow& stored : then.rows) {
      const Result<Row> row = decode_row(stored.encoded);
      LX_ASSERT(row && encode_row(*row) == stored.encoded);
      (void)summary_of(county().catalog, *row);
      (void)conflicts_of(county().catalog, *row);
      for (const auto& [field, value] : shown_fields(county().catalog, *row)) {
        (void)shown_elements(county().catalog, *row, field);
      }
    }
    reading(studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(const bool sum_up, rows_sum_up(txn, county().catalog));
      LX_ASSERT(sum_up);
      return {};
    });
    const Result<StudioHead> head = rebuild(store_, studio, county().catalog);
    LX_ASSERT(head && same(*head, then.head));
    const Studio now = read(studio);
    LX_ASSERT(now.rows.size() == then.rows.size());
    for (std::size_t i = 0; i < now.rows.size(); ++i) LX_ASSERT(now.rows[i].encoded == then.rows[i].encoded);
  }

  static void survives_encoding(const SyncReply& reply) {
    const std::string bytes = encode_reply(reply);
    const Result<SyncReply> read_back = decode_reply(bytes);
    LX_ASSERT(read_back && encode_reply(*read_back) == bytes);
  }

  template <class F>
  void reading(const StudioId& studio, F f) {
    const Status done = store_.read(studio, f);
    LX_ASSERT(done);
  }
  Studio read(const StudioId& studio) {
    Studio found;
    reading(studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(found.head, txn.head());
      LX_TRY(found.rows, txn.rows_after(0, 1'000'000, std::size_t{1} << 40));
      return {};
    });
    return found;
  }
  ChainHead chain(const StudioId& studio, const DeviceId& device) {
    ChainHead found;
    reading(studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(found, txn.chain(device));
      return {};
    });
    return found;
  }
  Hash hash_at(const StudioId& studio, const Pusher& pusher, N n) {
    if (n == 0) return chain_start(studio, pusher.key);
    std::optional<ChainEntry> entry;
    reading(studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(entry, txn.chain_entry(pusher.device, n));
      return {};
    });
    LX_ASSERT(entry);
    return entry->h;
  }
  std::vector<KnownLine> known_of(const StudioId& studio, const std::vector<ChangeId>& ids) {
    std::vector<KnownLine> found;
    reading(studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(const auto logged, txn.logged(ids));
      for (const auto& line : logged) {
        if (line) found.push_back({line->id, short_hash(sha256(line->line))});
      }
      return {};
    });
    return found;
  }
  std::optional<Compared> compared(const StudioRequest& asked, const Access& may) {
    if (!asked.compare_from) return std::nullopt;
    std::optional<Compared> made;
    reading(asked.studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(made, compared_for(txn, county().catalog, may, *asked.compare_from));
      return {};
    });
    return made;
  }

  server::MemoryStore store_;
  SeededRandom random_{7};
  std::int64_t now_ms_ = County::noon_ms;
  std::set<StudioId> touched_;
};

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin::fuzz;
  Trial trial;
  for (const Sent& sent : read_story(text_of(data, size))) trial.take(sent);
  trial.check_all();
  return 0;
}
