#include "server/recovery/journalled_store.h"

#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

// Hands everything on, and keeps what is to be told of the one addition.
class NotingTxn final : public WriteTxn {
 public:
  NotingTxn(WriteTxn& within, const OwnDevices& own, const StudioId& studio)
      : within_(within), own_(own), studio_(studio) {}

  Result<StudioHead> head() override { return within_.head(); }
  Result<ChainHead> chain(const DeviceId& device) override { return within_.chain(device); }
  Result<std::optional<ChainEntry>> chain_entry(const DeviceId& device, N n) override {
    return within_.chain_entry(device, n);
  }
  Result<std::vector<ChangeId>> in_chain(const DeviceId& device, std::span<const ChangeId> ids) override {
    return within_.in_chain(device, ids);
  }
  Result<std::vector<std::optional<StoredRow>>> records(std::span<const RecordId> ids) override {
    return within_.records(ids);
  }
  Result<std::vector<std::optional<Logged>>> logged(std::span<const ChangeId> ids) override {
    return within_.logged(ids);
  }
  Result<std::optional<Hash>> log_hash(Seq seq) override { return within_.log_hash(seq); }
  Result<std::vector<Logged>> log_after(Seq seq, std::size_t lines_max) override {
    return within_.log_after(seq, lines_max);
  }
  Result<std::vector<Logged>> log_of(const RecordId& record) override { return within_.log_of(record); }
  Result<std::vector<StoredRow>> rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max) override {
    return within_.rows_after(seq, rows_max, bytes_max);
  }
  Result<std::int64_t> number(const std::string& key) override { return within_.number(key); }

  Status add(const Addition& addition) override {
    LX_TRY(noted_, own_lines_entry(own_, studio_, addition));
    return within_.add(addition);
  }
  Status replace_rows(std::span<const StoredRow> rows, const StudioHead& head) override {
    return within_.replace_rows(rows, head);
  }

  std::optional<Value::Object> take_noted() { return std::move(noted_); }

 private:
  WriteTxn& within_;
  const OwnDevices& own_;
  const StudioId studio_;
  std::optional<Value::Object> noted_;
};

}  // namespace

Status JournalledStore::write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) {
  std::optional<Value::Object> noted;
  Status written = within_->write(studio, [&](WriteTxn& txn) -> Status {
    noted.reset();
    NotingTxn noting(txn, own_, studio);
    LX_CHECK(f(noting));
    noted = noting.take_noted();
    return {};
  });
  if (!written || !noted) return written;
  std::vector<Value::Object> entries;
  entries.push_back(std::move(*noted));
  if (const Status told = journal_.append(std::move(entries)); !told) {
    log_event(LogLevel::error, "journal_behind", {{"studio", studio.text()}, {"reason", told.error().message}});
  }
  return {};
}

}  // namespace lianxin::server
