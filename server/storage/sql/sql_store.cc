#include "server/storage/sql/sql_store.h"

#include "schema/assert.h"
#include "server/storage/guard.h"
#include "server/storage/sql/log_queries.h"
#include "server/storage/sql/log_reader.h"
#include "server/storage/sql/log_writer.h"

namespace lianxin::server {
namespace {

// The reading half of a transaction. `Port`: ReadTxn, or WriteTxn for the part that both have. A failure is remembered:
// a transaction in which one step failed is not committed, whatever its function made of it, and every later step fails
// too. On an I/O error the engine may have ended the transaction by itself: what was written then would stand alone,
// and at once.
template <class Port>
class Reading : public Port {
 public:
  Reading(SqlConnection& connection, const StudioId& studio) : reader_(connection, studio) {}

  Result<StudioHead> head() override { return guarded("read head", &LogReader::head); }
  Result<ChainHead> chain(const DeviceId& device) override { return guarded("read chain", &LogReader::chain, device); }
  Result<std::optional<ChainEntry>> chain_entry(const DeviceId& device, N n) override {
    return guarded("read chain", &LogReader::chain_entry, device, n);
  }
  Result<std::vector<ChangeId>> in_chain(const DeviceId& device, std::span<const ChangeId> ids) override {
    return guarded("read chain", &LogReader::in_chain, device, ids);
  }
  Result<std::vector<std::optional<StoredRow>>> records(std::span<const RecordId> ids) override {
    return guarded("read rows", &LogReader::records, ids);
  }
  Result<std::vector<std::optional<Logged>>> logged(std::span<const ChangeId> ids) override {
    return guarded("read log", &LogReader::logged, ids);
  }
  Result<std::optional<Hash>> log_hash(Seq seq) override { return guarded("read log", &LogReader::log_hash, seq); }
  Result<std::vector<Logged>> log_after(Seq seq, std::size_t lines_max) override {
    return guarded("read log", &LogReader::log_after, seq, lines_max);
  }
  Result<std::vector<Logged>> log_part_of(const RecordId& record, const LogPart& part) override {
    return guarded("read log", &LogReader::log_part_of, record, part);
  }
  Result<std::vector<StoredRow>> rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max) override {
    return guarded("read rows", &LogReader::rows_after, seq, rows_max, bytes_max);
  }
  Result<std::vector<RecordId>> showing(const std::string& field, const std::string& text,
                                        std::size_t records_max) override {
    return guarded("read index", &LogReader::showing, field, text, records_max);
  }
  Result<std::int64_t> number(const std::string& key) override {
    return guarded("read number", &LogReader::number, key);
  }
  Result<std::vector<std::string>> owners(std::span<const ReferenceName> names) override {
    return guarded("read owners", &LogReader::owners, names);
  }

  // What failed first, as often as it is asked.
  Status failed() const {
    if (failed_) return {};
    return tl::unexpected(failed_.error());
  }

 protected:
  template <class T, class... Given>
  Result<T> guarded(const char* act, T (LogReader::*step)(Given...), const std::type_identity_t<Given>&... given) {
    return unless_failed(act, [&]() -> Result<T> { return (reader_.*step)(given...); });
  }

  template <class F>
  auto unless_failed(const char* act, const F& f) -> decltype(f()) {
    LX_CHECK(failed());
    auto result = guard(act, f);
    if (!result) failed_ = tl::unexpected(result.error());
    return result;
  }

  Status failed_;

 private:
  LogReader reader_;
};

class Writing final : public Reading<WriteTxn> {
 public:
  Writing(SqlConnection& connection, const StudioId& studio, const SqlStore::Hear& hear)
      : Reading<WriteTxn>(connection, studio), connection_(connection), writer_(connection, studio), hear_(hear) {}

  Status add(const Addition& addition) override {
    LX_ASSERT(!added_);
    added_ = true;
    LX_CHECK(step("append", [&] { writer_.add(addition); }));
    return this->unless_failed("hear of what was appended", [&] { return hear_(connection_, addition); });
  }

  Status replace_rows(std::span<const StoredRow> rows, const StudioHead& head) override {
    LX_ASSERT(!added_);
    return step("replace rows", [&] { writer_.replace_rows(rows, head); });
  }

 private:
  template <class F>
  Status step(const char* act, F&& f) {
    return this->unless_failed(act, [&]() -> Status {
      f();
      return {};
    });
  }

  SqlConnection& connection_;
  LogWriter writer_;
  const SqlStore::Hear& hear_;
  bool added_ = false;
};

}  // namespace

Status SqlStore::write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f, const Hear& hear) {
  return database_.write(studio, [&](SqlConnection& connection) -> Status {
    Writing txn(connection, studio, hear);
    LX_CHECK(f(txn));
    return txn.failed();
  });
}

Status SqlStore::read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) {
  return database_.read([&](SqlConnection& connection) -> Status {
    Reading<ReadTxn> txn(connection, studio);
    return f(txn);
  });
}

Result<std::vector<StudioId>> SqlStore::studios() { return database_.all(queries::studios_with_log, column<StudioId>); }

}  // namespace lianxin::server
