#include "server/lifecycle/replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/auth/states.h"
#include "server/lifecycle/own_lines.h"
#include "server/lifecycle/queries.h"
#include "server/log.h"
#include "server/server.h"
#include "server/storage/sqlite/connection.h"

namespace lianxin {
namespace {

constexpr std::size_t states_at_a_time = 500;

void pass_over(Recovered& found, std::int64_t number, const std::string& reason) {
  ++found.unreadable;
  log_event(LogLevel::error, "journal_entry_unread", {{"number", std::to_string(number)}, {"reason", reason}});
}

Result<std::size_t> missing(Store& store, const OwnLines& own) {
  std::size_t missing = 0;
  const Status read = store.read(own.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const auto logged, snapshot.logged(own.ids));
    missing = static_cast<std::size_t>(std::count(logged.begin(), logged.end(), std::nullopt));
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return missing;
}

}  // namespace

Status Replay::take(const JournalEntry& entry) {
  if (entry.place.number > end_) return {};
  if (is_state(entry.what)) {
    states_.push_back(entry.what);
    return states_.size() < states_at_a_time ? Status{} : take_waiting_states();
  }
  const auto kind = entry.what.find("kind");
  if (kind == entry.what.end() || kind->second != Value("lines")) return {};
  LX_CHECK(take_waiting_states());  // by whose grants the lines are judged
  return take_lines(entry);
}

Status Replay::finish() { return take_waiting_states(); }

Status Replay::take_waiting_states() {
  const std::vector<Value::Object> states = std::exchange(states_, {});
  const Status taken = take_states(states);
  if (taken || taken.error().code != Errc::conflict) return taken;
  // One of them contradicts what is here: the others must come back all the same.
  for (const Value::Object& state : states) {
    const Status alone = take_states(std::span(&state, 1));
    if (alone) continue;
    if (alone.error().code != Errc::conflict) return alone;
    pass_over(found_, 0, alone.error().message);
  }
  return {};
}

Status Replay::take_states(std::span<const Value::Object> states) {
  if (states.empty()) return {};
  std::int64_t taken = 0;
  std::vector<std::string> unread;
  const Status written = server_.database().write([&](SqliteConnection& connection) -> Status {
    taken = 0;
    unread.clear();
    for (const Value::Object& state : states) {
      const Result<bool> done = take_state(connection, state);
      if (!done) unread.push_back(done.error().message);
      taken += done && *done ? 1 : 0;
    }
    if (taken == 0) return {};
    connection.run(lifecycle_sql::directory_changed).exec();
    // With the states, not after them: a kill in between must not leave a session to an account that was disabled.
    connection.run(lifecycle_sql::end_all_sessions).exec();
    return {};
  });
  if (!written) return written;
  for (const std::string& reason : unread) pass_over(found_, 0, reason);
  found_.states += taken;
  if (taken > 0) server_.directory().note_change();
  return {};
}

Status Replay::take_lines(const JournalEntry& entry) {
  const Result<OwnLines> own = read_own_lines(server_.own_devices(), entry.what);
  if (!own) {
    pass_over(found_, entry.place.number, own.error().message);
    return {};
  }
  LX_TRY(const std::size_t lost, missing(server_.store(), *own));
  if (lost == 0) return {};
  // What one desk wrote, and the server with it, is one transaction.
  const std::span<const LostLine> lines = own->lines;
  const DeviceId& self = server_.self().device;
  for (std::size_t from = 0; from < lines.size();) {
    std::optional<DeviceId> desk;
    std::size_t to = from;
    for (; to < lines.size(); ++to) {
      const DeviceId& device = lines[to].device.device;
      if (device == self) continue;
      if (desk && *desk != device) break;
      desk = device;
    }
    LX_CHECK(take_some(own->studio, lines.subspan(from, to - from), entry.place.number));
    from = to;
  }
  return {};
}

Status Replay::take_some(const StudioId& studio, std::span<const LostLine> lines, std::int64_t number) {
  LX_TRY(const Moment now, server_.moment());
  const StudioPlace* place = now.places->place(studio);
  const Rules rules = now.rules(place ? *place : StudioPlace{studio, {}, {}, false});
  const auto taken = take_again(server_.store(), studio, rules, lines);
  if (taken) {
    found_.lines += static_cast<std::int64_t>(*taken);
    if (place && place->reference) server_.directory().note_change();
    return {};
  }
  const Errc code = taken.error().code;
  if (code == Errc::unavailable || code == Errc::busy) return tl::unexpected(taken.error());
  pass_over(found_, number, taken.error().message);  // it stays in the journal: a server must start all the same
  return {};
}

}  // namespace lianxin
