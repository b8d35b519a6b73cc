// What is asked of a life: at every form, and once it is quiet.
#include <algorithm>

#include "sync/log/rebuild.h"
#include "sync/model/cursor.h"
#include "sync/server/feed.h"
#include "tests/sim/life.h"
#include "tests/sync/property/compare.h"

namespace lianxin::sim {
namespace {

// Byte by byte; equal rows have equal bytes, and need not be written out to be compared.
bool is_same(const Row& one, const Row& other) { return one == other || encode_row(one) == encode_row(other); }

}  // namespace

std::vector<Logged> Life::log() {
  std::vector<Logged> lines;
  const Status read = server.store().read(server.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(lines, snapshot.log_after(0, 1'000'000));
    return {};
  });
  report.expect(11, read.has_value(), "the log can be read");
  return lines;
}

std::vector<Logged> Life::log_of(const RecordId& record) {
  std::vector<Logged> lines;
  const Status read = server.store().read(server.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(lines, snapshot.log_of(record));
    return {};
  });
  report.expect(11, read.has_value(), "a record's log can be read");
  return lines;
}

std::vector<Row> Life::server_rows(const StudioId& studio) {
  std::vector<Row> rows;
  const Status read = server.store().read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<StoredRow> stored, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
    for (const StoredRow& item : stored) {
      LX_TRY(Row row, decode_row(item.encoded));
      rows.push_back(std::move(row));
    }
    return {};
  });
  report.expect(11, read.has_value(), "every row can be read");
  return rows;
}

StudioHead Life::head() {
  StudioHead head;
  (void)server.store().read(server.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(head, snapshot.head());
    return {};
  });
  return head;
}

std::string Life::dump() {
  std::string text;
  (void)server.store().read(server.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const StudioHead head, snapshot.head());
    text += std::to_string(head.seq) + to_hex(head.log_hash);
    for (const Digest& digest : head.digests) text += digest.text();
    LX_TRY(const std::vector<Logged> lines, snapshot.log_after(0, 1'000'000));
    for (const Logged& line : lines) text += "\n" + line.id.text() + line.code + std::to_string(line.applied_seq);
    LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
    for (const StoredRow& row : rows) text += "\n" + row.encoded;
    return {};
  });
  return text;
}

oracle::View Life::server_view() {
  oracle::View view;
  for (const Logged& logged : log()) {
    if (logged.applied_seq > 0) view[logged.id] = {logged.clock, logged.applied_seq};
  }
  return view;
}

oracle::View Life::phone_view(Actor& actor, const RecordId& record, const DeliveredRow* delivered,
                              const std::vector<OwnChange>& own) {
  const Seq as_of = delivered ? delivered->row.last_seq : 0;
  const N covered = delivered ? std::min(delivered->acked_n, actor.phone->studio(server.studio).acked_n) : 0;
  oracle::View view;
  for (const Logged& logged : log_of(record)) {
    if (logged.applied_seq == 0 || logged.applied_seq > as_of) continue;
    view[logged.id] = {logged.clock, logged.applied_seq};
  }
  Hlc previous;
  for (const OwnChange& mine : own) {
    if (mine.n <= covered) continue;
    const Result<Change> change = parse_line(mine.line);
    if (!change || view.contains(change->id) || !oracle.told(change->id)) continue;
    bool stands = true;  // a step whose ground is gone waits, unshown, for the server's word
    Hlc clock = std::max(change->claimed, previous.next());  // as the server will: after what it was made upon
    for (const Write& write : change->writes) {
      for (const ChangeId& base : write.bases) {
        const auto ground = view.find(base);
        if (ground != view.end()) clock = std::max(clock, ground->second.clock.next());
        if (write.op == Op::step) stands &= ground != view.end() && !ground->second.steps_wait;
      }
    }
    view[change->id] = {clock, INT64_MAX, !stands};
    previous = clock;
  }
  return view;
}

void Life::check_view(std::size_t index, const RecordId& record, const RecordState& state) {
  Database& db = phones[index].phone->core().db();
  const auto delivered = db.read([&] { return Rows(db).find(server.studio, record); });
  check_view(index, record, state, delivered && *delivered ? &**delivered : nullptr);
}

void Life::check_view(std::size_t index, const RecordId& record, const RecordState& state,
                      const DeliveredRow* delivered) {
  Actor& actor = phones[index];
  const Access access = server.access(actor.member.id, server.studio);
  const std::vector<OwnChange> own = actor.phone->own(server.studio, record);
  const oracle::View view = phone_view(actor, record, delivered, own);
  compare(report.findings, oracle, "phone " + std::to_string(index), catalog(), state.row, view, &access);
  for (const OwnChange& mine : own) {
    const bool held = std::any_of(state.row.held.begin(), state.row.held.end(),
                                  [&](const HeldMark& mark) { return mark.id == mine.id; });
    const bool stuck = std::any_of(state.stuck.begin(), state.stuck.end(),
                                   [&](const RecordState::Stuck& one) { return one.change.id == mine.id; });
    report.expect(8, view.contains(mine.id) || held || stuck || !oracle.told(mine.id), "a saved change left the view");
  }
}

// A `seen` that this log does not have says nothing: the server it was of was set back since.
void Life::correct_seen() {
  (void)server.store().read(server.studio, [&](ReadTxn& snapshot) -> Status {
    for (const auto& [id, seen] : seen_of_) {
      LX_TRY(const std::optional<Hash> hash, snapshot.log_hash(seen.seq));
      oracle.correct_seen(id, hash && short_hash(*hash) == seen.hash ? seen.seq : 0);
    }
    return {};
  });
}

void Life::check() {
  if (!report.wedged.empty()) return;
  correct_seen();
  const oracle::View view = server_view();
  for (const Row& row : server_rows()) {
    if (row.kind != unreadable_kind && row.kind != overflow_kind)
      compare(report.findings, oracle, "server", catalog(), row, view, nullptr);
  }
  check_held();
  check_ledger();
  check_phones(true);
  check_rebuild();
}

void Life::check_without_oracle() {
  if (!report.wedged.empty()) return;
  check_ledger();
  check_phones(false);
  check_rebuild();
}

// What a phone saved it had judged itself: it is held only for what the phone could not know.
void Life::check_held() {
  static const std::set<std::string> by_arrival = {"cannot_see_all", "base_missing",   "once",        "heads_full",
                                                   "kinds_newer",    "value_too_long", "not_granted", "not_allowed"};
  for (const Logged& logged : log()) {
    const bool honest = oracle.told(logged.id) != nullptr;
    const bool may = logged.outcome == Outcome::applied || by_arrival.contains(logged.code);
    report.expect(4, !honest || may, "an honest change is held as " + logged.code);
  }
}

// Every line that a living phone made is on the server, once, byte for byte; and nothing is there that nobody made.
void Life::check_ledger() {
  std::map<Hash, int> lines;
  std::map<ChangeId, int> ids;
  Seq seq = 0;
  for (const Logged& logged : log()) {
    report.expect(5, logged.seq == ++seq, "seq is dense");
    ++lines[sha256(logged.line)];
    ++ids[logged.id];
  }
  for (const auto& [id, times] : ids) report.expect(1, times == 1, "a change id stands in the log twice");
  for (Actor& actor : phones) {
    if (actor.gone) continue;
    const Identity who = actor.phone->identity();
    const std::vector<OwnChange> own = actor.phone->own(server.studio);
    std::set<ChangeId> here;
    for (const OwnChange& mine : own) here.insert(mine.id);
    for (const ChangeId& id : actor.saved)
      report.expect(8, here.contains(id), "a phone let go of a change that it made");
    for (const OwnChange& mine : own) {
      const auto at = lines.find(mine.line_hash);
      report.expect(1, at != lines.end(), "a saved line is not on the server");
      report.expect(1, at == lines.end() || at->second == 1, "a saved line is on the server twice");
    }
    (void)server.store().read(server.studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const ChainHead chain, snapshot.chain(who.device));
      report.expect(1, chain.n == static_cast<N>(own.size()), "a chain ends before its device's last change");
      for (const OwnChange& mine : own) {
        LX_TRY(const std::optional<ChainEntry> entry, snapshot.chain_entry(who.device, mine.n));
        report.expect(1, entry && entry->h == mine.h, "a place of the chain differs");
      }
      return {};
    });
  }
}

void Life::check_phones(bool with_views) {
  const StudioHead now = head();
  const std::vector<Row> all = server_rows();
  report.expect(16, damaged || server.rebuilds == 0, "no false alarm");
  for (std::size_t i = 0; i < phones.size(); ++i) {
    if (phones[i].gone) continue;
    SimPhone& phone = *phones[i].phone;
    const Access access = server.access(phones[i].member.id, server.studio);
    const StudioState studio = phone.studio(server.studio);
    if (!access.any()) {
      report.expect(14, phone.rows(server.studio).empty(), "rows of a studio that was taken away are still here");
      continue;
    }
    report.expect(7, studio.seen.seq == now.seq, "everybody has caught up");
    report.expect(16, studio.repair.stage == Repair::Stage::none && !studio.repair.flagged, "nothing differs any more");
    std::map<RecordId, DeliveredRow> here;
    for (DeliveredRow& row : phone.rows(server.studio)) here.emplace(row.row.record, std::move(row));
    std::size_t theirs = 0;
    for (const Row& row : all) {
      const std::optional<Row> visible = visible_row(server.catalog(), access, row);
      const auto at = here.find(row.record);
      if (!visible) {
        report.expect(14, at == here.end(), "a row is here that its reader may not see");
        continue;
      }
      report.expect(14, at != here.end(), "a row is missing");
      report.expect(7, at == here.end() || is_same(at->second.row, *visible), "a row differs from the server's");
      theirs += at != here.end();
    }
    report.expect(14, here.size() == theirs, "a row is left over");
    const auto sum = phone.core().db().read([&] { return Rows(phone.core().db()).digest(server.studio); });
    report.expect(16, sum && *sum == sum_up_to(now.digests, access.clearance), "a digest differs");
    const std::vector<RecordId> records = with_views ? phone.records(server.studio) : std::vector<RecordId>();
    for (const RecordId& record : records) {
      const auto delivered = here.find(record);
      check_view(i, record, phone.state(record), delivered == here.end() ? nullptr : &delivered->second);
    }
    ListOptions everything;
    everything.with_deleted = true;
    everything.limit = 1000;
    const auto listed = phone.phone().list(everything);
    report.expect(14, !with_views || (listed && listed->items.size() == records.size()), "the list has every record");
    const auto status = phone.phone().status();
    report.expect(8, status.ok() && status->waiting == 0 && status->on_server == status->here,
                  "the phone says what is so");
  }
}

void Life::check_rebuild() {
  const std::string before = dump();
  const Result<StudioHead> rebuilt = rebuild(server.store(), server.studio, server.catalog());
  report.expect(7, rebuilt && dump() == before, "replaying the log gives the same rows and digests");
}

}  // namespace lianxin::sim
