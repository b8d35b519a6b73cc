// Read off the log: the row alone does not keep what was replaced.
#include "server/review/history.h"

#include <algorithm>
#include <map>
#include <set>

#include "schema/day.h"
#include "server/review/join.h"
#include "server/review/record_view.h"
#include "server/review/seen_row.h"
#include "server/review/why_shown.h"
#include "server/review/words.h"
#include "server/storage/snapshot.h"
#include "sync/log/record_log.h"

namespace lianxin::server {
namespace {

struct Entry {
  const Logged* logged = nullptr;
  const Change* change = nullptr;
  const Write* write = nullptr;
};

struct Log {
  std::vector<Logged> lines;
  Seq next = 0;                                       // below it are older ones; 0: there are none
  std::vector<Logged> bases;                          // older ones that these name
  std::map<ChangeId, Change> changes;                 // of both, those that can be read
  std::set<ChangeId> closed;                          // of these, what only others may read
  std::map<std::string, std::vector<Entry>> entries;  // by address, in the order of the log
};

// A held change that was not let in may be anything: its values are for its author and for those who decide about it.
bool may_read(const Access& access, const Logged& logged, const Change& change) {
  const bool not_applied = logged.outcome == Outcome::held && logged.applied_seq == 0;
  return !not_applied || may_decide_held(access) || change.member == access.member;
}

// The reason of a change may tell of any of its writes.
bool sees_all(const RowSight& sight, const Change& change) {
  return std::all_of(change.writes.begin(), change.writes.end(), [&](const Write& write) {
    return write.at.field == held_field || sight.of(change.kind, write.at.field) == Visibility::visible;
  });
}

void read_lines(const RowSight& sight, const RecordId& record, const std::vector<Logged>& lines, Log& log) {
  const bool masks = sight.masks();
  for (const Logged& logged : lines) {
    Result<Change> change = parse_line(logged.line);
    // A line under another's id has a record of its own, so here each id is met once.
    if (!change || change->record != record) continue;
    if (!may_read(sight.access(), logged, *change)) log.closed.insert(logged.id);
    if (masks || !sees_all(sight, *change)) change->reason.clear();
    log.changes.emplace(logged.id, std::move(*change));
  }
}

// The lines that those of the part name as replaced, as far as they are older than it.
Result<std::vector<Logged>> bases_of(ReadTxn& snapshot, const Log& log) {
  std::set<ChangeId> wanted;
  for (const auto& [id, change] : log.changes) {
    for (const Write& write : change.writes) {
      for (const ChangeId& base : write.bases) {
        if (!log.changes.contains(base) && wanted.size() < history_lines_max) wanted.insert(base);
      }
    }
  }
  std::vector<Logged> bases;
  LX_TRY(const auto found, snapshot.logged(std::vector<ChangeId>(wanted.begin(), wanted.end())));
  for (const std::optional<Logged>& line : found) {
    if (line) bases.push_back(*line);
  }
  return bases;
}

Result<Log> read_log(const Desk& desk, const RowSight& sight, const StudioId& studio, const RecordId& record,
                     const LogPart& part) {
  Log log;
  LX_CHECK(desk.store.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(RecordLog of_record, lines_of(snapshot, record, part));
    log.lines = std::move(of_record.lines);
    log.next = of_record.next;
    read_lines(sight, record, log.lines, log);
    if (log.next == 0) return {};
    LX_TRY(log.bases, bases_of(snapshot, log));
    read_lines(sight, record, log.bases, log);
    return {};
  }));
  for (const Logged& logged : log.lines) {
    const auto change = log.changes.find(logged.id);
    if (change == log.changes.end()) continue;
    const bool closed = log.closed.contains(logged.id);
    for (const Write& write : change->second.writes) {
      // A held change may be of another kind than the record: it is as guarded as its own fields.
      if (sight.of(change->second.kind, write.at.field) != Visibility::visible) continue;
      // The key of an element is a value too.
      log.entries[closed ? write.at.field : write.at.text()].push_back({&logged, &change->second, &write});
    }
  }
  return log;
}

// Whether the rules show another one of those side by side, and nobody has to decide between them: a lower step, what a
// higher authority overrides, what is not shown of a field whose differences are history.
bool gave_way(const CellRule& rule, const Cell& cell, const Head& head) {
  if ((rule.merge != Merge::ladder && rule.merge != Merge::register_) || !conflict(rule, cell).empty()) return false;
  const ShownValue top = shown(rule, cell);
  return top.head && top.head->id != head.id && top.value != head.value;
}

// What became of a write, as a person asks it: is it in force, was it replaced, does it wait?
Value standing(const Row& row, const CellRule& rule, const Entry& entry, const Cell* cell) {
  const ChangeId& id = entry.logged->id;
  const auto mark = std::find_if(row.held.begin(), row.held.end(), [&](const HeldMark& m) { return m.id == id; });
  if (mark != row.held.end()) {
    if (mark->decision == HeldMark::Decision::corrected)
      return sentence("corrected", "已由协调员更正", "Corrected by a coordinator");
    if (mark->decision == HeldMark::Decision::dismissed) return sentence("dismissed", "未予采用", "Dismissed");
    return sentence("held", "暂存，等待处理", "Held, waiting for a decision");
  }
  if (entry.write->op == Op::erased) return sentence("erased", "已按个人信息保护要求清除", "Erased for privacy");
  if (entry.write->op == Op::remove)
    return sentence("took_out", "移出了当时看到的内容", "Took out what its author had seen");
  const Head* head = cell ? cell->head(id) : nullptr;
  if (head && gave_way(rule, *cell, *head)) {
    return sentence("gave_way", "没有被取代，但不显示，留作历史", "Not replaced, but not shown: kept as history");
  }
  if (head) return sentence("in_force", "现行", "In force");
  return sentence("replaced", "已被后来的改动取代，留作历史", "Replaced by a later write, kept as history");
}

// The values that a write named as its base: what its author's form showed.
Value::List replaced(const Desk& desk, const StudioId& studio, const Log& log, const std::string& kind,
                     const Entry& entry) {
  Value::List list;
  for (const ChangeId& base : entry.write->bases) {
    Value::Object item{{"id", base.text()}};
    const auto change = log.changes.find(base);
    if (change != log.changes.end() && !log.closed.contains(base)) {
      for (const Write& write : change->second.writes) {
        if (write.at != entry.write->at) continue;
        item.emplace("text", value_text(desk, kind, write.at, write.value, studio));
        item.emplace("member_name", desk.name_of(change->second.member));
      }
    }
    list.emplace_back(std::move(item));
  }
  return list;
}

void tell_values(const Desk& desk, const StudioId& studio, const Log& log, const Row& row, const Entry& entry,
                 Value::Object& view) {
  const Write& write = *entry.write;
  const bool witness = write.op == Op::witness;
  const Value value = witness && write.witnessed.find("value") ? *write.witnessed.find("value") : write.value;
  view.emplace("value", value);
  view.emplace("text", value_text(desk, row.kind, write.at, value, studio));
  view.emplace("reason", entry.change->reason);
  view.emplace("replaced", replaced(desk, studio, log, row.kind, entry));
  if (!write.from.empty()) view.emplace("from", write.from);
}

Value::Object entry_view(const Desk& desk, const StudioId& studio, const Log& log, const Row& row, const Entry& entry,
                         const CellRule& rule, const Cell* cell) {
  const Logged& logged = *entry.logged;
  const Change& change = *entry.change;
  const Write& write = *entry.write;
  const bool released = logged.outcome == Outcome::held && logged.applied_seq != 0;
  Value::Object view{{"change", logged.id.text()},
                     {"seq", logged.seq},
                     {"op", name_of(write.op)},
                     {"member", change.member.text()},
                     {"member_name", desk.name_of(change.member)},
                     {"roles", Value::List(logged.roles.begin(), logged.roles.end())},
                     {"device", logged.device.text()},
                     {"device_name", desk.device_name ? desk.device_name(logged.device) : std::string()},
                     {"claimed_ms", change.claimed.unix_ms()},
                     {"wall_ms", change.made.wall_ms},
                     {"effective_ms", logged.clock.unix_ms()},
                     {"effective_text", local_time_text(logged.clock.unix_ms())},
                     {"received_ms", logged.received_ms},
                     {"received_text", local_time_text(logged.received_ms)},
                     {"outcome", logged.outcome == Outcome::applied ? "applied"
                                 : released                         ? "released"
                                                                    : "held"},
                     {"standing", standing(row, rule, entry, cell)}};
  if (!log.closed.contains(logged.id)) tell_values(desk, studio, log, row, entry, view);
  if (logged.outcome == Outcome::held) view.emplace("held", held_sentence(logged.code));
  // Ten minutes is what domain people call a wrong clock; less is the hurry of a day.
  constexpr std::int64_t skew_shown_ms = 10 * 60 * 1000;
  const std::int64_t skew = change.claimed.unix_ms() - logged.clock.unix_ms();
  view.emplace("clock_corrected", skew > skew_shown_ms || skew < -skew_shown_ms);
  return view;
}

Value field_view(const Desk& desk, const StudioId& studio, const Log& log, const SeenRow& seen,
                 const std::string& address) {
  const Address at = *Address::parse(address);
  const Row& row = seen.row;
  const CellRule rule = rule_of(desk.catalog, row.kind, at);
  const Cell* cell = row.cell(address);
  static const Cell none;
  const ShownValue top = shown(rule, cell ? *cell : none);
  Value::List entries;
  const auto found = log.entries.find(address);
  if (found != log.entries.end()) {
    for (const Entry& entry : found->second) entries.push_back(entry_view(desk, studio, log, row, entry, rule, cell));
  }
  return Value::Object{{"address", address},
                       {"label", label_in(desk, studio, row, at)},
                       {"merge", name_of(rule.merge)},
                       {"value", top.value},
                       {"text", value_text(desk, row.kind, at, top.value, studio)},
                       {"shown_change", top.head ? Value(top.head->id.text()) : Value()},
                       {"conflict", cell && !conflict(rule, *cell).empty()},
                       {"why", why_shown(desk, rule, at, cell ? *cell : none)},
                       {"entries", std::move(entries)}};
}

Result<Value::Object> history_of(const Desk& desk, const StudioPlace& place, const SeenRow& seen, const LogPart& part) {
  const Row& row = seen.row;
  LX_TRY(const Log log, read_log(desk, seen.sight, place.studio, row.record, part));

  Value::List fields;
  for (const auto& [address, entries] : log.entries) {
    const std::string_view field = std::string_view(address).substr(0, address.find('/'));
    if (!seen.sight.sees(field)) continue;
    fields.push_back(field_view(desk, place.studio, log, seen, address));
  }
  for (const auto& [field, shown] : seen.masked) {
    fields.push_back(Value::Object{{"address", field},
                                   {"label", label_of(desk, row.kind, {field, {}, {}})},
                                   {"text", text_of_masked(shown)},
                                   {"masked", true}});
  }
  // Of lines in which he sees nothing he is not told how many there are; what cannot be read is for who decides on it.
  std::set<ChangeId> told;
  for (const auto& [address, entries] : log.entries) {
    for (const Entry& entry : entries) told.insert(entry.logged->id);
  }
  std::size_t unreadable = 0;
  if (may_decide_held(seen.sight.access())) {
    for (const Logged& logged : log.lines) unreadable += log.changes.contains(logged.id) ? 0 : 1;
  }
  Value::Object view{{"studio", place.studio.text()},
                     {"record", row.record.text()},
                     {"kind", row.kind},
                     {"last_seq", row.last_seq},
                     {"lines", static_cast<std::int64_t>(told.size() + unreadable)},
                     {"unreadable", static_cast<std::int64_t>(unreadable)},
                     {"fields", std::move(fields)}};
  if (log.next > 0) view.emplace("next", log.next);
  return view;
}

// What was written in all parts as one run of time, each line with the part and the cell that it belongs to.
Value::List timeline_of(const std::vector<Value::Object>& parts) {
  Value::List lines;
  for (const Value::Object& part : parts) {
    for (const Value& field : *part.at("fields").list()) {
      for (const Value& entry : field.list_at("entries")) {
        Value::Object line = *entry.object();
        line.emplace("record", part.at("record"));
        line.emplace("address", field.text_at("address"));
        line.emplace("label", field.text_at("label"));
        lines.push_back(std::move(line));
      }
    }
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Value& a, const Value& b) {
    return std::pair(a.integer_at("effective_ms"), a.integer_at("seq")) <
           std::pair(b.integer_at("effective_ms"), b.integer_at("seq"));
  });
  return lines;
}

}  // namespace

Result<Value> history_view(const Desk& desk, const StudioPlace& place, const RecordId& record,
                           std::optional<Seq> before) {
  LX_TRY(const Component component, component_of(desk, place, record));
  LogPart each{INT64_MAX, history_lines_max, history_bytes_max / std::max<std::size_t>(component.records.size(), 1)};
  if (before) {
    const auto is_own = [&](const JoinedRecord& part) { return part.seen.row.record == record; };
    const auto own = std::find_if(component.records.begin(), component.records.end(), is_own);
    if (own == component.records.end()) return no_record(record);
    each.before = *before;
    LX_TRY(Value::Object history, history_of(desk, place, own->seen, each));
    return Value(std::move(history));
  }
  std::vector<Value::Object> histories;
  Value::Object own;
  for (const JoinedRecord& part : component.records) {
    const StudioPlace* its_place = desk.places.place(part.studio);
    if (!its_place) continue;
    LX_TRY(Value::Object history, history_of(desk, *its_place, part.seen, each));
    if (part.seen.row.record == record) own = history;
    histories.push_back(std::move(history));
  }
  if (component.several()) {
    own.emplace("timeline", timeline_of(histories));
    Value::List others;
    for (Value::Object& history : histories) {
      if (history.at("record") != own.at("record")) others.push_back(std::move(history));
    }
    own.emplace("parts", std::move(others));
  }
  return Value(std::move(own));
}

}  // namespace lianxin::server
