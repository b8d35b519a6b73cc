#include "server/storage/sql/log_writer.h"

#include "schema/assert.h"
#include "schema/json.h"
#include "server/storage/sql/indexed_value.h"
#include "server/storage/sql/log_queries.h"
#include "server/storage/sql/log_reader.h"

namespace lianxin::server {
namespace {

std::string json_of(const std::vector<std::string>& roles) { return to_json(Value::List(roles.begin(), roles.end())); }

}  // namespace

void LogWriter::add(const Addition& addition) {
  LogReader reader(connection_, studio_);
  const StudioHead before = reader.head();
  append_chain(addition.device, addition.chain);
  for (const auto& [device, entries] : addition.other_chains) {
    LX_ASSERT(device != addition.device);
    append_chain(device, entries);
  }
  if (addition.signature) put_signature(addition.device, *addition.signature);
  for (const auto& [device, signature] : addition.other_signatures) put_signature(device, signature);

  append_log(addition.log, before.seq);
  LX_ASSERT(addition.head.seq == before.seq + static_cast<Seq>(addition.log.size()));
  for (const auto& [id, seq] : addition.took_effect) {
    LX_ASSERT(connection_.exec(queries::change_took_effect, studio_, id, seq) == 1);
  }

  for (const Logged& line : addition.erased) {
    LX_ASSERT(line.as_logged.has_value());
    LX_ASSERT(connection_.exec(queries::leave_of_change, studio_, line.id, as_bytes(line.line), line.field,
                               line.as_logged) == 1);
  }

  if (!addition.erased.empty()) connection_.exec(queries::put_search_remains, studio_, addition.head.seq);
  for (const StoredRow& row : addition.rows) LX_ASSERT(row.last_seq <= addition.head.seq);
  put_rows(addition.rows);
  for (const auto& [key, last] : addition.numbers) connection_.exec(queries::put_number, studio_, key, last);
  for (const auto& [name, org_code] : addition.belongings) {
    connection_.exec(queries::put_owner, name.what, name.name, org_code);
  }
  put_head(addition.head);
}

void LogWriter::replace_rows(std::span<const StoredRow> rows, const StudioHead& head) {
  const StudioHead before = LogReader(connection_, studio_).head();
  LX_ASSERT(head.seq == before.seq && head.log_hash == before.log_hash);
  connection_.exec(queries::drop_records, studio_);  // what hangs on them goes with them
  put_rows(rows);
  put_head(head);
  connection_.exec(queries::search_anew, studio_);
}

void LogWriter::put_head(const StudioHead& head) {
  SqlRun run = connection_.run(queries::put_studio_head, studio_, head.seq, head.log_hash);
  for (std::size_t i = 0; i < head.digests.size(); ++i) run.bind(static_cast<int>(i) + 4, head.digests[i].text());
  run.bind(8, head.sensitivity_version).exec();
}

void LogWriter::append_chain(const DeviceId& device, std::span<const ChainEntry> entries) {
  if (entries.empty()) return;
  N n = LogReader(connection_, studio_).chain(device).n;
  for (const ChainEntry& entry : entries) {
    LX_ASSERT(entry.n == ++n);
    connection_.exec(queries::append_chain, studio_, device, entry.n, entry.h, entry.id);
  }
}

void LogWriter::put_signature(const DeviceId& device, const PushSignature& signature) {
  connection_.exec(queries::put_push_signature, studio_, device, signature.last_n, signature.first_n,
                   signature.signature);
}

void LogWriter::append_log(std::span<const Logged> lines, Seq head) {
  for (const Logged& line : lines) {
    LX_ASSERT(line.seq == ++head);
    connection_.exec(queries::append_change, studio_, line.seq, line.id, line.device, line.member, line.record,
                     line.outcome == Outcome::held, line.code, line.field, line.clock.value, json_of(line.roles),
                     line.received_ms, line.log_hash, line.applied_seq, as_bytes(line.line), line.as_logged);
  }
}

void LogWriter::put_rows(std::span<const StoredRow> rows) {
  for (const StoredRow& row : rows) {
    const RowSummary& summary = row.summary;
    connection_.exec(queries::put_record, studio_, row.record, row.kind, row.last_seq, summary.title, summary.date,
                     summary.region, summary.review, summary.state, summary.official_no, summary.provisional_no,
                     summary.created_by, summary.created_ms, summary.deleted, summary.revised, summary.joined,
                     summary.conflicts, summary.held, summary.witnessed, row.encoded);
    put_indexed(row);
    put_held_open(row);
  }
}

void LogWriter::put_indexed(const StoredRow& row) {
  connection_.exec(queries::drop_record_index, studio_, row.record);
  for (const auto& [field, shown] : row.summary.indexed) {
    int place = 0;
    for (const IndexedValue& value : indexed_values(shown)) {
      connection_.exec(queries::put_record_index, studio_, row.record, field, place++, value.text, value.integer);
    }
  }
}

void LogWriter::put_held_open(const StoredRow& row) {
  connection_.exec(queries::drop_held_open, studio_, row.record);
  for (const ChangeId& id : row.summary.held_open) {
    connection_.exec(queries::put_held_open, studio_, row.record, id);
  }
}

}  // namespace lianxin::server
