#include "server/upkeep/settling.h"

#include <algorithm>

#include "server/recovery/journal_erasing.h"
#include "server/recovery/waiting.h"
#include "server/storage/snapshot.h"
#include "server/telemetry/log.h"
#include "sync/log/rebuild.h"
#include "sync/server/release.h"

namespace lianxin::server {
namespace {

// So many are read at a time; a studio that holds more is settled by the next start.
constexpr std::size_t held_lines_max = 10000;

}  // namespace

Status KindsSettling::settle() {
  LX_TRY(const Moment now, moments_.now());
  if (settled_version_ == now.catalog->version) return {};
  LX_TRY(const std::vector<StudioId> studios, store_.studios());
  for (const StudioId& studio : studios) LX_CHECK(settle_studio(now, studio));
  settled_version_ = now.catalog->version;
  return {};
}

Status KindsSettling::settle_studio(const Moment& now, const StudioId& studio) {
  LX_TRY(const StudioHead head, head_of(store_, studio));
  if (head.sensitivity_version != now.catalog->sensitivity_version) {
    LX_TRY(const StudioHead rebuilt, rebuild(store_, studio, *now.catalog));
    log_event("studio_rebuilt", {{"studio", studio.text()}, {"seq", std::to_string(rebuilt.seq)}});
  }
  LX_TRY(const std::vector<HeldLine> held, lists_.held_open(std::span(&studio, 1), held_lines_max));
  std::vector<ChangeId> waiting;
  for (const HeldLine& line : held) {
    if (line.line.code == "kinds_newer") waiting.push_back(line.line.id);
  }
  if (waiting.empty()) return {};
  const StudioPlace* place = now.places->place(studio);
  const Rules rules = now.rules(place ? *place : StudioPlace{studio, {}, {}, false});
  LX_TRY(const std::size_t released, release_known_kinds(store_, studio, rules, waiting));
  log_event("kinds_released", {{"studio", studio.text()}, {"changes", std::to_string(released)}});
  return {};
}

Status GrantsSettling::settle() {
  LX_TRY(const Moment now, moments_.now());
  // Twice for each: a sync that began before they changed may still have held a line by the places of before.
  const bool again = settled_places_ == now.places;
  if (again && settled_twice_) return {};
  LX_TRY(const std::vector<Device> devices, devices_.all());
  for (const Device& device : devices) {
    if (device.readmitted_ms > 0 && !device.cut_off()) LX_CHECK(settle_device(now, device));
  }
  settled_places_ = now.places;
  settled_twice_ = again;
  return {};
}

Status GrantsSettling::settle_device(const Moment& now, const Device& device) {
  const StudioPlace* place = now.places->place(device.studio);
  if (!place || !now.places->ever_granted(device.member, *place)) return {};
  LX_TRY(const std::vector<HeldLine> held, lists_.held_open(std::span(&device.studio, 1), held_lines_max));
  std::vector<ChangeId> waiting;
  for (const HeldLine& line : held) {
    if (line.line.code == "awaits_grant" && line.line.device == device.id) waiting.push_back(line.line.id);
  }
  if (waiting.empty()) return {};
  std::vector<Grant> grants(now.places->grants().begin(), now.places->grants().end());
  if (device.shared) std::erase_if(grants, [](const Grant& grant) { return !acts_on_shared(grant); });
  Rules rules = now.rules(*place);
  rules.grants = grants;
  LX_TRY(const std::size_t released, release_granted(store_, device.studio, rules, waiting));
  log_event("grants_released", {{"device", device.id.text()}, {"changes", std::to_string(released)}});
  return {};
}

Status StudiosSettling::settle() {
  LX_TRY(const Moment now, moments_.now());
  // Twice for each, as with grants: a sync that began before may still have held a line by the places of before.
  const bool again = settled_places_ == now.places;
  if (again && settled_twice_) return {};
  for (const StudioPlace& place : now.places->all()) {
    if (place.gate != StudioGate::open) {
      settled_.erase(place.studio);
    } else if (again || !settled_.contains(place.studio)) {
      LX_CHECK(settle_studio(now, place));
      settled_.insert(place.studio);
    }
  }
  settled_places_ = now.places;
  settled_twice_ = again;
  return {};
}

Status StudiosSettling::settle_studio(const Moment& now, const StudioPlace& place) {
  LX_TRY(const std::vector<HeldLine> held, lists_.held_open(std::span(&place.studio, 1), held_lines_max));
  std::vector<ChangeId> waiting;
  for (const HeldLine& line : held) {
    if (line.line.code == "studio_not_approved") waiting.push_back(line.line.id);
  }
  if (waiting.empty()) return {};
  LX_TRY(const std::size_t released, release_approved(store_, place.studio, now.rules(place), waiting));
  log_event("studio_released", {{"studio", place.studio.text()}, {"changes", std::to_string(released)}});
  return {};
}

Status JournalSettling::settle() {
  if (waiting_ == 0) return {};
  LX_TRY(waiting_, take_waiting(parts_));
  return {};
}

Status JournalSettling::leave_erased_out() { return lianxin::server::leave_erased_out(parts_); }

Result<std::size_t> JournalSettling::waiting_about(const std::function<bool(const StudioId&)>& counts) const {
  LX_TRY(const std::vector<JournalEntry> entries, waiting_entries(parts_.database));
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [&](const JournalEntry& entry) {
    const auto studio = StudioId::parse(Value(entry.what).text_at("studio"));
    return studio && counts(*studio);
  }));
}

}  // namespace lianxin::server
