#include "server/recovery/replay.h"

#include <algorithm>
#include <utility>

#include "server/people/states.h"
#include "server/recovery/agreement.h"
#include "server/recovery/waiting.h"
#include "server/storage/sql.h"
#include "server/telemetry/log.h"
#include "sync/model/row.h"
#include "sync/server/take_again.h"

namespace lianxin::server {
namespace {

constexpr std::size_t states_at_a_time = 500;

// What a person decided of a held change; nothing where the line decides of none. The server decides anew (take_again).
struct Decision {
  ChangeId held;
  bool only_releases = false;
};
std::optional<Decision> decision_in(const LostLine& lost, const MemberId& server) {
  const Result<Change> change = parse_line(lost.line);
  if (!change || change->member == server) return {};
  for (const Write& write : change->writes) {
    const auto held = write.at.field == held_field ? ChangeId::parse(write.at.element) : std::nullopt;
    if (held) return Decision{*held, change->writes.size() == 1 && write.value == Value("release")};
  }
  return {};
}

// Of lines that a database has lost: those that can be taken now, and how many cannot.
struct Sorted {
  std::vector<LostLine> takable;
  std::size_t early = 0;  // decisions of changes that are not back, or not what these build on
};

// Whether all that the held change builds on is in the log: released before that is, it would be held again, and the
// decision with it.
Result<bool> all_bases_logged(ReadTxn& snapshot, const Logged& held) {
  const Result<Change> change = parse_line(held.line);
  if (!change) return true;  // then it is only dismissed
  std::vector<ChangeId> bases;
  for (const Write& write : change->writes) bases.insert(bases.end(), write.bases.begin(), write.bases.end());
  LX_TRY(const auto logged, snapshot.logged(bases));
  return std::all_of(logged.begin(), logged.end(), [](const std::optional<Logged>& base) { return base.has_value(); });
}

Status sort_line(ReadTxn& snapshot, LostLine lost, const MemberId& server, Sorted& sorted) {
  if (const std::optional<Decision> decision = decision_in(lost, server)) {
    LX_TRY(const auto held, snapshot.logged(std::span(&decision->held, 1)));
    const bool back = held.front().has_value();
    LX_TRY(const bool releasable, back ? all_bases_logged(snapshot, *held.front()) : Result<bool>(false));
    if (!releasable) {
      ++sorted.early;
      return {};
    }
    if (decision->only_releases && held.front()->applied_seq > 0) return {};  // nothing is left to be released
    lost.began = true;  // of its record it needs no more than what is held
  }
  sorted.takable.push_back(std::move(lost));
  return {};
}

Result<Sorted> sort_lines(Store& store, const OwnLines& own, const MemberId& server) {
  Sorted sorted;
  Status read = store.read(own.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const auto logged, snapshot.logged(own.ids));
    for (std::size_t i = 0; i < logged.size(); ++i) {
      if (!logged[i]) LX_CHECK(sort_line(snapshot, own.lines[i], server, sorted));
    }
    return {};
  });
  LX_CHECK(std::move(read));
  return sorted;
}

}  // namespace

Status Replay::take(const JournalEntry& entry) {
  if (entry.place.number > end_) return {};
  if (is_state(entry.what)) {
    gathered_.push_back(entry);
    return gathered_.size() < states_at_a_time ? Status{} : take_gathered();
  }
  LX_CHECK(take_gathered());  // by whose grants the lines are judged
  LX_TRY(const Why why, take_alone(entry));
  return why ? keep(entry, *why) : Status{};
}

Status Replay::finish() { return take_gathered(); }

Result<Replay::Why> Replay::take_alone(const JournalEntry& entry) {
  if (is_state(entry.what)) {
    LX_TRY(const std::vector<Why> whys, take_states(std::span(&entry, 1)));
    return whys.front();
  }
  if (entry.kind() == "lines") return take_lines(entry);
  return entry.kind() == "marks" ? Why() : Why("of a kind that this program does not know");
}

Status Replay::keep(const JournalEntry& entry, const std::string& why) {
  log_event(LogLevel::warning, "journal_entry_waits",
            {{"number", std::to_string(entry.place.number)}, {"reason", why}});
  return parts_.database.write([&](SqlConnection& connection) -> Status {
    keep_waiting(connection, entry);
    return {};
  });
}

Status Replay::take_gathered() {
  const std::vector<JournalEntry> states = std::exchange(gathered_, {});
  if (states.empty()) return {};
  Result<std::vector<Why>> whys = take_states(states);
  if (!whys) return tl::unexpected(whys.error());
  for (std::size_t i = 0; i < states.size(); ++i) {
    if ((*whys)[i]) LX_CHECK(keep(states[i], *(*whys)[i]));
  }
  return {};
}

Result<std::vector<Replay::Why>> Replay::take_states(std::span<const JournalEntry> states) {
  std::int64_t taken = 0;
  std::vector<Why> whys(states.size());
  const Status written = parts_.database.write([&](SqlConnection& connection) -> Status {
    taken = 0;
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Result<bool> done = take_state(connection, states[i].what);
      whys[i] = done ? Why() : Why(done.error().message);
      taken += done && *done ? 1 : 0;
    }
    if (taken == 0) return {};
    note_states_taken(connection);
    if (forgotten_) forgotten_(connection);
    return {};
  });
  if (!written && written.error().code == Errc::conflict) {
    if (states.size() == 1) return std::vector<Why>{written.error().message};
    // One of them contradicts what is here: the others must come back all the same.
    for (std::size_t i = 0; i < states.size(); ++i) {
      LX_TRY(const std::vector<Why> alone, take_states(states.subspan(i, 1)));
      whys[i] = alone.front();
    }
    return whys;
  }
  if (!written) return tl::unexpected(written.error());
  states_ += taken;
  if (taken > 0) parts_.moments.note_change();
  return whys;
}

Result<Replay::Why> Replay::take_lines(const JournalEntry& entry) {
  const Result<OwnLines> own = read_own_lines(parts_.own, entry.what);
  if (!own) return Why(own.error().message);
  LX_TRY(const Sorted sorted, sort_lines(parts_.store, *own, parts_.own.self().member));
  Why why;
  if (sorted.early > 0) why = "it decides of a held change that is not back, or whose bases are not";
  // What one desk wrote, and the server with it, is one transaction.
  const std::span<const LostLine> lines = sorted.takable;
  const DeviceId& self = parts_.own.self().device;
  for (std::size_t from = 0; from < lines.size();) {
    std::optional<DeviceId> desk;
    std::size_t to = from;
    for (; to < lines.size(); ++to) {
      const DeviceId& device = lines[to].device.device;
      if (device == self) continue;
      if (desk && *desk != device) break;
      desk = device;
    }
    LX_TRY(Why left, take_some(own->studio, lines.subspan(from, to - from)));
    if (left) why = std::move(left);
    from = to;
  }
  return why;
}

Result<Replay::Why> Replay::take_some(const StudioId& studio, std::span<const LostLine> lines) {
  LX_TRY(const Moment now, parts_.moments.now());
  const StudioPlace* place = now.places->place(studio);
  const Rules rules = now.rules(place ? *place : StudioPlace{studio, {}, {}, false});
  const auto taken = take_again(parts_.store, studio, rules, lines);
  if (taken) {
    lines_ += static_cast<std::int64_t>(*taken);
    if (place && place->reference) parts_.moments.note_change();
    return Why();
  }
  const Errc code = taken.error().code;
  if (code == Errc::unavailable || code == Errc::busy) return tl::unexpected(taken.error());
  return Why(taken.error().message);  // a server must start all the same
}

Status recover_kinds(Journal& journal, SqlDatabase& database) {
  LX_TRY(const Agreement agreement, read_agreement(database));
  std::vector<Value::Object> kinds;
  const auto keep = [&](const JournalEntry& entry) -> Status {
    if (entry.kind() == "kinds") kinds.push_back(entry.what);
    return {};
  };
  auto heard = journal.each_after(agreement.place, keep);
  if (!heard && heard.error().code == Errc::not_found) heard = journal.each_after({}, keep);
  if (!heard) return tl::unexpected(heard.error());
  for (const Value::Object& state : kinds) {
    Status taken = database.write([&](SqlConnection& connection) -> Status {
      LX_CHECK(take_state(connection, state));
      return {};
    });
    if (!taken && taken.error().code != Errc::invalid_argument) return taken;
  }
  return {};
}

Result<std::size_t> take_waiting(const RecoveryParts& parts) {
  LX_TRY(const std::vector<JournalEntry> entries, waiting_entries(parts.database));
  std::size_t left = 0;
  Replay replay(parts, INT64_MAX, {});
  for (const JournalEntry& entry : entries) {
    LX_TRY(const Replay::Why why, replay.take_alone(entry));
    if (why) {
      ++left;
      continue;
    }
    LX_CHECK(parts.database.write([&](SqlConnection& connection) -> Status {
      drop_waiting(connection, entry);
      return {};
    }));
    log_event("journal_entry_taken", {{"number", std::to_string(entry.place.number)}});
  }
  return left;
}

}  // namespace lianxin::server
