// What is asked once the world is quiet.
#include <algorithm>

#include "sync/log/rebuild.h"
#include "sync/model/chain.h"
#include "sync/server/push.h"
#include "tests/sync/property/checks.h"
#include "tests/sync/test_kinds.h"

namespace lianxin {
namespace {

constexpr std::int64_t forward_ms = 2 * 60 * 1000;

// A row without what one reader sees and another does not: own heads above a clearance, and where own held writes lie.
std::string common_part(Row row, Sensitivity clearance) {
  for (HeldMark& mark : row.held) {
    if (guarded(row.kind, mark.field.substr(0, mark.field.find('/'))) > clearance) mark.field.clear();
  }
  for (const std::string& address : row.above) row.cells.erase(address);
  row.above.clear();
  return encode_row(row);
}

bool same_sight(const ModelPhone& a, const ModelPhone& b) { return a.access.clearance == b.access.clearance; }

}  // namespace

void check_chains(World& world) {
  Findings& findings = world.findings;
  std::map<ChangeId, int> times;
  Hash log_hash{};
  for (const World::Line& line : world.log()) {
    ++times[line.logged.id];
    std::string bytes(view(log_hash));
    bytes += view(sha256(line.logged.line));
    bytes += line.logged.outcome == Outcome::applied ? '\0' : '\1';
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes += static_cast<char>(line.logged.clock.value >> shift & 255);
    }
    log_hash = sha256(bytes);
    findings.expect(1, line.logged.log_hash == log_hash, "each line's log hash follows from the one before");
  }
  for (const auto& [id, count] : times) findings.expect(1, count == 1, "a change id is in the log once");
  for (const auto& phone : world.phones) {
    const Status read = world.store.read(world.studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const ChainHead head, snapshot.chain(phone->device));
      findings.expect(1, head.n == phone->last_n() && phone->acked_n == head.n, "everything saved is acknowledged");
      for (N n = 1; n <= head.n; ++n) {
        LX_TRY(const std::optional<ChainEntry> entry, snapshot.chain_entry(phone->device, n));
        if (!findings.expect(1, entry && entry->n == n, "n has no gap")) continue;
        findings.expect(1, entry->h == phone->h(n), "both have the same chain");
        findings.expect(1, times.contains(entry->id), "each n names a line of the log");
      }
      return {};
    });
    findings.expect(1, read.has_value(), "chains can be read");
  }
}

void check_resend(World& world) {
  const std::string before = world.dump();
  for (std::size_t i = 0; i < 2 * world.sent.size() && i < 40; ++i) {
    const Sent& again = world.sent[world.random.below(world.sent.size())];
    const ModelPhone& phone = *world.phones[again.phone];
    world.now_ms += 1000;
    const auto pushed =
        push(world.store, world.studio, world.rules(), world.pusher_of(phone, again.clocks), again.push);
    world.findings.expect(2, pushed && pushed->acked_n == phone.last_n(), "a repeat is answered with what is there");
  }
  world.findings.expect(2, world.dump() == before, "a repeat changes nothing");

  // The same lines from another device: they take their n in its chain, and nothing else.
  for (const auto& original : world.phones) {
    if (original->own.empty()) continue;
    ModelPhone copy(world.random.next(), world.studio, original->access, *original->catalog, original->clock);
    for (const OwnLine& own : original->own) copy.keep_bytes(own.line);
    const SyncRequest request = copy.request(world.now_ms, 0);
    const auto pushed = push(world.store, world.studio, world.rules(), world.pusher_of(copy, request.clocks),
                             request.studios.front().push);
    world.findings.expect(2, pushed && pushed->acked_n == copy.last_n(), "lines of another's chain are taken");
  }
  world.findings.expect(2, world.dump() == before, "lines that another device brings again change nothing");
}

void check_poison(World& world) {
  Findings& findings = world.findings;
  for (const World::Line& line : world.log()) {
    const Logged& logged = line.logged;
    const bool held = logged.outcome == Outcome::held;
    if (world.poisoned.contains(logged.id)) findings.expect(4, held, "poison is held");
    if (held) findings.expect(4, !logged.code.empty(), "a held line says why");
    if (!world.honest.contains(logged.id) || !held) continue;
    // What only the state on arrival can tell; everything else was said before it was saved.
    static const std::set<std::string> by_arrival = {"cannot_see_all", "base_missing", "once", "kinds_newer",
                                                     "value_too_long"};
    findings.expect(4, by_arrival.contains(logged.code), "an honest change is applied, not held as " + logged.code);
  }
}

void check_quiet(World& world) {
  Findings& findings = world.findings;
  const StudioHead head = world.head();
  for (const auto& phone : world.phones) {
    findings.expect(7, phone->caught_up.seq == head.seq, "everybody has caught up");
    findings.expect(7, phone->digest() == sum_up_to(head.digests, phone->access.clearance), "digests are equal");
    check_phone(world, *phone);
    for (const RecordId& record : phone->records()) check_view(world, *phone, record);
    for (const auto& other : world.phones) {
      if (!same_sight(*phone, *other) || phone == other) continue;
      for (const auto& [record, delivered] : phone->rows) {
        if (delivered.row.kind == "patient" || delivered.row.kind == "notice") continue;  // by who wrote in it
        const auto there = other->rows.find(record);
        findings.expect(7,
                        there != other->rows.end() && common_part(delivered.row, phone->access.clearance) ==
                                                          common_part(there->second.row, other->access.clearance),
                        "equal clearance means equal bytes");
      }
    }
  }
}

void check_rebuild(World& world) {
  const std::string before = world.dump();
  const Result<StudioHead> head = rebuild(world.store, world.studio, *world.server_catalog);
  world.findings.expect(7, head.has_value(), "the log can be replayed");
  world.findings.expect(7, world.dump() == before, "replaying the log gives the same rows and digests");
}

void check_readable(World& world) {
  Findings& findings = world.findings;
  std::map<std::string, const World::Line*> by_line;
  const std::vector<World::Line> log = world.log();
  for (const World::Line& line : log) by_line.emplace(line.logged.line, &line);
  std::map<RecordId, Row> rows;
  for (Row& row : world.server_rows()) rows.emplace(row.record, std::move(row));
  for (const auto& phone : world.phones) {
    for (N n = 1; n <= phone->acked_n; ++n) {
      const auto found = by_line.find(phone->own[static_cast<std::size_t>(n - 1)].line);
      if (!findings.expect(11, found != by_line.end(), "every acknowledged line is in the log")) continue;
      const Logged& logged = found->second->logged;
      const auto row = rows.find(logged.record);
      if (!findings.expect(11, row != rows.end(), "every line has its record")) continue;
      if (logged.applied_seq == 0) {
        findings.expect(11, row->second.held_mark(logged.id) != nullptr, "what is held is listed in its row");
        continue;
      }
      findings.expect(11, !row->second.held_mark(logged.id), "what is applied is not listed as held");
      for (const Write& write : found->second->change->writes) {
        const Cell* cell = row->second.cell(write.at.text());
        const Head* head = cell ? cell->head(logged.id) : nullptr;
        if (head) findings.expect(11, head->value == write.value, "a head has the value that its line says");
      }
      // History: the lines of a record, as anyone who asks for it gets them.
      (void)world.store.read(world.studio, [&](ReadTxn& snapshot) -> Status {
        LX_TRY(const std::vector<Logged> lines, snapshot.log_of(logged.record));
        const bool there =
            std::any_of(lines.begin(), lines.end(), [&](const Logged& item) { return item.id == logged.id; });
        findings.expect(11, there, "a record's history has each of its lines");
        return {};
      });
    }
  }
}

void check_clocks(World& world) {
  Findings& findings = world.findings;
  std::map<ChangeId, const Logged*> met;
  std::map<DeviceId, Hlc> last_of;
  // What stands before each line in its chain; another device may have brought those bytes first.
  std::map<ChangeId, ChangeId> before_in_chain;
  for (const auto& phone : world.phones) {
    (void)world.store.read(world.studio, [&](ReadTxn& snapshot) -> Status {
      for (N n = 2; n <= phone->acked_n; ++n) {
        LX_TRY(const std::optional<ChainEntry> before, snapshot.chain_entry(phone->device, n - 1));
        LX_TRY(const std::optional<ChainEntry> entry, snapshot.chain_entry(phone->device, n));
        if (before && entry) before_in_chain.emplace(entry->id, before->id);
      }
      return {};
    });
  }
  const std::vector<World::Line> log = world.log();
  for (const World::Line& line : log) {
    const Logged& logged = line.logged;
    std::int64_t bound_ms = 0;  // what happened before it, effectively
    if (const auto last = last_of.find(logged.device); last != last_of.end()) {
      findings.expect(12, last->second < logged.clock, "a device's next change has a greater clock");
      bound_ms = last->second.next().unix_ms();
    }
    last_of[logged.device] = logged.clock;
    if (const auto before = before_in_chain.find(logged.id); before != before_in_chain.end()) {
      if (met.contains(before->second)) {
        bound_ms = std::max(bound_ms, met.at(before->second)->clock.next().unix_ms());
      }
    }
    if (line.change) {
      for (const Write& write : line.change->writes) {
        for (const ChangeId& base : write.bases) {
          const auto before = met.find(base);
          if (before == met.end()) continue;
          findings.expect(12, before->second->clock < logged.clock, "what was shown has a smaller clock");
          bound_ms = std::max(bound_ms, before->second->clock.next().unix_ms());
        }
      }
    }
    met.emplace(logged.id, &logged);
    findings.expect(12, logged.clock.unix_ms() <= std::max(bound_ms, logged.received_ms + forward_ms),
                    "no clock is further ahead than the limit");
    const auto phone = world.made_on.find(logged.id);
    if (phone == world.made_on.end() || world.rebooted.contains(phone->second) || world.options.server_jumps) continue;
    // Within one boot age is measured truly, whatever the wall clock was set to and whoever else's is sick.
    const std::int64_t made = world.made_ms.at(logged.id);
    findings.expect(12, logged.clock.unix_ms() >= made - 1000, "a clock is not behind the time it was made");
    findings.expect(12, logged.clock.unix_ms() <= std::max(bound_ms, made + 1000),
                    "a clock is ahead only of what happened before it: " + logged.id.text() + " by " +
                        std::to_string(logged.clock.unix_ms() - made) + " ms");
  }
}

void check_kinds(World& world) {
  if (!world.options.mixed_kinds) return;
  std::vector<Row> rows = world.server_rows();
  for (const World::Line& line : world.log()) {
    if (line.logged.code != "kinds_newer" || !world.honest.contains(line.logged.id)) continue;
    const Write& last = line.change->writes.back();
    if (last.op == Op::step) continue;          // its ground may have been dismissed
    if (last.at.field == "_deleted") continue;  // its author may not see all that stands there by now
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& item) { return item.record == line.logged.record; });
    const HeldMark* mark = row == rows.end() ? nullptr : row->held_mark(line.logged.id);
    const bool decided = mark && mark->decision != HeldMark::Decision::open;
    world.findings.expect(17, decided || line.logged.applied_seq > 0,
                          "what was too new is applied once it is known: " + line.logged.id.text());
  }
  for (const auto& phone : world.phones) {
    for (const Row& row : rows) {
      const Cell* cell = row.cell(row.kind == "notice" ? "words" : "weather");
      const auto here = phone->rows.find(row.record);
      if (!cell || here == phone->rows.end()) continue;
      const Cell* kept = here->second.row.cell(row.kind == "notice" ? "words" : "weather");
      world.findings.expect(17, kept && *kept == *cell, "an old phone keeps the field that it does not know");
    }
  }
}

}  // namespace lianxin
