#include "server/storage/sql/log_writer.h"

#include "schema/assert.h"
#include "schema/json.h"
#include "server/storage/sql/indexed_value.h"
#include "server/storage/sql/log_queries.h"
#include "server/storage/sql/log_reader.h"

namespace lianxin::server {
namespace {

std::string json_of(const std::vector<std::string>& roles) {
  Value::List list(roles.begin(), roles.end());
  return to_json(Value(std::move(list)));
}

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
    SqlRun run = connection_.run(queries::change_took_effect);
    LX_ASSERT(run.bind(1, studio_).bind(2, id).bind(3, seq).exec() == 1);
  }

  for (const StoredRow& row : addition.rows) LX_ASSERT(row.last_seq <= addition.head.seq);
  put_rows(addition.rows);
  for (const auto& [key, last] : addition.numbers) {
    connection_.run(queries::put_number).bind(1, studio_).bind(2, key).bind(3, last).exec();
  }
  put_head(addition.head);
}

void LogWriter::replace_rows(std::span<const StoredRow> rows, const StudioHead& head) {
  const StudioHead before = LogReader(connection_, studio_).head();
  LX_ASSERT(head.seq == before.seq && head.log_hash == before.log_hash);
  connection_.run(queries::drop_records).bind(1, studio_).exec();  // what hangs on them goes with them
  put_rows(rows);
  put_head(head);
  connection_.run(queries::search_anew).bind(1, studio_).exec();
}

void LogWriter::put_head(const StudioHead& head) {
  SqlRun run = connection_.run(queries::put_studio_head);
  run.bind(1, studio_).bind(2, head.seq).bind(3, head.log_hash);
  for (std::size_t i = 0; i < head.digests.size(); ++i) run.bind(static_cast<int>(i) + 4, head.digests[i].text());
  run.bind(8, head.sensitivity_version).exec();
}

void LogWriter::append_chain(const DeviceId& device, std::span<const ChainEntry> entries) {
  if (entries.empty()) return;
  N n = LogReader(connection_, studio_).chain(device).n;
  SqlRun run = connection_.run(queries::append_chain);
  for (const ChainEntry& entry : entries) {
    LX_ASSERT(entry.n == ++n);
    run.bind(1, studio_).bind(2, device).bind(3, entry.n).bind(4, entry.h).bind(5, entry.id).exec();
    run.again();
  }
}

void LogWriter::put_signature(const DeviceId& device, const PushSignature& signature) {
  SqlRun run = connection_.run(queries::put_push_signature);
  run.bind(1, studio_).bind(2, device).bind(3, signature.last_n).bind(4, signature.first_n);
  run.bind(5, signature.signature).exec();
}

void LogWriter::append_log(std::span<const Logged> lines, Seq head) {
  SqlRun run = connection_.run(queries::append_change);
  for (const Logged& line : lines) {
    LX_ASSERT(line.seq == ++head);
    run.bind(1, studio_).bind(2, line.seq).bind(3, line.id).bind(4, line.device).bind(5, line.member);
    run.bind(6, line.record).bind(7, line.outcome == Outcome::applied ? 0 : 1).bind(8, line.code).bind(9, line.field);
    run.bind(10, line.clock.value).bind(11, json_of(line.roles)).bind(12, line.received_ms).bind(13, line.log_hash);
    run.bind(14, line.applied_seq).bind(15, as_bytes(line.line)).exec();
    run.again();
  }
}

void LogWriter::put_rows(std::span<const StoredRow> rows) {
  for (const StoredRow& row : rows) {
    const RowSummary& summary = row.summary;
    SqlRun run = connection_.run(queries::put_record);
    run.bind(1, studio_).bind(2, row.record).bind(3, row.kind).bind(4, row.last_seq).bind(5, summary.title);
    run.bind(6, summary.date).bind(7, summary.region).bind(8, summary.review).bind(9, summary.state);
    run.bind(10, summary.official_no).bind(11, summary.provisional_no).bind(12, summary.created_by);
    run.bind(13, summary.created_ms).bind(14, summary.deleted).bind(15, summary.revised).bind(16, summary.joined);
    run.bind(17, summary.conflicts).bind(18, summary.held).bind(19, summary.witnessed).bind(20, row.encoded).exec();
    put_indexed(row);
    put_held_open(row);
  }
}

void LogWriter::put_indexed(const StoredRow& row) {
  connection_.run(queries::drop_record_index).bind(1, studio_).bind(2, row.record).exec();
  SqlRun run = connection_.run(queries::put_record_index);
  for (const auto& [field, shown] : row.summary.indexed) {
    int place = 0;
    for (const IndexedValue& value : indexed_values(shown)) {
      run.bind(1, studio_).bind(2, row.record).bind(3, field).bind(4, place++);
      value.text ? run.bind(5, *value.text) : run.bind_null(5);
      value.integer ? run.bind(6, *value.integer) : run.bind_null(6);
      run.exec();
      run.again();
    }
  }
}

void LogWriter::put_held_open(const StoredRow& row) {
  connection_.run(queries::drop_held_open).bind(1, studio_).bind(2, row.record).exec();
  SqlRun run = connection_.run(queries::put_held_open);
  for (const ChangeId& id : row.summary.held_open) {
    run.bind(1, studio_).bind(2, row.record).bind(3, id).exec();
    run.again();
  }
}

}  // namespace lianxin::server
