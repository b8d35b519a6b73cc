// F16: once all is quiet, 1 to 100 cells are flipped, deleted, added, or set back to what they were, behind the API of
// a phone or of the server; on a phone what stands beside the cells as well. The next catch-up finds it, and the log
// mends it.
#include "sync/model/limits.h"
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

constexpr int catch_ups_max = 3;  // of each phone, until all is as it was

// One cell of the row is no longer what it was.
void damage_cell(SeededRandom& random, Row& row, const Row& before) {
  const std::size_t kind = random.below(4);
  if (row.cells.empty() || kind == 0) {  // added
    Head head;
    head.id = random.id<ChangeId>();
    head.value = "x";
    row.cells["title"].heads = {head};
    return;
  }
  auto at = row.cells.begin();
  std::advance(at, random.below(row.cells.size()));
  if (kind == 1) {
    row.cells.erase(at);
  } else if (kind == 2 && !before.cells.empty()) {
    row.cells = before.cells;
  } else if (at->second.heads.empty()) {
    row.cells.erase(at);
  } else {
    Head& head = at->second.heads[random.below(at->second.heads.size())];
    switch (random.below(6)) {
      case 0: head.value = Value("flipped"); break;
      case 1: head.clock = head.clock.next(); break;
      case 2: head.id = random.id<ChangeId>(); break;
      case 3: head.role += "x"; break;
      case 4: head.member = random.id<MemberId>(); break;
      case 5: head.bases.push_back(random.id<ChangeId>()); break;
    }
  }
}

// What stands beside the cells.
void damage_beside(SeededRandom& random, Row& row) {
  switch (random.below(4)) {
    case 0: row.created_by = random.id<MemberId>(); break;
    case 1: row.created = row.created.next(); break;
    case 2: row.held.push_back({random.id<ChangeId>(), "kinds_newer", "title", row.created_by}); break;
    case 3: row.last_writes[random.id<MemberId>()] = {1, random.id<ChangeId>()}; break;
  }
}

constexpr Query alter_row{"sim_alter_row", "UPDATE row SET row_sealed = $3 WHERE studio = $1 AND record = $2"};

// By the disk, which the phone's own sum of what it was given tells; or through the phone's code as a fault of ours
// would, sum and all, which the digest tells of the cells that it covers: those above the reader's clearance stay as
// they are. How many were altered.
std::int64_t damage_phone(Life& life, std::size_t index, const std::map<RecordId, Row>& before, std::size_t cells) {
  SimPhone& phone = *life.phones[index].phone;
  const StudioId& studio = life.server.studio;
  const bool by_disk = life.random.chance(50);
  const std::vector<DeliveredRow> rows = phone.rows(studio);
  Database& db = phone.core().db();
  std::int64_t altered = 0;
  (void)db.write([&]() -> Status {
    for (std::size_t i = 0; i < cells && !rows.empty(); ++i) {
      const DeliveredRow& row = life.random.one_of(rows);
      Row bad = row.row;
      if (by_disk && life.random.chance(25)) {
        damage_beside(life.random, bad);
      } else {
        const auto old = before.find(row.row.record);
        damage_cell(life.random, bad, old == before.end() ? Row{} : old->second);
      }
      if (by_disk) {
        db.exec(alter_row, studio, bad.record,
                Blob{db.seal(sealed_at(Column::row, studio, bad.record), encode_row(bad))});
      } else {
        for (const std::string& address : row.row.above) bad.cells[address] = *row.row.cell(address);
        Rows(db).put(studio, std::span(&bad, 1), row.acked_n, false);
      }
      altered += bad == row.row ? 0 : 1;
    }
    return {};
  });
  return altered;
}

std::int64_t damage_server(Life& life, const std::map<RecordId, Row>& before, std::size_t cells) {
  std::int64_t altered = 0;
  (void)life.server.store().write(life.server.studio, [&](WriteTxn& txn) -> Status {
    LX_TRY(const StudioHead head, txn.head());
    LX_TRY(std::vector<StoredRow> rows, txn.rows_after(0, 1'000'000, SIZE_MAX));
    for (std::size_t i = 0; i < cells && !rows.empty(); ++i) {
      StoredRow& stored = rows[life.random.below(rows.size())];
      LX_TRY(Row row, decode_row(stored.encoded));
      const auto old = before.find(row.record);
      damage_cell(life.random, row, old == before.end() ? Row{} : old->second);
      const std::string bad = encode_row(row);
      altered += bad == stored.encoded ? 0 : 1;
      stored.encoded = bad;
    }
    return txn.replace_rows(rows, head);
  });
  return altered;
}

std::map<RecordId, Row> by_record(const std::vector<Row>& rows) {
  std::map<RecordId, Row> map;
  for (const Row& row : rows) map.emplace(row.record, row);
  return map;
}

}  // namespace

void run_damage(const Trial& trial, Report& report) {
  Life life(trial, {}, report);
  std::map<RecordId, Row> before;
  life.instead = [&] {
    if (life.random.chance(10)) before = by_record(life.server_rows());
    return false;
  };
  life.live();
  life.settle();
  life.check();
  if (report.failed()) return;
  const std::string right = life.dump();
  // Often one alone: where there is another, that may be what is found.
  const std::size_t cells = life.random.chance(50) ? 1 : 1 + life.random.below(100);
  const bool on_server = trial.seed % 2 == 0;
  life.damaged = true;
  const std::int64_t altered = on_server ? damage_server(life, before, cells)
                                         : damage_phone(life, life.random.below(life.phones.size()), before, cells);
  for (int i = 0; i < catch_ups_max; ++i) {
    for (std::size_t phone = 0; phone < life.phones.size(); ++phone) {
      life.pass(limits::rows_summed_every_ms);
      (void)life.sync(phone);
    }
  }
  report.count("cells damaged", altered);
  report.expect(16, life.dump() == right, "the server's rows are what they were");
  life.check();
}

}  // namespace lianxin::sim
