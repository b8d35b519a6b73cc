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
#include "sync/log/mend.h"
#include "sync/log/rebuild.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"
#include "sync/server/answer.h"
#include "sync/server/sight.h"
#include "sync/wire/envelope.h"
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

// What one phone asks, at one moment.
class PhoneAnswering final : public Answering {
 public:
  PhoneAnswering(Store& store, Random& random, std::int64_t now_ms, const Phone& phone)
      : store_(store), random_(random), now_ms_(now_ms), device_{phone.device.device, phone.device.key,
                                                                 phone.device.member, phone.shared,
                                                                 phone.revoked,       0} {}

  const AskingDevice& device() const override { return device_; }
  Store& store() override { return store_; }
  Rules rules(const StudioPlace& place) override {
    return {county().catalog, county().grants, place, county().self, random_, now_ms_};
  }
  std::optional<StudioStanding> standing(const StudioId& studio) override {
    const StudioPlace* place = county().place(studio);
    if (!place) return std::nullopt;
    return StudioStanding{*place, access_of(device_.member, county().grants, *place, now_ms_), true, false};
  }
  std::vector<GrantedStudio> grants() override { return {}; }
  Status phone_differs(const StudioId&) override { return {}; }
  Result<bool> rows_doubted(const StudioId&) override { return false; }

 private:
  Store& store_;
  Random& random_;
  const std::int64_t now_ms_;
  const AskingDevice device_;
};

RequestsAnswered answered;

class Trial {
 public:
  void take(const Sent& sent) {
    now_ms_ += 60'000;
    Result<SyncRequest> request = decode_request(sent.body);
    if (!request) return;
    const Phone& phone = county().phone(sent.sender);
    std::set<StudioId> named;
    std::erase_if(request->studios, [&](const StudioRequest& asked) {
      return !county().place(asked.studio) || !named.insert(asked.studio).second;
    });
    for (StudioRequest& asked : request->studios) {
      know_hashes(asked.studio, asked.push);
      know_cursor(phone, asked);
      touched_.insert(asked.studio);
    }
    answer_both_ways(phone, *request);
  }

  void check_all() {
    for (const StudioId& studio : touched_) {
      check_rows(studio);
      for (const char letter : {'b', 'c'}) pull_from_zero(county().phone(letter), studio);
    }
  }

 private:
  Answered answered_to(const Phone& phone, SyncRequest& request) {
    for (StudioRequest& asked : request.studios) sign(phone, asked);
    PhoneAnswering server(store_, random_, now_ms_, phone);
    Result<Answered> made = answer(server, request);
    ++answered;
    LX_ASSERT(made && made->reply.studios.size() == request.studios.size());
    for (const StudioNote& note : made->notes) {
      for (const FailedStep& failed : note.failed) LX_ASSERT(failed.step == std::string_view("push"));
    }
    check_reply(made->reply);
    return std::move(*made);
  }

  // As it came, where a push may be a gap or a repeat; then with each push that took nothing as the next of its chain;
  // and all of that once more.
  void answer_both_ways(const Phone& phone, SyncRequest& request) {
    const Answered first = answered_to(phone, request);
    for (std::size_t i = 0; i < request.studios.size(); ++i) {
      StudioRequest& asked = request.studios[i];
      const Pushed& pushed = first.notes[i].pushed;
      if (pushed.applied + pushed.held + pushed.already_there == 0)
        asked.push.first_n = acked_n(phone, asked.studio) + 1;
      asked.last_n = asked.push.first_n + static_cast<N>(asked.push.entries.size()) - 1;
    }
    const Answered whole = answered_to(phone, request);
    std::vector<StudioHead> heads;
    for (std::size_t i = 0; i < request.studios.size(); ++i) {
      const StudioRequest& asked = request.studios[i];
      // A line named by its id that is not here, or too many bytes; otherwise a push that fits is taken whole.
      const bool refused = !whole.notes[i].failed.empty();
      LX_ASSERT(refused || whole.reply.studios[i].page.acked_n() >= asked.last_n || asked.push.entries.empty());
      heads.push_back(read(asked.studio).head);
    }
    const Answered again = answered_to(phone, request);
    for (std::size_t i = 0; i < request.studios.size(); ++i) {
      const StudioNote& note = again.notes[i];
      LX_ASSERT(note.pushed.applied + note.pushed.held == 0 && note.witnessed == 0);
      LX_ASSERT(same(read(request.studios[i].studio).head, heads[i]));
      LX_ASSERT(note.failed.size() == whole.notes[i].failed.size());
    }
  }

  void sign(const Phone& phone, StudioRequest& asked) {
    Push& push = asked.push;
    const SelfDevice& by = phone.device;
    const N acked = acked_n(phone, asked.studio);
    if (push.first_n >= 1 && push.first_n <= acked + 1) push.before = hash_at(asked.studio, by, push.first_n - 1);
    Hash h = push.before;
    for (const PushEntry& entry : push.entries) {
      h = chain_next(h, entry.known ? entry.known->second : sha256(entry.line));
    }
    push.signature = lianxin::sign(by.secret, push_message(by.device, asked.studio, push.first_n, h));
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

  // The cursor as it came; where it has a place and no hashes, with those of that place. With heads that are offered
  // goes the one that proves a lost history.
  void know_cursor(const Phone& phone, StudioRequest& asked) {
    std::optional<Cursor> cursor = Cursor::parse(asked.cursor);
    if (!asked.offered.empty()) {
      asked.cursor = lost_cursor(asked.studio, county().self).text();
    } else if (cursor && cursor->log == Bytes<8>{} && cursor->access == Bytes<4>{}) {
      const Access may = access_of(phone.device.member, county().grants, *county().place(asked.studio), now_ms_);
      reading(asked.studio, [&](ReadTxn& txn) -> Status {
        LX_TRY(const std::optional<Hash> hash, txn.log_hash(cursor->seq));
        if (hash) cursor->log = short_hash(*hash);
        LX_TRY(const StudioSight sight, sight_of(txn, county().catalog, may, now_ms_));
        cursor->access = sight.hash;
        return {};
      });
      asked.cursor = cursor->text();
    }
  }

  static void check_reply(const SyncReply& reply) {
    const std::string bytes = encode_reply(reply);
    const Result<SyncReply> read_back = decode_reply(bytes);
    LX_ASSERT(read_back && encode_reply(*read_back) == bytes);
    for (const StudioReply& studio : reply.studios) {
      LX_ASSERT(!studio.receipt || studio.receipt->signed_with(county().self.key));
      for (const std::string& row : studio.page.rows) {
        const Result<Row> decoded = decode_row(row);
        LX_ASSERT(decoded && encode_row(*decoded) == row);
      }
    }
  }

  void pull_from_zero(const Phone& phone, const StudioId& studio) {
    if (!access_of(phone.device.member, county().grants, *county().place(studio), now_ms_).any()) return;
    SyncRequest request;
    StudioRequest& asked = request.studios.emplace_back();
    asked.studio = studio;
    asked.last_n = acked_n(phone, studio);
    asked.bytes_max = 4096;
    Digest sum;
    for (std::optional<Seq> from;;) {
      const Page page = answered_to(phone, request).reply.studios.front().page;
      LX_ASSERT(page.given && (!page.more || !from || page.cursor.seq > *from));
      for (const std::string& row : page.rows) {
        const Row delivered = *decode_row(row);
        const Result<Digest> part = delivered_digest_of(row, &delivered.record);
        LX_ASSERT(part && *part == delivered_digest(delivered));
        sum += *part;
      }
      from = page.cursor.seq;
      asked.cursor = page.cursor.text();
      if (page.more) continue;
      LX_ASSERT(!page.digest || *page.digest == sum);
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
  N acked_n(const Phone& phone, const StudioId& studio) {
    ChainHead found;
    reading(studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(found, txn.chain(phone.device.device));
      return {};
    });
    return found.n;
  }
  Hash hash_at(const StudioId& studio, const SelfDevice& device, N n) {
    if (n == 0) return chain_start(studio, device.key);
    std::optional<ChainEntry> entry;
    reading(studio, [&](ReadTxn& txn) -> Status {
      LX_TRY(entry, txn.chain_entry(device.device, n));
      return {};
    });
    LX_ASSERT(entry);
    return entry->h;
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
