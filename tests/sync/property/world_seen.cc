// What the checks look at: the log, the rows, and what is in force for whom.
#include "tests/sync/property/world.h"

namespace lianxin {

std::vector<World::Line> World::log() const {
  std::vector<Line> lines;
  const Status read = const_cast<server::MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<Logged> all, snapshot.log_after(0, 1'000'000));
    for (const Logged& logged : all) {
      Result<Change> change = parse_line(logged.line);
      const bool readable = change && change->id == logged.id;
      lines.push_back({logged, readable ? std::optional(std::move(*change)) : std::nullopt});
    }
    return {};
  });
  findings.expect(11, read.has_value(), "the log can be read");
  return lines;
}

StudioHead World::head() const {
  StudioHead head;
  (void)const_cast<server::MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(head, snapshot.head());
    return {};
  });
  return head;
}

std::vector<Row> World::server_rows() const {
  std::vector<Row> rows;
  const Status read = const_cast<server::MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<StoredRow> stored, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
    for (const StoredRow& item : stored) {
      LX_TRY(Row row, decode_row(item.encoded));
      rows.push_back(std::move(row));
    }
    return {};
  });
  findings.expect(11, read.has_value(), "every row can be read");
  return rows;
}

std::string World::dump() const {
  std::string text;
  (void)const_cast<server::MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const StudioHead head, snapshot.head());
    text += std::to_string(head.seq) + to_hex(head.log_hash);
    for (const Digest& digest : head.digests) text += digest.text();
    LX_TRY(const std::vector<Logged> lines, snapshot.log_after(0, 1'000'000));
    for (const Logged& line : lines) {
      text += "\n" + std::to_string(line.seq) + line.id.text() + line.code + line.clock.text() + line.line +
              std::to_string(line.applied_seq);
    }
    LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
    for (const StoredRow& row : rows) text += "\n" + row.encoded;
    for (const auto& phone : phones) {
      LX_TRY(const ChainHead chain, snapshot.chain(phone->device));
      text += "\n" + std::to_string(chain.n) + to_hex(chain.h);
    }
    return {};
  });
  return text;
}

oracle::View World::server_view() const {
  oracle::View view;
  for (const Line& line : log()) {
    if (line.logged.applied_seq > 0) view[line.logged.id] = {line.logged.clock, line.logged.applied_seq};
  }
  return view;
}

oracle::View World::phone_view(const ModelPhone& phone, const RecordId& record) const {
  oracle::View view;
  const auto delivered = phone.rows.find(record);
  const Seq as_of = delivered == phone.rows.end() ? 0 : delivered->second.row.last_seq;
  const N covered = delivered == phone.rows.end() ? 0 : delivered->second.acked_n;
  for (const Line& line : log()) {
    const Logged& logged = line.logged;
    if (logged.record != record || logged.applied_seq == 0 || logged.applied_seq > as_of) continue;
    view[logged.id] = {logged.clock, logged.applied_seq};
  }
  for (N n = covered + 1; n <= phone.last_n(); ++n) {
    const OwnLine& own = phone.own[static_cast<std::size_t>(n - 1)];
    if (!own.change || own.poison || own.change->record != record) continue;
    bool stands = true;  // a step whose ground is gone waits, unshown, for the server's word
    for (const Write& write : own.change->writes) {
      if (write.op != Op::step) continue;
      for (const ChangeId& base : write.bases) {
        const auto ground = view.find(base);
        stands &= ground != view.end() && !ground->second.steps_wait;
      }
    }
    view[own.change->id] = {own.change->claimed, INT64_MAX, !stands};
  }
  return view;
}

}  // namespace lianxin
