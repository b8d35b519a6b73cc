#include "client-sdk/session/stall_watch.h"

#include <algorithm>

namespace lianxin::client {
namespace {

constexpr int idle_rounds_max = 3;

// Where everything stands.
Result<Hash> place_of(PhoneCore& phone) {
  return phone.db().read([&]() -> Result<Hash> {
    LX_TRY(const Identity who, phone.identity());
    const auto number = [](const std::optional<std::int64_t>& maybe) { return std::to_string(maybe.value_or(-1)); };
    std::string place = who.device.text() + "\n";
    for (const StudioState& s : Studios(phone.db()).all()) {
      place += s.id.text() + "|" + std::to_string(s.acked_n) + "|" + s.pull.cursor() + "|" +
               s.pull.set_cursor().value_or("-") + "|" + number(s.asking_from) + "|" + number(s.pull.offered()) + "|" +
               std::to_string(static_cast<int>(s.repair.stage)) + "|" + number(s.repair.compare_from) + "\n";
    }
    return sha256(place);
  });
}

}  // namespace

Result<bool> StallWatch::note_round(PhoneCore& phone, const SoFar& so_far) {
  LX_TRY(const Hash place, place_of(phone));
  const bool moved =
      places_.insert(place).second || so_far.settled.size() > most_settled_ || so_far.refused.size() > most_refused_;
  most_settled_ = std::max(most_settled_, so_far.settled.size());
  most_refused_ = so_far.refused.size();
  idle_rounds_ = moved ? 0 : idle_rounds_ + 1;
  return idle_rounds_ < idle_rounds_max;
}

}  // namespace lianxin::client
