#include "sync/server/take_again.h"

#include "sync/server/log_appender.h"

namespace lianxin {
namespace {

// Whose addition it is: the desk's, where one acted, and the server's only where it acted alone.
const SelfDevice* actor_of(const Rules& rules, std::span<const LostLine> lines) {
  const SelfDevice* actor = nullptr;
  for (const LostLine& lost : lines) {
    if (!actor || lost.device.device != rules.self.device) actor = &lost.device;
  }
  return actor;
}

Status take_all(LogAppender& log, std::span<const LostLine> lines, std::size_t& taken) {
  std::vector<std::optional<Change>> changes;
  for (const LostLine& lost : lines) {
    Result<Change> change = parse_line(lost.line);
    changes.push_back(change ? std::optional(std::move(*change)) : std::nullopt);
  }
  LX_CHECK(log.prefetch(changes));
  for (const LostLine& lost : lines) {
    LX_TRY(const bool was_lost, log.take_again({lost.device.device, nullptr, &lost}));
    taken += was_lost ? 1 : 0;
  }
  for (const std::optional<Change>& change : changes) {
    if (taken > 0 && change && log.replica().row(change->record).begun()) LX_CHECK(log.follow_up(change->record));
  }
  return {};
}

}  // namespace

Result<std::size_t> take_again(Store& store, const StudioId& studio, const Rules& rules,
                               std::span<const LostLine> lines) {
  const SelfDevice* actor = actor_of(rules, lines);
  if (!actor) return 0;
  std::size_t taken = 0;
  const Status written = write_as(store, studio, rules, *actor, [&](LogAppender& log) -> Status {
    taken = 0;
    for (const LostLine& lost : lines) {
      LX_CHECK(log.chain(lost.device.device, chain_start(studio, lost.device.key)));
    }
    return take_all(log, lines, taken);
  });
  if (!written) return tl::unexpected(written.error());
  return taken;
}

}  // namespace lianxin
