// The same lines, arriving in another order: invariants 7 and 9.
#include <algorithm>

#include "schema/json.h"
#include "sync/model/chain.h"
#include "sync/model/view.h"
#include "sync/server/push.h"
#include "tests/sync/property/checks.h"

namespace lianxin {
namespace {

struct Arrival {
  std::string line;
  std::set<ChangeId> after;
};

// The chain a line comes in, whoever keeps it.
struct Bringer {
  Pusher pusher;
  SecretKey secret{};
  std::vector<Arrival> lines;
  std::size_t next = 0;
  N n = 0;
  Hash h{};
};

// What must be there before a line: what it decides, and in half of the worlds what its author had been shown. In the
// other half bases may arrive late, as they do after a restore.
std::set<ChangeId> ground_of(const std::string& line, bool bases_first) {
  std::set<ChangeId> ground;
  const Result<Change> change = parse_line(line);
  if (!change) return ground;
  for (const Write& write : change->writes) {
    if (bases_first) ground.insert(write.bases.begin(), write.bases.end());
    if (write.at.field != "_held") continue;
    if (const auto id = ChangeId::parse(write.at.element)) ground.insert(*id);
  }
  return ground;
}

Status push_next(World& world, server::MemoryStore& store, Bringer& from) {
  const Arrival& arrival = from.lines[from.next++];
  Push one;
  one.first_n = from.n + 1;
  one.before = from.h;
  one.entries.push_back({arrival.line, std::nullopt});
  const Hash after = chain_next(from.h, sha256(arrival.line));
  one.signature = sign(from.secret, push_message(from.pusher.device, world.studio, one.first_n, after));
  const Result<Pushed> pushed = push(store, world.studio, world.rules(), from.pusher, one);
  if (!pushed) return tl::unexpected(pushed.error());
  from.n = pushed->acked_n;
  from.h = pushed->h;
  return {};
}

// Cells whose heads follow from what was shown alone. A delete also goes by seq.
bool order_free(const std::string& address) {
  const std::string field = address.substr(0, address.find('/'));
  return field.front() != '_';
}

std::string heads_of(const Catalog& catalog, const Row& row) {
  std::string text;
  for (const auto& [address, cell] : row.cells) {
    if (!order_free(address)) continue;
    if (cell.heads.empty()) continue;
    text += address;
    for (const Head& head : cell.heads) text += " " + head.id.text() + to_json(head.value);
    for (const Conflict& conflict : conflicts_of(catalog, row)) {
      if (conflict.address != address) continue;
      std::set<ChangeId> rivals;
      for (const Head& head : conflict.heads) rivals.insert(head.id);
      for (const ChangeId& id : rivals) text += " against " + id.text();
    }
    text += "\n";
  }
  return text;
}

std::map<RecordId, std::string> heads_by_record(const Catalog& catalog, server::MemoryStore& store,
                                                const StudioId& studio) {
  std::map<RecordId, std::string> heads;
  (void)store.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
    for (const StoredRow& item : rows) {
      LX_TRY(const Row row, decode_row(item.encoded));
      heads[row.record] = heads_of(catalog, row);
      for (const auto& [address, cell] : row.cells) {
        if (cell.empty()) heads[row.record] += address + " is kept though nothing is in it\n";
      }
    }
    return {};
  });
  return heads;
}

std::map<ChangeId, bool> outcomes(server::MemoryStore& store, const StudioId& studio) {
  std::map<ChangeId, bool> applied;
  (void)store.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<Logged> lines, snapshot.log_after(0, 1'000'000));
    for (const Logged& line : lines) applied[line.id] = line.applied_seq > 0;
    return {};
  });
  return applied;
}

}  // namespace

void check_permuted(World& world) {
  std::vector<Bringer> bringers;
  std::set<ChangeId> here;
  const bool bases_first = world.random.chance(50);
  const ClockReading now{world.now_ms, 0, {}};
  for (const auto& phone : world.phones) {
    Bringer& from = bringers.emplace_back();
    from.pusher = world.pusher_of(*phone, phone->clock.at(world.now_ms));
    from.secret = phone->secret;
    from.h = chain_start(world.studio, phone->key);
    for (const OwnLine& own : phone->own) from.lines.push_back({own.line, ground_of(own.line, bases_first)});
  }
  Bringer& desk = bringers.emplace_back();
  desk.pusher = {world.desk.device, world.desk.key, world.desk.member, false, false, now};
  desk.secret = world.desk.secret;
  desk.h = chain_start(world.studio, world.desk.key);
  std::set<ChangeId> in_log;
  for (const World::Line& line : world.log()) {
    in_log.insert(line.logged.id);
    if (line.logged.device == world.desk.device)
      desk.lines.push_back({line.logged.line, ground_of(line.logged.line, bases_first)});
  }

  server::MemoryStore store;
  for (;;) {
    std::vector<Bringer*> ready;
    for (Bringer& from : bringers) {
      if (from.next == from.lines.size()) continue;
      const std::set<ChangeId>& after = from.lines[from.next].after;
      const bool may = std::all_of(after.begin(), after.end(),
                                   [&](const ChangeId& id) { return here.contains(id) || !in_log.contains(id); });
      if (may) ready.push_back(&from);
    }
    if (ready.empty()) break;
    Bringer& from = *world.random.one_of(ready);
    const Status pushed = push_next(world, store, from);
    if (!world.findings.expect(7, pushed.has_value(), "a line is taken in another order")) return;
    for (const auto& [id, applied] : outcomes(store, world.studio)) here.insert(id);
  }
  for (const Bringer& from : bringers) {
    world.findings.expect(7, from.next == from.lines.size() && from.n == static_cast<N>(from.lines.size()),
                          "every line arrives in another order too");
  }
  // Where a decision about a held change fell otherwise, other changes are in force, and there is nothing to compare.
  if (outcomes(store, world.studio) != outcomes(world.store, world.studio)) {
    const auto ours = outcomes(world.store, world.studio), theirs = outcomes(store, world.studio);
    for (const ChangeId& id : world.honest) {
      if (ours.contains(id) && theirs.contains(id) && ours.at(id) != theirs.at(id)) return;
    }
  }
  const auto ours = heads_by_record(*world.server_catalog, world.store, world.studio);
  const auto theirs = heads_by_record(*world.server_catalog, store, world.studio);
  for (const auto& [record, heads] : ours) {
    const auto found = theirs.find(record);
    if (heads.empty() && found == theirs.end()) continue;
    world.findings.expect(7, found != theirs.end() && found->second == heads,
                          "another order of arrival, the same heads and conflicts of " + record.text().substr(0, 8) +
                              "\n--- as lived\n" + heads + "--- permuted\n" +
                              (found == theirs.end() ? "no such record\n" : found->second));
  }
}

}  // namespace lianxin
