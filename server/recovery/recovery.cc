#include "server/recovery/recovery.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "server/people/states.h"
#include "server/recovery/agreement.h"
#include "server/recovery/own_lines.h"
#include "server/recovery/replay.h"
#include "server/recovery/waiting.h"
#include "server/telemetry/log.h"
#include "server/server.h"
#include "server/storage/sql.h"
#include "sync/model/row.h"

namespace lianxin::server {
namespace {

constexpr std::size_t lines_at_a_time = 500;

// What the entries behind the agreement say, before anything is done about it.
struct Heard {
  struct Mark {
    Seq seq = 0;
    Hash log_hash{};
  };
  std::map<StudioId, Mark> marks;           // the last of each studio
  std::map<DeviceId, HeardSync> syncs;      // the last of each phone
  std::set<std::pair<std::string, std::int64_t>> states;  // kind and number
  std::set<ChangeId> lines;
};

void hear_marks(const Value& entry, Heard& heard) {
  for (const Value& item : entry.list_at("studios")) {
    const auto studio = StudioId::parse(item.text_at("studio"));
    Heard::Mark mark{item.integer_at("seq"), {}};
    if (studio && from_hex(item.text_at("log"), mark.log_hash)) heard.marks[*studio] = mark;
  }
  for (const Value& item : entry.list_at("syncs")) {
    const auto device = DeviceId::parse(item.text_at("device"));
    if (device) heard.syncs[*device] = {item.integer_at("at_ms"), item.integer_at("backlog")};
  }
}

class Recovery {
 public:
  explicit Recovery(Server& server) : server_(server) {}

  Result<Recovered> run() {
    LX_TRY(agreement_, read_agreement(server_.database()));
    LX_CHECK(look_at_database());
    LX_TRY(end_, server_.journal().end());
    LX_CHECK(listen());
    LX_CHECK(compare_and_note());
    Replay replay(server_, end_.number, found_, [this](SqlConnection& connection) { note_restored(connection); });
    LX_TRY(found_.damage, server_.journal().each_after(
                              agreement_.place, [&](const JournalEntry& entry) { return replay.take(entry); }));
    LX_CHECK(replay.finish());
    LX_CHECK(tell_journal());
    LX_CHECK(note());
    say();
    return std::move(found_);
  }

  Status tell() {
    LX_TRY(agreement_, read_agreement(server_.database()));
    LX_CHECK(look_at_database());
    LX_TRY(end_, server_.journal().end());
    LX_CHECK(listen());
    LX_CHECK(tell_journal());
    say();
    return {};
  }

 private:
  // Before the journal is read: what is here by now and not there was never told.
  Status look_at_database() {
    LX_CHECK(server_.database().read([&](SqlConnection& connection) -> Status {
      now_.state_no = last_state_no(connection);
      noted_until_ = noted_place(connection);
      return {};
    }));
    LX_TRY(heads_, heads_of(server_.store()));
    for (const auto& [studio, head] : heads_) now_.marks.emplace(studio, head.seq);
    return {};
  }

  Status listen() {
    const auto heard = server_.journal().each_after(agreement_.place, [&](const JournalEntry& entry) { return hear(entry); });
    if (heard) return {};
    if (heard.error().code != Errc::not_found) return tl::unexpected(heard.error());
    found_.journal_unknown = true;
    agreement_ = {};  // it says nothing of this journal: all of that is heard, and all of this is told
    heard_ = {};
    noted_before_ = false;
    LX_TRY(const Journal::Damage damage,
           server_.journal().each_after({}, [&](const JournalEntry& entry) { return hear(entry); }));
    static_cast<void>(damage);  // the replay meets it again
    return {};
  }

  Status hear(const JournalEntry& entry) {
    if (entry.place.number > end_.number) return {};
    hear_what(entry);
    if (entry.place != noted_until_) return {};
    noted_before_ = true;  // by a run that was killed: what was missing until here is written down, and partly back
    heard_.marks.clear();
    return {};
  }

  void hear_what(const JournalEntry& entry) {
    const Value what(entry.what);
    if (entry.kind() == "marks") hear_marks(what, heard_);
    if (is_state(entry.what)) heard_.states.emplace(entry.kind(), what.integer_at("state_no"));
    if (entry.kind() != "lines") return;
    const auto own = read_own_lines(server_.own_devices(), entry.what);
    if (!own) return;
    heard_.marks[own->studio] = {own->seq, own->log_hash};
    heard_.lines.insert(own->ids.begin(), own->ids.end());
  }

  // Read anew: a server that runs beside this has perhaps gone on, and told the journal so, since the first look.
  Status compare_and_note() {
    for (const auto& [studio, mark] : heard_.marks) {
      RestoredStudio behind{studio, mark.seq, 0};
      bool same = false;
      LX_CHECK(server_.store().read(studio, [&, mark = mark](ReadTxn& snapshot) -> Status {
        LX_TRY(const StudioHead head, snapshot.head());
        LX_TRY(const std::optional<Hash> hash, snapshot.log_hash(mark.seq));
        behind.seq_found = head.seq;
        same = head.seq >= mark.seq && hash && *hash == mark.log_hash;
        return {};
      }));
      if (!same) found_.studios.push_back(behind);
    }
    if (found_.studios.empty()) return {};
    noted_before_ = false;
    return server_.database().write([&](SqlConnection& connection) -> Status {
      note_restored(connection);
      return {};
    });
  }

  Status tell_journal() {
    std::vector<Value::Object> untold;
    LX_CHECK(server_.database().read([&](SqlConnection& connection) -> Status {
      untold.clear();
      for (Value::Object& state : states_after(connection, agreement_.state_no)) {
        const std::int64_t number = *state.at("state_no").integer();
        if (number > now_.state_no && number > 0) continue;  // of the replay
        if (!heard_.states.contains({*state.at("kind").text(), number})) untold.push_back(std::move(state));
      }
      return {};
    }));
    if (found_.journal_unknown) {  // what waits is told by no other journal any more
      LX_TRY(std::vector<JournalEntry> waiting, waiting_entries(server_.database()));
      for (JournalEntry& entry : waiting) untold.push_back(std::move(entry.what));
    }
    found_.told += static_cast<std::int64_t>(untold.size());
    LX_CHECK(server_.journal().append(std::move(untold)));
    for (const auto& [studio, head] : heads_) LX_CHECK(tell_lines(studio, head));
    return {};
  }

  Status tell_lines(const StudioId& studio, const StudioHead& head) {
    const auto from = agreement_.marks.find(studio);
    Seq after = from == agreement_.marks.end() ? 0 : from->second;
    while (after < head.seq) {
      std::optional<Value::Object> entry;
      LX_CHECK(server_.store().read(studio, [&](ReadTxn& snapshot) -> Status {
        LX_TRY(std::vector<Logged> lines, snapshot.log_after(after, lines_at_a_time));
        if (lines.empty()) return failure(Errc::corrupt, "the log ends before its head");
        const Logged last = lines.back();
        after = last.seq;
        std::erase_if(lines, [&](const Logged& line) { return line.seq > head.seq || heard_.lines.contains(line.id); });
        LX_TRY(entry, own_lines_entry(
                          server_.own_devices(), studio, lines,
                          [&](const Logged& line) { return began_its_record(snapshot, line); }, last.seq, last.log_hash));
        return {};
      }));
      if (!entry) continue;
      ++found_.told;
      std::vector<Value::Object> entries;
      entries.push_back(std::move(*entry));
      LX_CHECK(server_.journal().append(std::move(entries)));
    }
    return {};
  }

  static Result<bool> began_its_record(ReadTxn& snapshot, const Logged& line) {
    LX_TRY(const auto stored, snapshot.records(std::span(&line.record, 1)));
    if (!stored.front()) return false;
    if (const Result<Row> row = decode_row(stored.front()->encoded)) {
      return row->created_on == line.device && row->created == line.clock;
    }
    // A damaged row is mended later, and keeps no server from starting: the log says nearly the same.
    LX_TRY(const std::vector<Logged> of_record, snapshot.log_of(line.record));
    return !of_record.empty() && of_record.front().id == line.id;
  }

  // As often as one likes. What else is found of a restore that a run before this one noted belongs to that.
  void note_restored(SqlConnection& connection) const {
    if (!noted_before_) note_restoration(connection, server_.now_ms(), end_, found_.studios);
  }

  // In the transaction from which on none of this is heard again.
  Status note() {
    now_.place = end_;
    const bool restored = noted_before_ || found_.restored();
    if (!restored && found_.told == 0 && now_.place == agreement_.place) return {};
    return server_.database().write([&](SqlConnection& connection) -> Status {
      put_agreement(connection, now_);
      if (!restored) return {};
      note_restored(connection);
      await_devices(connection, heard_.syncs);
      return {};
    });
  }

  void say() const {
    if (found_.damage.altered > 0 || found_.damage.missing > 0) {
      log_event(LogLevel::error, "journal_damaged", {{"altered", std::to_string(found_.damage.altered)},
                                                     {"missing", std::to_string(found_.damage.missing)}});
    }
    if (found_.journal_unknown) {
      log_event(LogLevel::warning, "journal_replaced", {{"told", std::to_string(found_.told)}});
    }
    for (const RestoredStudio& studio : found_.studios) {
      log_event(LogLevel::warning, "studio_restored", {{"studio", studio.studio.text()},
                                                       {"seq_before", std::to_string(studio.seq_before)},
                                                       {"seq_found", std::to_string(studio.seq_found)}});
    }
    if (!found_.restored()) return;
    log_event(LogLevel::warning, "restored", {{"studios", std::to_string(found_.studios.size())},
                                              {"states", std::to_string(found_.states)},
                                              {"lines", std::to_string(found_.lines)}});
  }

  Server& server_;
  Agreement agreement_, now_;
  std::map<StudioId, StudioHead> heads_;
  JournalPlace end_;
  JournalPlace noted_until_;
  bool noted_before_ = false;  // the restoration that this goes on with stands in the database
  Heard heard_;
  Recovered found_;
};

}  // namespace

Result<Recovered> recover(Server& server) {
  LX_TRY(Recovered found, Recovery(server).run());
  LX_TRY(found.waiting, take_waiting(server));
  return found;
}

Status tell_untold(Server& server) { return Recovery(server).tell(); }

}  // namespace lianxin::server
