// A store for tests that holds writers to what Store and Addition ask of them. It runs the function of every write
// twice, the first time for nothing: what a function leaves behind outside its transaction is there a second time. And
// it looks at what they add: every place of a chain is signed for, by its own device.
#pragma once

#include "schema/assert.h"
#include "server/storage/memory/memory_store.h"

namespace lianxin {

class TwiceStore final : public Store {
 public:
  Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) override {
    Status for_nothing = kept_.write(studio, [&](WriteTxn& txn) -> Status {
      LX_CHECK(f(txn));
      return failure(Errc::busy, "again");
    });
    if (for_nothing.error().code != Errc::busy) return for_nothing;
    return kept_.write(studio, [&](WriteTxn& txn) -> Status {
      LookedAt looked_at(txn);
      return f(looked_at);
    });
  }
  Status read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) override {
    return kept_.read(studio, f);
  }
  Result<std::vector<StudioId>> studios() override { return kept_.studios(); }

 private:
  class LookedAt final : public WriteTxn {
   public:
    explicit LookedAt(WriteTxn& txn) : txn_(txn) {}

    Status add(const Addition& addition) override {
      look_at(addition.chain, addition.signature);
      for (const auto& [device, chain] : addition.other_chains) {
        const auto signature = addition.other_signatures.find(device);
        look_at(chain, signature == addition.other_signatures.end() ? std::nullopt : std::optional(signature->second));
      }
      return txn_.add(addition);
    }
    Status replace_rows(std::span<const StoredRow> rows, const StudioHead& head) override {
      return txn_.replace_rows(rows, head);
    }
    Result<StudioHead> head() override { return txn_.head(); }
    Result<ChainHead> chain(const DeviceId& device) override { return txn_.chain(device); }
    Result<std::optional<ChainEntry>> chain_entry(const DeviceId& device, N n) override {
      return txn_.chain_entry(device, n);
    }
    Result<std::vector<ChangeId>> in_chain(const DeviceId& device, std::span<const ChangeId> ids) override {
      return txn_.in_chain(device, ids);
    }
    Result<std::vector<std::optional<StoredRow>>> records(std::span<const RecordId> ids) override {
      return txn_.records(ids);
    }
    Result<std::vector<std::optional<Logged>>> logged(std::span<const ChangeId> ids) override {
      return txn_.logged(ids);
    }
    Result<std::optional<Hash>> log_hash(Seq seq) override { return txn_.log_hash(seq); }
    Result<std::vector<Logged>> log_after(Seq seq, std::size_t lines_max) override {
      return txn_.log_after(seq, lines_max);
    }
    Result<std::vector<Logged>> log_part_of(const RecordId& record, const LogPart& part) override {
      return txn_.log_part_of(record, part);
    }
    Result<std::vector<StoredRow>> rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max) override {
      return txn_.rows_after(seq, rows_max, bytes_max);
    }
    Result<std::vector<RecordId>> showing(const std::string& field, const std::string& text,
                                          std::size_t records_max) override {
      return txn_.showing(field, text, records_max);
    }
    Result<std::int64_t> number(const std::string& key) override { return txn_.number(key); }
    Result<std::vector<std::string>> owners(std::span<const ReferenceName> names) override {
      return txn_.owners(names);
    }

   private:
    static void look_at(const std::vector<ChainEntry>& chain, const std::optional<PushSignature>& signature) {
      LX_ASSERT(signature.has_value() == !chain.empty());
      if (chain.empty()) return;
      LX_ASSERT(signature->first_n == chain.front().n);
      LX_ASSERT(signature->last_n == chain.back().n);
    }

    WriteTxn& txn_;
  };

  server::MemoryStore kept_;
};

}  // namespace lianxin
