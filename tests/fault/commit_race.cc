#include "tests/fault/commit_race.h"

#include <algorithm>

#include "sync/model/chain.h"
#include "sync/server/push.h"

namespace lianxin::test {
namespace {

constexpr std::int64_t noon_ms = 1'790'000'000'000;
constexpr std::size_t shared_records = 12;

SelfDevice device_from(Random& random, const MemberId& member) {
  SelfDevice device;
  random.fill(device.secret);
  device.key = public_key_of(device.secret);
  device.device = device_id_of(device.key);
  device.member = member;
  return device;
}

Write count_of(std::int64_t by) { return {*Address::parse("persons_reached"), Op::count, by, {}, {}, {}}; }
Write note_of(std::string text) { return {*Address::parse("notes_text"), Op::put, Value(std::move(text)), {}, {}, {}}; }

}  // namespace

RaceStudio::RaceStudio(const Catalog& kinds) : catalog(kinds) {
  SeededRandom random(1);
  studio = random.id<StudioId>();
  member = random.id<MemberId>();
  place = {studio, "990121-S01", {"990121"}, false};
  grants = {{member, "convener", studio, {}, 0, INT64_MAX, Sensitivity::personal}};
  self = device_from(random, random.id<MemberId>());
  for (std::size_t i = 0; i < shared_records; ++i) records.push_back(random.id<RecordId>());
}

Rules RaceStudio::rules(Random& random) const { return {catalog, grants, place, self, random, noon_ms}; }

Committer::Committer(const RaceStudio& race, Store& store, std::uint64_t seed)
    : race_(race),
      store_(store),
      random_(seed),
      device_(device_from(random_, race.member)),
      h_(chain_start(race.studio, device_.key)) {}

std::string Committer::next_line() {
  Change change;
  change.id = random_.id<ChangeId>();
  change.studio = race_.studio;
  change.record = random_.chance(75) ? random_.one_of(race_.records) : random_.id<RecordId>();
  change.kind = "outreach_visit";
  change.member = race_.member;
  change.claimed = Hlc::at(noon_ms);
  change.made = {noon_ms, 1000, "boot"};
  change.kinds_version = race_.catalog.version;
  change.writes = {note_of(std::string(static_cast<std::size_t>(random_.between(1, 300)), 'x')),
                   count_of(random_.between(1, 9))};
  ++changes_;
  return line_of(change);
}

Status Committer::push_some(int pushes) {
  for (; pushes > 0; --pushes) {
    Push push{n_ + 1, h_, {}, {}};
    for (auto lines = random_.between(1, 3); lines > 0; --lines) {
      push.entries.push_back({next_line(), std::nullopt});
      h_ = chain_next(h_, sha256(push.entries.back().line));
      ++n_;
    }
    push.signature = sign(device_.secret, push_message(device_.device, race_.studio, push.first_n, h_));
    const Pusher pusher{device_.device, device_.key, device_.member, false, false, {noon_ms, 1000, "boot"}};
    LX_TRY(const Pushed pushed, lianxin::push(store_, race_.studio, race_.rules(random_), pusher, push));
    const bool taken = pushed.acked_n == n_ && pushed.h == h_ && pushed.applied == push.entries.size();
    if (!taken) return failure(Errc::corrupt, "a push was not taken whole");
  }
  return {};
}

Follower::Follower(const RaceStudio& race, Store& store, std::size_t page_bytes) : race_(race), store_(store) {
  SeededRandom random(99);
  const SelfDevice device = device_from(random, race.member);
  asker_ = {device.device,
            access_of(race.member, race.grants, race.place, noon_ms),
            chain_start(race.studio, device.key),
            0,
            std::nullopt,
            page_bytes};
}

Status Follower::poll() {
  Page page;
  Seq head = 0;
  LX_CHECK(store_.read(race_.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const StudioHead at, snapshot.head());
    head = at.seq;
    LX_TRY(page, page_for(snapshot, race_.catalog, asker_));
    return {};
  }));
  return take(page, head);
}

Status Follower::take(const Page& page, Seq head) {
  const auto wrong = [](const std::string& what) { return failure(Errc::corrupt, what); };
  if (!page.given || page.history_unknown || page.from_zero == asker_.cursor.has_value()) {
    return wrong("the page is not what its cursor asked for");
  }
  PageSeen seen{asker_.cursor ? asker_.cursor->seq : 0, page.cursor.seq, head, page.more, {}};
  if (seen.to < seen.from || (page.more && seen.to == seen.from)) return wrong("the cursor did not move");
  Seq last = seen.from;
  for (const std::string& text : page.rows) {
    LX_TRY(const Row row, decode_row(text));
    if (row.last_seq <= last) return wrong("a row is not in the log's order");
    last = row.last_seq;
    seen.rows[row.record] = row.last_seq;
    digests_[row.record] = delivered_digest(row);
  }
  if (page.more == page.digest.has_value()) return wrong("a digest comes with the last page and no other");
  Digest sum;
  for (const auto& [record, digest] : digests_) sum += digest;
  if (page.digest && *page.digest != sum) return wrong("the digest is not that of the rows that came");
  asker_.cursor = page.cursor;
  pages_.push_back(std::move(seen));
  return {};
}

namespace {

// Which records each seq changed; an empty map where the log is not dense or not hashed through.
Result<std::map<RecordId, std::vector<Seq>>> touched_by_log(Store& store, const RaceStudio& race, Seq& head) {
  std::vector<Logged> log;
  StudioHead at;
  LX_CHECK(store.read(race.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(log, snapshot.log_after(0, 1'000'000));
    LX_TRY(at, snapshot.head());
    return {};
  }));
  std::map<RecordId, std::vector<Seq>> touched;
  Hash hash{};
  head = 0;
  for (const Logged& line : log) {
    if (line.seq != ++head) return failure(Errc::corrupt, "a gap in the log at " + std::to_string(head));
    hash = log_next(hash, sha256(line.line), line.outcome, line.clock);
    if (line.log_hash != hash) return failure(Errc::corrupt, "a wrong log hash at " + std::to_string(head));
    touched[line.record].push_back(line.seq);
  }
  if (at.seq != head || at.log_hash != hash) return failure(Errc::corrupt, "the head is not the end of the log");
  return touched;
}

std::string judge_page(const PageSeen& page, const std::map<RecordId, std::vector<Seq>>& touched) {
  std::size_t expected = 0;
  for (const auto& [record, seqs] : touched) {
    const auto after = std::upper_bound(seqs.begin(), seqs.end(), page.head);
    if (after == seqs.begin()) continue;
    const Seq last = *std::prev(after);
    if (last <= page.from || last > page.to) continue;
    ++expected;
    const auto row = page.rows.find(record);
    if (row == page.rows.end()) return "missed the change at " + std::to_string(last);
    if (row->second != last) return "brought " + std::to_string(row->second) + " and not " + std::to_string(last);
  }
  return expected == page.rows.size() ? "" : "brought a record that had not changed";
}

}  // namespace

std::string judge(Store& store, const RaceStudio& race, std::span<const Follower> followers, std::int64_t changes) {
  Seq head = 0;
  const auto touched = touched_by_log(store, race, head);
  if (!touched) return touched.error().message;
  if (head != changes) return std::to_string(changes) + " changes made " + std::to_string(head) + " lines";
  for (const Follower& follower : followers) {
    Seq at = 0;
    for (const PageSeen& page : follower.pages()) {
      const std::string place = "the page from " + std::to_string(page.from) + " to " + std::to_string(page.to) + " ";
      if (page.from != at) return place + "does not begin where the last one ended";
      if (!page.more && page.to != page.head) return place + "is the last and does not reach the head";
      if (const std::string wrong = judge_page(page, *touched); !wrong.empty()) return place + wrong;
      at = page.to;
    }
    if (at != head) return "a follower never caught up";
  }
  return {};
}

}  // namespace lianxin::test
