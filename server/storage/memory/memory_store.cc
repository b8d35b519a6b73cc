#include "server/storage/memory/memory_store.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "schema/assert.h"

namespace lianxin::server {
namespace {

struct Chain {
  std::vector<ChainEntry> entries;  // entry n stands at n - 1
  std::unordered_set<ChangeId> ids;

  ChainHead head() const { return entries.empty() ? ChainHead{} : ChainHead{entries.back().n, entries.back().h}; }
};

using ShownText = std::pair<std::string, std::string>;  // of an indexed field

// A row without its summary, which this engine gives back to nobody.
struct KeptRow {
  std::string kind;
  Seq last_seq = 0;
  std::string encoded;
  std::vector<ShownText> shown;
};

std::vector<ShownText> shown_texts(const RowSummary& summary) {
  std::vector<ShownText> shown;
  for (const auto& [field, value] : summary.indexed) {
    if (value.text()) shown.emplace_back(field, *value.text());
    for (const Value& item : value.list() ? *value.list() : Value::List()) {
      if (item.text()) shown.emplace_back(field, *item.text());
    }
  }
  return shown;
}

// What a studio holds.
struct Held {
  StudioHead head;
  std::vector<Logged> log;  // seq stands at seq - 1
  std::unordered_map<ChangeId, Seq> seq_of;
  std::unordered_map<RecordId, std::vector<Seq>> seqs_of;
  std::unordered_map<DeviceId, Chain> chains;
  std::unordered_map<RecordId, KeptRow> rows;
  std::map<Seq, RecordId> by_last_seq;              // exactly one entry for each of `rows`
  std::map<ShownText, std::set<RecordId>> showing;  // by what `rows` show
  std::unordered_map<std::string, std::int64_t> numbers;
};

}  // namespace

struct MemoryStore::Studio : Held {
  mutable std::shared_mutex mutex;

  void take_chain(const DeviceId& device, const std::vector<ChainEntry>& entries);
  void put_row(const StoredRow& row);
  void apply(const Addition& addition);
  void replace(std::span<const StoredRow> new_rows, const StudioHead& new_head);
};

void MemoryStore::Studio::take_chain(const DeviceId& device, const std::vector<ChainEntry>& entries) {
  if (entries.empty()) return;
  Chain& chain = chains[device];
  for (const ChainEntry& entry : entries) {
    chain.entries.push_back(entry);
    chain.ids.insert(entry.id);
  }
}

void MemoryStore::Studio::put_row(const StoredRow& row) {
  KeptRow& kept = rows[row.record];
  if (kept.last_seq != 0) by_last_seq.erase(kept.last_seq);
  for (const ShownText& text : kept.shown) showing[text].erase(row.record);
  kept = KeptRow{row.kind, row.last_seq, row.encoded, shown_texts(row.summary)};
  for (const ShownText& text : kept.shown) showing[text].insert(row.record);
  // Two rows at one seq could be parted by a page's end, and the second would never be delivered.
  LX_ASSERT(by_last_seq.emplace(row.last_seq, row.record).second);
}

void MemoryStore::Studio::apply(const Addition& addition) {
  take_chain(addition.device, addition.chain);
  for (const auto& [device, entries] : addition.other_chains) take_chain(device, entries);
  for (const Logged& line : addition.log) {
    seq_of.emplace(line.id, line.seq);
    seqs_of[line.record].push_back(line.seq);
    log.push_back(line);
  }
  for (const auto& [id, seq] : addition.took_effect) log[static_cast<std::size_t>(seq_of.at(id) - 1)].applied_seq = seq;
  for (const Logged& line : addition.erased) log[static_cast<std::size_t>(line.seq - 1)] = line;
  for (const StoredRow& row : addition.rows) put_row(row);
  for (const auto& [key, last] : addition.numbers) numbers[key] = last;
  head = addition.head;
}

void MemoryStore::Studio::replace(std::span<const StoredRow> new_rows, const StudioHead& new_head) {
  rows.clear();
  by_last_seq.clear();
  showing.clear();
  for (const StoredRow& row : new_rows) put_row(row);
  head = new_head;
}

// Reads straight from the studio, whose lock the store holds while this lives. `Port`: ReadTxn, or WriteTxn for the
// part that both have.
template <class Port>
class MemoryStore::Reading : public Port {
 public:
  Reading(MemoryStore& store, const Studio& studio) : store_(store), studio_(studio) {}

  Result<StudioHead> head() override { return studio_.head; }

  Result<ChainHead> chain(const DeviceId& device) override {
    const Chain* chain = chain_of(device);
    return chain ? chain->head() : ChainHead{};
  }

  Result<std::optional<ChainEntry>> chain_entry(const DeviceId& device, N n) override {
    const Chain* chain = chain_of(device);
    if (!chain || n < 1 || n > chain->head().n) return std::optional<ChainEntry>{};
    return std::optional(chain->entries[static_cast<std::size_t>(n - 1)]);
  }

  Result<std::vector<ChangeId>> in_chain(const DeviceId& device, std::span<const ChangeId> ids) override {
    std::vector<ChangeId> found;
    if (const Chain* chain = chain_of(device)) {
      std::copy_if(ids.begin(), ids.end(), std::back_inserter(found),
                   [&](const ChangeId& id) { return chain->ids.contains(id); });
    }
    return found;
  }

  Result<std::vector<std::optional<StoredRow>>> records(std::span<const RecordId> ids) override {
    std::vector<std::optional<StoredRow>> found;
    found.reserve(ids.size());
    for (const RecordId& id : ids) {
      const auto at = studio_.rows.find(id);
      found.push_back(at == studio_.rows.end() ? std::nullopt : std::optional(stored(id, at->second)));
    }
    return found;
  }

  Result<std::vector<std::optional<Logged>>> logged(std::span<const ChangeId> ids) override {
    std::vector<std::optional<Logged>> found;
    found.reserve(ids.size());
    for (const ChangeId& id : ids) {
      const auto at = studio_.seq_of.find(id);
      found.push_back(at == studio_.seq_of.end() ? std::nullopt : std::optional(line(at->second)));
    }
    return found;
  }

  Result<std::optional<Hash>> log_hash(Seq seq) override {
    if (seq == 0) return std::optional(Hash{});
    if (seq < 0 || seq > studio_.head.seq) return std::optional<Hash>{};
    return std::optional(line(seq).log_hash);
  }

  Result<std::vector<Logged>> log_after(Seq seq, std::size_t lines_max) override {
    const std::size_t from = std::min(static_cast<std::size_t>(std::max<Seq>(seq, 0)), studio_.log.size());
    const std::size_t to = from + std::min(lines_max, studio_.log.size() - from);
    return std::vector<Logged>(studio_.log.begin() + static_cast<std::ptrdiff_t>(from),
                               studio_.log.begin() + static_cast<std::ptrdiff_t>(to));
  }

  Result<std::vector<Logged>> log_part_of(const RecordId& record, const LogPart& part) override {
    std::vector<Logged> lines;
    const auto at = studio_.seqs_of.find(record);
    if (at == studio_.seqs_of.end()) return lines;
    std::size_t bytes = 0;
    for (auto seq = std::lower_bound(at->second.begin(), at->second.end(), part.before); seq != at->second.begin();) {
      const Logged& one = line(*--seq);
      bytes += one.line.size();
      if (!lines.empty() && (lines.size() >= part.lines_max || bytes > part.bytes_max)) break;
      lines.push_back(one);
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
  }

  Result<std::vector<StoredRow>> rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max) override {
    std::vector<StoredRow> page;
    std::size_t bytes = 0;
    for (auto at = studio_.by_last_seq.upper_bound(seq); at != studio_.by_last_seq.end(); ++at) {
      const KeptRow& row = studio_.rows.at(at->second);
      bytes += row.encoded.size();
      if (!page.empty() && (page.size() >= rows_max || bytes > bytes_max)) break;
      page.push_back(stored(at->second, row));
    }
    return page;
  }

  Result<std::vector<RecordId>> showing(const std::string& field, const std::string& text,
                                        std::size_t records_max) override {
    std::vector<RecordId> found;
    const auto at = studio_.showing.find({field, text});
    if (at == studio_.showing.end()) return found;
    for (const RecordId& record : at->second) {
      if (found.size() < records_max) found.push_back(record);
    }
    return found;
  }

  Result<std::int64_t> number(const std::string& key) override {
    const auto at = studio_.numbers.find(key);
    return at == studio_.numbers.end() ? 0 : at->second;
  }

  Result<std::vector<std::string>> owners(std::span<const ReferenceName> names) override {
    lock_owners();
    std::vector<std::string> found;
    for (const ReferenceName& name : names) {
      const auto at = store_.owners_.find(name);
      found.push_back(at == store_.owners_.end() ? std::string() : at->second);
    }
    return found;
  }

 protected:
  void lock_owners() {
    if (!owners_lock_.owns_lock()) owners_lock_ = std::unique_lock(store_.owners_mutex_);
  }

  MemoryStore& store_;

  const Chain* chain_of(const DeviceId& device) const {
    const auto at = studio_.chains.find(device);
    return at == studio_.chains.end() ? nullptr : &at->second;
  }

 private:
  const Logged& line(Seq seq) const { return studio_.log[static_cast<std::size_t>(seq - 1)]; }

  static StoredRow stored(const RecordId& id, const KeptRow& row) {
    return StoredRow{id, row.kind, row.last_seq, row.encoded, {}};
  }

  const Studio& studio_;
  std::unique_lock<std::mutex> owners_lock_;  // held until the transaction ends
};

// Notes what is to be written; the store carries it out when the caller's function succeeded, so that a failure has
// nothing to undo.
class MemoryStore::Writing final : public MemoryStore::Reading<WriteTxn> {
 public:
  Writing(MemoryStore& store, Studio& studio) : Reading<WriteTxn>(store, studio), studio_(studio) {}

  Status add(const Addition& addition) override {
    LX_ASSERT(!addition_);
    check_chain(addition.device, addition.chain);
    for (const auto& [device, entries] : addition.other_chains) {
      LX_ASSERT(device != addition.device);
      check_chain(device, entries);
    }
    check_log(addition);
    addition_ = addition;
    return {};
  }

  Status replace_rows(std::span<const StoredRow> rows, const StudioHead& head) override {
    LX_ASSERT(!addition_ && !replacement_);
    LX_ASSERT(head.seq == studio_.head.seq && head.log_hash == studio_.head.log_hash);
    replacement_.emplace(std::vector<StoredRow>(rows.begin(), rows.end()), head);
    return {};
  }

  void commit() {
    if (replacement_) studio_.replace(replacement_->first, replacement_->second);
    if (!addition_) return;
    studio_.apply(*addition_);
    if (!addition_->belongings.empty()) lock_owners();
    for (const Belonging& belonging : addition_->belongings) store_.owners_[belonging.name] = belonging.org_code;
  }

 private:
  void check_chain(const DeviceId& device, const std::vector<ChainEntry>& entries) const {
    const Chain* chain = chain_of(device);
    N n = chain ? chain->head().n : 0;
    for (const ChainEntry& entry : entries) LX_ASSERT(entry.n == ++n);
  }

  void check_log(const Addition& addition) const {
    Seq seq = studio_.head.seq;
    std::unordered_set<ChangeId> ids;
    for (const Logged& line : addition.log) {
      LX_ASSERT(line.seq == ++seq);
      LX_ASSERT(!studio_.seq_of.contains(line.id) && ids.insert(line.id).second);
    }
    LX_ASSERT(addition.head.seq == seq);
    for (const auto& [id, at] : addition.took_effect) LX_ASSERT(studio_.seq_of.contains(id) || ids.contains(id));
    for (const StoredRow& row : addition.rows) LX_ASSERT(row.last_seq >= 1 && row.last_seq <= seq);
  }

  Studio& studio_;
  std::optional<Addition> addition_;
  std::optional<std::pair<std::vector<StoredRow>, StudioHead>> replacement_;
};

MemoryStore::MemoryStore() = default;
MemoryStore::~MemoryStore() = default;

MemoryStore::Studio& MemoryStore::studio_of(const StudioId& id) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Studio>& studio = studios_[id];
  if (!studio) studio = std::make_unique<Studio>();
  return *studio;  // never removed, so it outlives the lock
}

Status MemoryStore::write(const StudioId& id, const std::function<Status(WriteTxn&)>& f) {
  Studio& studio = studio_of(id);
  const std::lock_guard lock(studio.mutex);
  Writing txn(*this, studio);
  LX_CHECK(f(txn));
  txn.commit();
  return {};
}

Status MemoryStore::read(const StudioId& id, const std::function<Status(ReadTxn&)>& f) {
  const Studio& studio = studio_of(id);
  const std::shared_lock lock(studio.mutex);
  Reading<ReadTxn> txn(*this, studio);
  return f(txn);
}

Result<std::vector<StudioId>> MemoryStore::studios() {
  const std::lock_guard lock(mutex_);
  std::vector<StudioId> ids;
  for (const auto& [id, studio] : studios_) {
    const std::shared_lock studio_lock(studio->mutex);
    if (studio->head.seq > 0) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::map<ReferenceName, std::string> MemoryStore::owners() {
  const std::lock_guard lock(owners_mutex_);
  return owners_;
}

std::unique_ptr<MemoryStore> MemoryStore::copy() {
  auto made = std::make_unique<MemoryStore>();
  const std::lock_guard lock(mutex_);
  for (const auto& [id, from] : studios_) {
    const std::shared_lock studio_lock(from->mutex);
    auto to = std::make_unique<Studio>();
    static_cast<Held&>(*to) = *from;
    made->studios_.emplace(id, std::move(to));
  }
  const std::lock_guard owners_lock(owners_mutex_);
  made->owners_ = owners_;
  return made;
}

}  // namespace lianxin::server
