#include "server/storage/sql/log_reader.h"

#include <limits>

#include "schema/json.h"
#include "server/storage/sql/log_queries.h"

namespace lianxin::server {
namespace {

[[noreturn]] void damaged(const char* what) { throw SqlFailure(Errc::corrupt, what); }

Digest digest_in(const std::string& text) {
  const auto digest = Digest::parse(text);
  if (!digest || digest->text() != text) damaged("a digest that is none");
  return *digest;
}

std::vector<std::string> roles_in(const std::string& json) {
  const auto list = parse_json(json);
  if (!list || !list->list()) damaged("roles that are no list");
  std::vector<std::string> roles;
  for (const Value& role : *list->list()) {
    if (!role.text()) damaged("a role that is no text");
    roles.push_back(*role.text());
  }
  return roles;
}

StoredRow read_row(const SqlRun& run) {
  StoredRow row;
  run.read(row.record, row.kind, row.last_seq, row.encoded);
  return row;
}

ChainHead read_head(const SqlRun& run) { return {run.integer(0), run.bytes<32>(1)}; }

ChainEntry read_entry(const SqlRun& run) { return {run.integer(0), run.bytes<32>(1), run.id<ChangeId>(2)}; }

}  // namespace

Logged read_logged(const SqlRun& run) {
  Logged line;
  bool held = false;
  std::string roles;
  run.read(line.seq, line.id, line.device, line.member, line.record, held, line.code, line.field, line.clock.value,
           roles, line.received_ms, line.log_hash, line.applied_seq, line.line, line.as_logged);
  line.outcome = held ? Outcome::held : Outcome::applied;
  line.roles = roles_in(roles);
  return line;
}

StudioHead LogReader::head() {
  SqlRun run = connection_.run(queries::studio_head, studio_);
  if (!run.step()) return {};
  StudioHead head;
  head.seq = run.integer(0);
  head.log_hash = run.bytes<32>(1);
  for (std::size_t i = 0; i < head.digests.size(); ++i) head.digests[i] = digest_in(run.text(static_cast<int>(i) + 2));
  head.sensitivity_version = run.integer(6);
  return head;
}

ChainHead LogReader::chain(const DeviceId& device) {
  return connection_.first(queries::chain_head, read_head, studio_, device).value_or(ChainHead{});
}

std::optional<ChainEntry> LogReader::chain_entry(const DeviceId& device, N n) {
  return connection_.first(queries::chain_entry, read_entry, studio_, device, n);
}

std::vector<ChangeId> LogReader::in_chain(const DeviceId& device, std::span<const ChangeId> ids) {
  std::vector<ChangeId> found;
  for (const ChangeId& id : ids) {
    if (connection_.run(queries::in_chain, studio_, device, id).step()) found.push_back(id);
  }
  return found;
}

std::vector<std::optional<StoredRow>> LogReader::records(std::span<const RecordId> ids) {
  std::vector<std::optional<StoredRow>> found;
  found.reserve(ids.size());
  for (const RecordId& id : ids) found.push_back(connection_.first(queries::record_by_id, read_row, studio_, id));
  return found;
}

std::vector<std::optional<Logged>> LogReader::logged(std::span<const ChangeId> ids) {
  std::vector<std::optional<Logged>> found;
  found.reserve(ids.size());
  for (const ChangeId& id : ids) found.push_back(connection_.first(queries::change_by_id, read_logged, studio_, id));
  return found;
}

std::optional<Hash> LogReader::log_hash(Seq seq) {
  if (seq == 0) return Hash{};
  return connection_.first(queries::log_hash_at, column<Hash>, studio_, seq);
}

std::vector<Logged> LogReader::log_after(Seq seq, std::size_t lines_max) {
  const std::size_t limit = std::min<std::size_t>(lines_max, std::numeric_limits<std::int32_t>::max());
  return connection_.all(queries::changes_after, read_logged, studio_, seq, limit);
}

std::vector<Logged> LogReader::log_part_of(const RecordId& record, const LogPart& part) {
  std::vector<Logged> lines;
  std::size_t bytes = 0;
  SqlRun run = connection_.run(queries::changes_of_record, studio_, record, part.before);
  while (run.step()) {
    Logged line = read_logged(run);
    bytes += line.line.size();
    if (!lines.empty() && (lines.size() >= part.lines_max || bytes > part.bytes_max)) break;
    lines.push_back(std::move(line));
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

std::vector<StoredRow> LogReader::rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max) {
  std::vector<StoredRow> page;
  std::size_t bytes = 0;
  SqlRun run = connection_.run(queries::records_after, studio_, seq);
  while (run.step()) {
    StoredRow row = read_row(run);
    bytes += row.encoded.size();
    if (!page.empty() && (page.size() >= rows_max || bytes > bytes_max)) break;
    page.push_back(std::move(row));
  }
  return page;
}

std::vector<std::string> LogReader::owners(std::span<const ReferenceName> names) {
  std::vector<std::string> owners;
  for (const ReferenceName& name : names) {
    owners.push_back(
        connection_.first(queries::owner_of_name, column<std::string>, name.what, name.name).value_or(std::string()));
  }
  return owners;
}

std::vector<RecordId> LogReader::showing(const std::string& field, const std::string& text, std::size_t records_max) {
  std::vector<RecordId> records;
  SqlRun run = connection_.run(queries::records_showing, studio_, field, text, records_max);
  while (run.step()) records.push_back(run.id<RecordId>(0));
  return records;
}

std::int64_t LogReader::number(const std::string& key) {
  return connection_.first(queries::last_number, column<std::int64_t>, studio_, key).value_or(0);
}

}  // namespace lianxin::server
