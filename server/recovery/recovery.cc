#include "server/recovery/recovery.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "server/people/states.h"
#include "server/recovery/agreement.h"
#include "server/recovery/replay.h"
#include "server/recovery/waiting.h"
#include "server/storage/sql.h"
#include "server/telemetry/log.h"
#include "sync/model/row.h"

namespace lianxin::server {
namespace {

constexpr std::size_t lines_at_a_time = 500;

// The database before the journal is read: what is here by now and is not there was never told.
struct DatabaseState {
  Agreement agreed;  // with the journal, as it was noted last
  std::int64_t state_no = 0;
  std::map<StudioId, StudioHead> heads;
  JournalPlace restoration_noted;  // the end of the journal at which a restoration was noted last
};

Result<DatabaseState> read_database(const RecoveryParts& parts) {
  DatabaseState state;
  LX_TRY(state.agreed, read_agreement(parts.database));
  LX_CHECK(parts.database.read([&](SqlConnection& connection) -> Status {
    state.state_no = last_state_no(connection);
    state.restoration_noted = noted_place(connection);
    return {};
  }));
  LX_TRY(state.heads, heads_of(parts.store));
  return state;
}

// What the journal's entries tell behind the agreement, read before anything is done about it.
struct Told {
  struct Mark {
    Seq seq = 0;
    Hash log_hash{};
  };
  Agreement agreed;  // what they are behind
  bool journal_unknown =
      false;  // it does not have the place agreed on: all of it is read, and all of this is told to it
  std::map<StudioId, Mark> marks;                         // the last of each studio
  std::map<DeviceId, ToldSync> syncs;                     // the last of each phone
  std::set<std::pair<std::string, std::int64_t>> states;  // kind and number
  std::set<ChangeId> lines;
  bool restoration_noted = false;  // by a run that was killed, and partly done: this goes on with it
};

void read_marks(const Value& entry, Told& told) {
  for (const Value& item : entry.list_at("studios")) {
    const auto studio = StudioId::parse(item.text_at("studio"));
    Told::Mark mark{item.integer_at("seq"), {}};
    if (studio && from_hex(item.text_at("log"), mark.log_hash)) told.marks[*studio] = mark;
  }
  for (const Value& item : entry.list_at("syncs")) {
    const auto device = DeviceId::parse(item.text_at("device"));
    if (device) told.syncs[*device] = {item.integer_at("at_ms"), item.integer_at("backlog")};
  }
}

void read_entry(const OwnDevices& own, const JournalEntry& entry, Told& told) {
  const Value what(entry.what);
  if (entry.kind() == "marks") read_marks(what, told);
  if (is_state(entry.what)) told.states.emplace(entry.kind(), what.integer_at("state_no"));
  if (entry.kind() != "lines") return;
  const auto lines = read_own_lines(own, entry.what);
  if (!lines) return;
  told.marks[lines->studio] = {lines->seq, lines->log_hash};
  told.lines.insert(lines->ids.begin(), lines->ids.end());
}

// Up to `end`. not_found where this journal does not have the place that was agreed on.
Result<Told> read_behind(const RecoveryParts& parts, const Agreement& agreed, const JournalPlace& restoration_noted,
                         const JournalPlace& end) {
  Told told;
  told.agreed = agreed;
  const auto read = parts.journal.each_after(agreed.place, [&](const JournalEntry& entry) -> Status {
    if (entry.place.number > end.number) return {};
    read_entry(parts.own, entry, told);
    if (entry.place != restoration_noted) return {};
    told.restoration_noted = true;
    told.marks.clear();  // what was missing until here is written down
    return {};
  });
  if (!read) return tl::unexpected(read.error());  // of damage the replay tells
  return told;
}

Result<Told> read_journal(const RecoveryParts& parts, const DatabaseState& state, const JournalPlace& end) {
  Result<Told> told = read_behind(parts, state.agreed, state.restoration_noted, end);
  if (told || told.error().code != Errc::not_found) return told;
  told = read_behind(parts, {}, state.restoration_noted, end);
  if (told) told->journal_unknown = true;
  return told;
}

// Read anew: a server that runs beside this has perhaps gone on, and told the journal so, since the first look.
Result<std::vector<RestoredStudio>> studios_set_back(Store& store, const std::map<StudioId, Told::Mark>& marks) {
  std::vector<RestoredStudio> set_back;
  for (const auto& [studio, mark] : marks) {
    RestoredStudio behind{studio, mark.seq, 0};
    bool same = false;
    LX_CHECK(store.read(studio, [&, mark = mark](ReadTxn& snapshot) -> Status {
      LX_TRY(const StudioHead head, snapshot.head());
      LX_TRY(const std::optional<Hash> hash, snapshot.log_hash(mark.seq));
      behind.seq_found = head.seq;
      same = head.seq >= mark.seq && hash && *hash == mark.log_hash;
      return {};
    }));
    if (!same) set_back.push_back(behind);
  }
  return set_back;
}

Result<std::vector<Value::Object>> untold_states(const RecoveryParts& parts, const DatabaseState& state,
                                                 const Told& told) {
  std::vector<Value::Object> untold;
  LX_CHECK(parts.database.read([&](SqlConnection& connection) -> Status {
    for (Value::Object& row : states_after(connection, told.agreed.state_no)) {
      const std::int64_t number = *row.at("state_no").integer();
      if (number > state.state_no && number > 0) continue;  // of the replay
      if (!told.states.contains({*row.at("kind").text(), number})) untold.push_back(std::move(row));
    }
    return {};
  }));
  if (told.journal_unknown) {  // what waits is told by no other journal any more
    LX_TRY(std::vector<JournalEntry> waiting, waiting_entries(parts.database));
    for (JournalEntry& entry : waiting) untold.push_back(std::move(entry.what));
  }
  return untold;
}

Result<bool> began_its_record(ReadTxn& snapshot, const Logged& line) {
  LX_TRY(const auto stored, snapshot.records(std::span(&line.record, 1)));
  if (!stored.front()) return false;
  if (const Result<Row> row = decode_row(stored.front()->encoded)) {
    return row->created_on == line.device && row->created == line.clock;
  }
  // A damaged row is mended later, and keeps no server from starting: the log says nearly the same.
  LX_TRY(const std::vector<Logged> of_record, snapshot.log_of(line.record));
  return !of_record.empty() && of_record.front().id == line.id;
}

// Returns how many entries it took.
Result<std::int64_t> tell_lines(const RecoveryParts& parts, const StudioId& studio, const StudioHead& head,
                                const Told& told) {
  const auto from = told.agreed.marks.find(studio);
  Seq after = from == told.agreed.marks.end() ? 0 : from->second;
  std::int64_t entries = 0;
  while (after < head.seq) {
    std::optional<Value::Object> entry;
    LX_CHECK(parts.store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(std::vector<Logged> lines, snapshot.log_after(after, lines_at_a_time));
      if (lines.empty()) return failure(Errc::corrupt, "the log ends before its head");
      const Logged last = lines.back();
      after = last.seq;
      std::erase_if(lines, [&](const Logged& line) { return line.seq > head.seq || told.lines.contains(line.id); });
      const auto began = [&](const Logged& line) { return began_its_record(snapshot, line); };
      LX_TRY(entry, own_lines_entry(parts.own, studio, lines, began, last.seq, last.log_hash));
      return {};
    }));
    if (!entry) continue;
    ++entries;
    LX_CHECK(parts.journal.append({std::move(*entry)}));
  }
  return entries;
}

// Returns how many entries the journal did not have.
Result<std::int64_t> tell_journal(const RecoveryParts& parts, const DatabaseState& state, const Told& told) {
  LX_TRY(std::vector<Value::Object> states, untold_states(parts, state, told));
  auto entries = static_cast<std::int64_t>(states.size());
  LX_CHECK(parts.journal.append(std::move(states)));
  for (const auto& [studio, head] : state.heads) {
    LX_TRY(const std::int64_t of_studio, tell_lines(parts, studio, head, told));
    entries += of_studio;
  }
  return entries;
}

// In the transaction from which on none of this is read again.
Status note_agreement(const RecoveryParts& parts, const DatabaseState& state, const Told& told, const JournalPlace& end,
                      const Recovered& found, const Replay::Forgotten& note_restored) {
  const bool restored = told.restoration_noted || found.restored();
  if (!restored && found.told == 0 && end == told.agreed.place) return {};
  Agreement now{end, state.state_no, {}};
  for (const auto& [studio, head] : state.heads) now.marks.emplace(studio, head.seq);
  return parts.database.write([&](SqlConnection& connection) -> Status {
    put_agreement(connection, now);
    if (!restored) return {};
    note_restored(connection);
    await_devices(connection, told.syncs);
    return {};
  });
}

void log_found(const Recovered& found) {
  if (found.damage.altered > 0 || found.damage.missing > 0) {
    log_event(LogLevel::error, "journal_damaged",
              {{"altered", std::to_string(found.damage.altered)}, {"missing", std::to_string(found.damage.missing)}});
  }
  if (found.journal_unknown) log_event(LogLevel::warning, "journal_replaced", {{"told", std::to_string(found.told)}});
  for (const RestoredStudio& studio : found.studios) {
    log_event(LogLevel::warning, "studio_restored",
              {{"studio", studio.studio.text()},
               {"seq_before", std::to_string(studio.seq_before)},
               {"seq_found", std::to_string(studio.seq_found)}});
  }
  if (!found.restored()) return;
  log_event(LogLevel::warning, "restored",
            {{"studios", std::to_string(found.studios.size())},
             {"states", std::to_string(found.states)},
             {"lines", std::to_string(found.lines)}});
}

}  // namespace

Result<Recovered> recover(const RecoveryParts& parts) {
  LX_TRY(const DatabaseState state, read_database(parts));
  LX_TRY(const JournalPlace end, parts.journal.end());
  LX_TRY(Told told, read_journal(parts, state, end));
  Recovered found;
  found.journal_unknown = told.journal_unknown;
  LX_TRY(found.studios, studios_set_back(parts.store, told.marks));
  // Noted as often as one likes. What else is found of a restoration that a killed run noted belongs to that.
  if (!found.studios.empty()) told.restoration_noted = false;
  const Replay::Forgotten note_restored = [&](SqlConnection& connection) {
    if (!told.restoration_noted) note_restoration(connection, parts.moments.now_ms(), end, found.studios);
  };
  if (!found.studios.empty()) {
    LX_CHECK(parts.database.write([&](SqlConnection& connection) -> Status {
      note_restored(connection);
      return {};
    }));
  }
  Replay replay(parts, end.number, note_restored);
  LX_TRY(found.damage,
         parts.journal.each_after(told.agreed.place, [&](const JournalEntry& entry) { return replay.take(entry); }));
  LX_CHECK(replay.finish());
  found.states = replay.states();
  found.lines = replay.lines();
  LX_TRY(found.told, tell_journal(parts, state, told));
  LX_CHECK(note_agreement(parts, state, told, end, found, note_restored));
  log_found(found);
  LX_TRY(found.waiting, take_waiting(parts));
  return found;
}

Status tell_untold(const RecoveryParts& parts) {
  LX_TRY(const DatabaseState state, read_database(parts));
  LX_TRY(const JournalPlace end, parts.journal.end());
  LX_TRY(const Told told, read_journal(parts, state, end));
  Recovered found;
  found.journal_unknown = told.journal_unknown;
  LX_TRY(found.told, tell_journal(parts, state, told));
  log_found(found);
  return {};
}

}  // namespace lianxin::server
