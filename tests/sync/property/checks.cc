// What is asked while the world lives.
#include "tests/sync/property/checks.h"

#include <algorithm>

#include "sync/model/cursor.h"
#include "tests/sync/property/compare.h"
#include "tests/sync/test_kinds.h"

namespace lianxin {
namespace {

constexpr auto no_one = static_cast<const Access*>(nullptr);

std::string where(const std::string& who, const RecordId& record, const std::string& address) {
  return who + " " + record.text().substr(0, 8) + " " + address;
}

bool is_above(const Access* reader, const Row& row, const std::string& field) {
  return reader && guarded(row.kind, field) > reader->clearance;
}

}  // namespace

void check_view(World& world, const ModelPhone& phone, const RecordId& record) {
  const Row row = phone.view(record);
  const oracle::View view = world.phone_view(phone, record);
  const std::string who = "phone " + phone.device.text().substr(0, 4);
  compare(world.findings, world.oracle, who, *phone.catalog, row, view, &phone.access);
  // What was saved here is in view, or something later is, or it stands beside as held.
  for (const OwnLine& own : phone.own) {
    if (!own.change || own.poison || own.change->record != record) continue;
    const ChangeId& id = own.change->id;
    if (!view.contains(id)) {
      const auto mark =
          std::find_if(row.held.begin(), row.held.end(), [&](const HeldMark& held) { return held.id == id; });
      const bool waits = std::any_of(own.change->writes.begin(), own.change->writes.end(),
                                     [](const Write& write) { return write.op == Op::step; });
      world.findings.expect(8, mark != row.held.end() || waits, where(who, record, "a saved change left the view"));
      continue;
    }
    for (const Write& write : own.change->writes) {
      if (write.op == Op::remove) continue;
      const Cell* cell = row.cell(write.at.text());
      std::size_t times = 0;
      for (const Head& head : cell ? cell->heads : std::vector<Head>()) times += head.id == id ? 1 : 0;
      const bool counted = write.op == Op::count || write.op == Op::append;
      const std::set<ChangeId> standing = world.oracle.cell(view, record, write.at).heads;
      const bool stands = counted || standing.contains(id);
      const bool element = rule_of(*phone.catalog, row.kind, write.at).merge == Merge::set;
      world.findings.expect(8, element ? times <= 1 : times == (stands ? 1u : 0u),
                            where(who, record, write.at.text()) + ": own write counted " + std::to_string(times));
    }
  }
}

// What the form had not shown stands on beside what was saved: no pull in between hides it, no ordinary edit closes it.
void check_saved(World& world, const ModelPhone& phone, const Change& change, const Row& before) {
  const Row after = phone.view(change.record);
  for (const Write& write : change.writes) {
    if (write.op == Op::remove) continue;
    const Cell* had = before.cell(write.at.text());
    const Cell* has = after.cell(write.at.text());
    for (const Head& head : had ? had->heads : std::vector<Head>()) {
      if (world.oracle.had_seen(write.at, change.id, head.id)) continue;
      const bool stands = has && has->head(head.id);
      world.findings.expect(10, stands,
                            where("phone", change.record, write.at.text()) + ": not shown and yet replaced");
    }
  }
}

void check_server(World& world) {
  const oracle::View view = world.server_view();
  for (const Row& row : world.server_rows()) {
    if (row.kind == unreadable_kind || row.kind == overflow_kind) continue;
    compare(world.findings, world.oracle, "server", *world.server_catalog, row, view, no_one);
  }
}

// Who may see that a record is there at all: whoever may see something in it, and whoever wrote something of it.
static bool may_see(const Access& access, const Row& row) {
  if (row.kind != "patient") return true;
  if (access.clearance >= Sensitivity::health) return true;
  if (row.created_by == access.member || row.last_writes.contains(access.member)) return true;
  return std::any_of(row.held.begin(), row.held.end(),
                     [&](const HeldMark& mark) { return mark.member == access.member; });
}

void check_page(World& world, const ModelPhone& phone, const StudioRequest& asked, const Page& page) {
  Findings& findings = world.findings;
  if (page.acked_n() != asked.last_n) {
    findings.expect(5, !page.given, "no page while something is unpushed");
    return;
  }
  if (!findings.expect(5, page.given, "a page comes when everything is pushed")) return;
  const std::vector<World::Line> log = world.log();
  for (std::size_t i = 0; i < log.size(); ++i) {
    findings.expect(5, log[i].logged.seq == static_cast<Seq>(i + 1), "seq is dense");
  }
  const std::optional<Cursor> from = Cursor::parse(asked.cursor);
  const Seq after = from && !page.from_zero ? from->seq : 0;
  findings.expect(5, !page.more || page.cursor.seq > after, "a page with more moves");
  findings.expect(5, page.more || page.cursor.seq == static_cast<Seq>(log.size()), "the last page reaches the head");
  std::map<RecordId, Seq> last_touched;
  for (const World::Line& line : log) last_touched[line.logged.record] = line.logged.seq;
  std::set<RecordId> changed, given;
  for (const Row& row : world.server_rows()) {
    const Seq last = last_touched[row.record];
    findings.expect(5, row.last_seq == last, "a row knows the last change of its record");
    if (last > after && last <= page.cursor.seq && may_see(phone.access, row)) changed.insert(row.record);
  }
  Seq before = after;
  for (const std::string& text : page.rows) {
    const Result<Row> row = decode_row(text);
    if (!findings.expect(5, row.has_value(), "a row can be read")) continue;
    findings.expect(5, row->last_seq > before && row->last_seq <= page.cursor.seq, "rows come in the log's order");
    before = row->last_seq;
    given.insert(row->record);
  }
  findings.expect(5, given == changed, "the page holds exactly what changed");
}

// A delivered row is the server's row less what its reader may not see.
static void check_delivered(World& world, const ModelPhone& phone, const Row& server, const Row& here) {
  Findings& findings = world.findings;
  const std::string who = "phone " + phone.device.text().substr(0, 4);
  std::set<std::string> above;
  std::size_t expected = 0;
  for (const auto& [address, cell] : server.cells) {
    const std::string field = address.substr(0, address.find('/'));
    const std::string place = where(who, server.record, address);
    const Cell* got = here.cell(address);
    if (!is_above(&phone.access, server, field)) {
      ++expected;
      findings.expect(14, got && *got == cell, place + ": what he may see is there");
      continue;
    }
    Cell own;
    for (const Head& head : cell.heads) {
      if (head.member == phone.access.member) own.heads.push_back(head);
    }
    if (own.empty()) {
      findings.expect(14, !got, place + ": above his clearance");
      continue;
    }
    ++expected;
    above.insert(address);
    findings.expect(14, got && *got == own, place + ": his own heads, and no more");
  }
  findings.expect(14, here.cells.size() == expected, where(who, server.record, "nothing left over"));
  findings.expect(14, std::set<std::string>(here.above.begin(), here.above.end()) == above,
                  where(who, server.record, "what is above is listed"));
}

void check_phone(World& world, const ModelPhone& phone) {
  Findings& findings = world.findings;
  const std::optional<Cursor> cursor = Cursor::parse(phone.cursor);
  if (!cursor || phone.caught_up.seq == 0) return;  // a first pull goes into fresh rows, out of sight
  std::set<RecordId> there;
  for (const Row& row : world.server_rows()) {
    if (!may_see(phone.access, row)) continue;
    there.insert(row.record);
    if (row.last_seq > cursor->seq) continue;  // changed since, and not asked for yet
    const auto here = phone.rows.find(row.record);
    if (!findings.expect(6, here != phone.rows.end(), "a cursor implies the rows up to it")) continue;
    findings.expect(6, here->second.row.last_seq == row.last_seq, "a cursor implies the rows as they then were");
    check_delivered(world, phone, row, here->second.row);
  }
  for (const auto& [record, delivered] : phone.rows) {
    findings.expect(14, there.contains(record), "no record stays that he may not see");
  }
  if (cursor->seq != phone.caught_up.seq || !phone.told) return;
  findings.expect(7, phone.digest() == *phone.told, "the digest told is the digest of the rows");
}

}  // namespace lianxin
