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
  return StoredRow{run.id<RecordId>(0), run.text(1), run.integer(2), run.text(3), {}};
}

std::vector<Logged> all_logged(SqlRun& run) {
  std::vector<Logged> lines;
  while (run.step()) lines.push_back(read_logged(run));
  return lines;
}

}  // namespace

Logged read_logged(const SqlRun& run) {
  Logged line;
  line.seq = run.integer(0);
  line.id = run.id<ChangeId>(1);
  line.device = run.id<DeviceId>(2);
  line.member = run.id<MemberId>(3);
  line.record = run.id<RecordId>(4);
  line.outcome = run.integer(5) == 0 ? Outcome::applied : Outcome::held;
  line.code = run.text(6);
  line.field = run.text(7);
  line.clock = Hlc{static_cast<std::uint64_t>(run.integer(8))};
  line.roles = roles_in(run.text(9));
  line.received_ms = run.integer(10);
  line.log_hash = run.bytes<32>(11);
  line.applied_seq = run.integer(12);
  line.line = run.text(13);
  return line;
}

StudioHead LogReader::head() {
  SqlRun run = connection_.run(queries::studio_head);
  if (!run.bind(1, studio_).step()) return {};
  StudioHead head;
  head.seq = run.integer(0);
  head.log_hash = run.bytes<32>(1);
  for (std::size_t i = 0; i < head.digests.size(); ++i) head.digests[i] = digest_in(run.text(static_cast<int>(i) + 2));
  head.sensitivity_version = run.integer(6);
  return head;
}

ChainHead LogReader::chain(const DeviceId& device) {
  SqlRun run = connection_.run(queries::chain_head);
  if (!run.bind(1, studio_).bind(2, device).step()) return {};
  return {run.integer(0), run.bytes<32>(1)};
}

std::optional<ChainEntry> LogReader::chain_entry(const DeviceId& device, N n) {
  SqlRun run = connection_.run(queries::chain_entry);
  if (!run.bind(1, studio_).bind(2, device).bind(3, n).step()) return std::nullopt;
  return ChainEntry{run.integer(0), run.bytes<32>(1), run.id<ChangeId>(2)};
}

std::vector<ChangeId> LogReader::in_chain(const DeviceId& device, std::span<const ChangeId> ids) {
  std::vector<ChangeId> found;
  SqlRun run = connection_.run(queries::in_chain);
  for (const ChangeId& id : ids) {
    if (run.bind(1, studio_).bind(2, device).bind(3, id).step()) found.push_back(id);
    run.again();
  }
  return found;
}

std::vector<std::optional<StoredRow>> LogReader::records(std::span<const RecordId> ids) {
  std::vector<std::optional<StoredRow>> found;
  found.reserve(ids.size());
  SqlRun run = connection_.run(queries::record_by_id);
  for (const RecordId& id : ids) {
    found.push_back(run.bind(1, studio_).bind(2, id).step() ? std::optional(read_row(run)) : std::nullopt);
    run.again();
  }
  return found;
}

std::vector<std::optional<Logged>> LogReader::logged(std::span<const ChangeId> ids) {
  std::vector<std::optional<Logged>> found;
  found.reserve(ids.size());
  SqlRun run = connection_.run(queries::change_by_id);
  for (const ChangeId& id : ids) {
    found.push_back(run.bind(1, studio_).bind(2, id).step() ? std::optional(read_logged(run)) : std::nullopt);
    run.again();
  }
  return found;
}

std::optional<Hash> LogReader::log_hash(Seq seq) {
  if (seq == 0) return Hash{};
  SqlRun run = connection_.run(queries::log_hash_at);
  if (!run.bind(1, studio_).bind(2, seq).step()) return std::nullopt;
  return run.bytes<32>(0);
}

std::vector<Logged> LogReader::log_after(Seq seq, std::size_t lines_max) {
  const std::size_t limit = std::min<std::size_t>(lines_max, std::numeric_limits<std::int32_t>::max());
  SqlRun run = connection_.run(queries::changes_after);
  run.bind(1, studio_).bind(2, seq).bind(3, limit);
  return all_logged(run);
}

std::vector<Logged> LogReader::log_of(const RecordId& record) {
  SqlRun run = connection_.run(queries::changes_of_record);
  run.bind(1, studio_).bind(2, record);
  return all_logged(run);
}

std::vector<StoredRow> LogReader::rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max) {
  std::vector<StoredRow> page;
  std::size_t bytes = 0;
  SqlRun run = connection_.run(queries::records_after);
  run.bind(1, studio_).bind(2, seq);
  while (run.step()) {
    StoredRow row = read_row(run);
    bytes += row.encoded.size();
    if (!page.empty() && (page.size() >= rows_max || bytes > bytes_max)) break;
    page.push_back(std::move(row));
  }
  return page;
}

std::int64_t LogReader::number(const std::string& key) {
  SqlRun run = connection_.run(queries::last_number);
  return run.bind(1, studio_).bind(2, key).step() ? run.integer(0) : 0;
}

}  // namespace lianxin::server
