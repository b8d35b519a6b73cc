#include "tests/sync/property/model_phone.h"

#include <algorithm>
#include <set>

#include "sync/model/chain.h"
#include "sync/rules/judge.h"

namespace lianxin {
namespace {

constexpr Seq end_of_time = INT64_MAX;

Value value_of(const Change& change, const Address& at) {
  for (const Write& write : change.writes) {
    if (write.at == at) return write.value;
  }
  return {};  // the reason that an attribute is for its element
}

}  // namespace

ClockReading ModelClock::at(std::int64_t true_ms) const {
  const std::int64_t run = true_ms - start_ms;
  return {true_ms + offset_ms + run * drift_ppm / 1000000, true_ms - booted_ms, boot_id};
}

ModelPhone::ModelPhone(std::uint64_t seed, const StudioId& in, Access who, const Catalog& kinds, ModelClock clocks)
    : studio(in), access(std::move(who)), catalog(&kinds), clock(std::move(clocks)), random_(seed) {
  random_.fill(secret);
  key = public_key_of(secret);
  device = device_id_of(key);
}

Hash ModelPhone::h(N n) const { return n == 0 ? chain_start(studio, key) : own[static_cast<std::size_t>(n - 1)].h; }

std::vector<RecordId> ModelPhone::records() const {
  std::set<RecordId> found;
  for (const auto& [record, delivered] : rows) found.insert(record);
  for (const OwnLine& line : own) {
    if (line.change && !line.poison) found.insert(line.change->record);
  }
  return {found.begin(), found.end()};
}

const Change* ModelPhone::own_change(const ChangeId& id) const {
  const auto at = index_.find(id);
  return at == index_.end() ? nullptr : &*own[at->second].change;
}

Row ModelPhone::view(const RecordId& record) const {
  const auto delivered = rows.find(record);
  Row row = delivered == rows.end() ? Row{} : delivered->second.row;
  const N covered = delivered == rows.end() ? 0 : delivered->second.acked_n;
  row.record = record;
  const auto look_up = [&](const ChangeId& id, const Address& at) {
    const Change* mine = own_change(id);
    if (!mine || !row.held_mark(id)) return KnownWrite{KnownWrite::Standing::applied, {}, {}, {}};
    return KnownWrite{KnownWrite::Standing::held, bases_at(*mine, at), access.roles, access.member};
  };
  for (N n = covered + 1; n <= last_n(); ++n) {
    const OwnLine& line = own[static_cast<std::size_t>(n - 1)];
    if (!line.change || line.poison || line.change->record != record) continue;
    const Stamp stamp{line.change->claimed, end_of_time, line.change->seen.seq, device, access.roles};
    apply(*catalog, row, *line.change, stamp, look_up);
  }
  return row;
}

Form ModelPhone::open(const RecordId& record, std::string kind) const {
  return {record, std::move(kind), caught_up, view(record)};
}

Change ModelPhone::make(const Form& form, std::vector<Write> writes, std::string reason, std::int64_t true_ms) {
  Change change;
  change.id = random_.id<ChangeId>();
  random_.fill(change.salt);
  change.studio = studio;
  change.record = form.record;
  change.kind = form.kind;
  change.member = access.member;
  change.made = clock.at(true_ms);
  last_ = tick(last_, change.made.wall_ms);
  change.claimed = last_;
  change.kinds_version = catalog->version;
  change.seen = form.seen;
  change.reason = std::move(reason);
  change.writes = std::move(writes);
  return change;
}

void ModelPhone::append(OwnLine line) {
  line.h = chain_next(h(last_n()), sha256(line.line));
  own.push_back(std::move(line));
}

void ModelPhone::keep(Change change, bool poison) {
  index_.emplace(change.id, own.size());
  std::string line = line_of(change);
  append({std::move(line), std::move(change), {}, poison});
}

void ModelPhone::keep_bytes(std::string line) { append({std::move(line), std::nullopt, {}, true}); }

SyncRequest ModelPhone::request(std::int64_t true_ms, std::size_t bytes_max) const {
  SyncRequest request;
  request.clocks = clock.at(true_ms);
  request.kinds_version = catalog->version;
  StudioRequest& part = request.studios.emplace_back();
  part.studio = studio;
  part.last_n = last_n();
  part.cursor = cursor;
  part.bytes_max = bytes_max;
  part.push.first_n = acked_n + 1;
  part.push.before = h(acked_n);
  for (N n = acked_n + 1; n <= last_n(); ++n) {
    part.push.entries.push_back({own[static_cast<std::size_t>(n - 1)].line, std::nullopt});
  }
  if (!part.push.entries.empty()) {
    part.push.signature = sign(secret, push_message(device, studio, part.push.first_n, h(last_n())));
  }
  return request;
}

void ModelPhone::fill_in(Row& row) const {
  for (auto& [address, cell] : row.cells) {
    for (std::vector<Head>* heads : {&cell.heads, &cell.history}) {
      for (Head& head : *heads) {
        if (!head.own) continue;
        const Change* mine = own_change(head.id);
        head.own = false;
        if (mine) head.value = value_of(*mine, *Address::parse(address));
      }
    }
  }
}

bool ModelPhone::take(const SyncRequest& asked, const SyncReply& reply) {
  const StudioReply& part = reply.studios.front();
  const Page& page = part.page;
  if (page.acked_n() > last_n() || page.acked->h != h(page.acked_n())) return false;  // a fork: the session's business
  if (page.acked_n() > acked_n) acked_n = page.acked_n();
  if (!page.given || asked.studios.front().cursor != cursor) return false;
  if (page.from_zero) fresh_.emplace();  // begun, or begun again: its later pages are not marked
  std::map<RecordId, Delivered>& into = fresh_ ? *fresh_ : rows;
  for (const std::string& encoded : page.rows) {
    Result<Row> row = decode_row(encoded);
    if (!row) return false;
    fill_in(*row);
    for (const auto& [address, cell] : row->cells) {
      for (const Head& head : cell.heads) last_ = std::max(last_, head.clock);
    }
    const RecordId record = row->record;
    into.insert_or_assign(record, Delivered{std::move(*row), page.acked_n()});
  }
  cursor = page.cursor.text();
  if (page.more) return true;
  if (fresh_) rows = std::move(*fresh_);
  fresh_.reset();
  caught_up = {page.cursor.seq, page.cursor.log};
  told = page.digest;
  return true;
}

Digest ModelPhone::digest() const {
  Digest sum;
  for (const auto& [record, delivered] : rows) sum += delivered_digest(delivered.row);
  return sum;
}

std::vector<ChangeId> bases_all(const Row& row, const Address& at) {
  std::vector<ChangeId> ids;
  if (const Cell* cell = row.cell(at.text())) {
    for (const Head& head : cell->heads) ids.push_back(head.id);
  }
  return ids;
}

std::vector<ChangeId> bases_shown(const Catalog& catalog, const Row& row, const Address& at) {
  const CellRule rule = rule_of(catalog, row.kind, at);
  const Cell* cell = row.cell(at.text());
  if (!cell) return {};
  if (rule.quiet || rule.merge == Merge::set) return bases_all(row, at);
  if (rule.merge == Merge::counter || rule.merge == Merge::append) return {};
  const ShownValue on_screen = shown(rule, *cell);
  std::vector<ChangeId> ids;
  for (const Head& head : cell->heads) {
    if (head.value != on_screen.value) continue;
    if (on_screen.head && (head.cycle != on_screen.head->cycle || head.rank != on_screen.head->rank)) continue;
    ids.push_back(head.id);
  }
  // Where two steps tie, the last common step is on the screen, and it is no head any more.
  if (rule.merge == Merge::ladder && on_screen.head && !cell->head(on_screen.head->id)) ids = {on_screen.head->id};
  return ids;
}

}  // namespace lianxin
