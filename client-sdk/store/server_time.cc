#include "client-sdk/store/server_time.h"

#include <algorithm>
#include <optional>

#include "client-sdk/store/identity.h"
#include "schema/json.h"
#include "sync/model/parts.h"

namespace lianxin::client {
namespace {

constexpr std::int64_t noted_ms_min = 1'000;                 // a smaller step forward is not worth a write
constexpr std::int64_t time_ms_max = 4'000'000'000'000'000;  // past any date: sums of two stay within 64 bits

struct Said {
  std::int64_t server_ms = 0;
  ClockReading ours;
};

constexpr auto said_parts = [](auto& part, auto& said) {
  part.plain("server_ms", said.server_ms);
  part.plain("wall_ms", said.ours.wall_ms);
  part.plain("boot_ms", said.ours.boot_ms);
  part.plain("boot", said.ours.boot_id);
};

Error damaged(std::string_view) { return {Errc::corrupt, "the stored time of the server cannot be read"}; }

std::int64_t bounded(std::int64_t ms) { return std::clamp(ms, -time_ms_max, time_ms_max); }

// What cannot be read is as good as not said: the server says it again.
std::optional<Said> stored(Database& db) {
  const auto text = Meta(db).get(meta_names::server_time);
  if (!text || !*text) return std::nullopt;
  const Result<Value> parts = parse_json(**text);
  if (!parts) return std::nullopt;
  Result<Said> said = read_parts<Said>(said_parts, *parts, damaged);
  return said ? std::optional(std::move(*said)) : std::nullopt;
}

bool same_run(const ClockReading& then, const ClockReading& now) {
  return !now.boot_id.empty() && then.boot_id == now.boot_id && now.boot_ms >= then.boot_ms;
}

std::int64_t time_by(const Said& said, const ClockReading& now) {
  const std::int64_t passed = same_run(said.ours, now) ? bounded(now.boot_ms) - bounded(said.ours.boot_ms)
                                                       : bounded(now.wall_ms) - bounded(said.ours.wall_ms);
  return bounded(said.server_ms) + passed;
}

}  // namespace

std::int64_t ServerTime::at(const ClockReading& now) {
  const std::optional<Said> said = stored(db_);
  return said ? time_by(*said, now) : now.wall_ms;
}

void ServerTime::note(std::int64_t server_ms, const ClockReading& now, bool refused) {
  const std::optional<Said> said = stored(db_);
  const bool known = said && same_run(said->ours, now) && time_by(*said, now) + noted_ms_min >= bounded(server_ms);
  if (known && !refused) return;
  Meta(db_).set(meta_names::server_time, to_json(written(said_parts, Said{server_ms, now})));
}

}  // namespace lianxin::client
