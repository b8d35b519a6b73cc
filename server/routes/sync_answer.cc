#include "server/routes/sync_answer.h"

#include "schema/saturating.h"
#include "server/people/granted.h"
#include "server/people/pin_resets.h"
#include "server/telemetry/log.h"
#include "server/upkeep/mender.h"
#include "sync/server/answer.h"
#include "sync/server/encoded_row.h"

namespace lianxin::server {
namespace {

class DeviceAnswering final : public Answering {
 public:
  DeviceAnswering(const SyncParts& parts, const Device& device, const DeviceId& line, const Moment& moment,
                  std::map<MemberId, std::int64_t> resets)
      : parts_(parts),
        device_(device),
        line_(line),
        moment_(moment),
        resets_(std::move(resets)),
        asking_{device.id,         device.key, device.member, device.shared, device.cut_off(), device.after_revocation,
                device.enrolled_ms} {}

  const AskingDevice& device() const override { return asking_; }
  Store& store() override { return parts_.store; }
  Rules rules(const StudioPlace& place) override { return moment_.rules(place); }

  std::optional<StudioStanding> standing(const StudioId& studio) override {
    const StudioPlace* known = moment_.places->place(studio);
    // A restored server may not know the studio of a phone that its certificate names: what the phone brings is kept.
    if (!known && (device_.readmitted_ms == 0 || studio != device_.studio)) return std::nullopt;
    const StudioPlace place = known ? *known : StudioPlace{studio, {}, {}, false};
    return StudioStanding{place, access_on(device_, *moment_.places, place, moment_.now_ms),
                          may_have_worked(device_, *moment_.places, place, moment_.now_ms),
                          awaits_grant(device_, *moment_.places, place)};
  }
  std::vector<GrantedStudio> grants() override {
    std::vector<GrantedStudio> granted = granted_studios(device_, *moment_.places, moment_.now_ms);
    for (GrantedStudio& studio : granted) {
      for (GrantedStudio::Holder& holder : studio.holders) {
        if (const auto reset = resets_.find(holder.member); reset != resets_.end()) holder.pin_reset_ms = reset->second;
      }
    }
    return granted;
  }

  Result<std::int64_t> heads_given_back() override { return parts_.notes.heads_given_back(asking_.id); }

  Status phone_differs(const StudioId& studio) override {
    return parts_.mender.phone_differs(line_, studio, *moment_.catalog, moment_.now_ms);
  }
  Result<bool> rows_doubted(const StudioId& studio) override {
    return parts_.mender.rows_doubted(studio, *moment_.catalog, moment_.now_ms);
  }

 private:
  const SyncParts& parts_;
  const Device& device_;
  const DeviceId line_;
  const Moment& moment_;
  const std::map<MemberId, std::int64_t> resets_;  // of PINs
  const AskingDevice asking_;
};

// What one studio's part is counted and logged as.
void note_studio(const SyncParts& parts, const Device& device, const StudioReply& reply, const StudioNote& note) {
  parts.metrics.pushed(note.pushed);
  if (!reply.problem.empty()) parts.metrics.studio_problem(reply.problem);
  if (note.reference_moved) parts.moments.note_change();
  if (note.witnessed > 0) {
    log_event(
        "witnessed",
        {{"device", device.id.text()}, {"studio", reply.studio.text()}, {"heads", std::to_string(note.witnessed)}});
  }
  for (const FailedStep& failed : note.failed) {
    log_event(LogLevel::warning, "sync_failed",
              {{"act", failed.step},
               {"device", device.id.text()},
               {"studio", reply.studio.text()},
               {"code", failed.code},
               {"reason", failed.error.message}});
  }
}

// The records of the page, for the audit log: those of kinds that may hold something personal.
void note_rows(const Catalog& catalog, const Answered& answered, Entry& entry) {
  for (const StudioReply& reply : answered.reply.studios) {
    for (const std::string& row : reply.page.rows) {
      const auto name = name_of_encoded(row);
      if (name && may_be_personal(catalog, name->kind)) entry.records.push_back(name->record);
    }
  }
  if (answered.reply.studios.size() == 1) entry.studio = answered.reply.studios.front().studio;
}

void note_sync(const SyncParts& parts, const Device& device, const SyncRequest& request, const Answered& answered) {
  std::size_t applied = 0, held = 0, witnessed = 0, rows = 0;
  std::int64_t since_cut_off = 0;
  for (std::size_t i = 0; i < answered.notes.size(); ++i) {
    const StudioNote& note = answered.notes[i];
    note_studio(parts, device, answered.reply.studios[i], note);
    applied += note.pushed.applied;
    held += note.pushed.held;
    since_cut_off += note.since_cut_off;
    witnessed += note.witnessed;
    rows += answered.reply.studios[i].page.rows.size();
  }
  const std::int64_t skew_ms = saturating_subtract(request.clocks.wall_ms, answered.reply.server_ms);
  const auto lines = static_cast<std::int64_t>(applied + held);
  parts.notes.note(device.id, {answered.reply.server_ms, answered.backlog, skew_ms, since_cut_off, lines,
                               static_cast<std::int64_t>(witnessed), answered.given_all});
  log_event("sync", {{"device", device.id.text()},
                     {"studios", std::to_string(answered.notes.size())},
                     {"applied", std::to_string(applied)},
                     {"held", std::to_string(held)},
                     {"rows", std::to_string(rows)},
                     {"backlog", std::to_string(answered.backlog)},
                     {"skew_ms", std::to_string(skew_ms)}});
}

Status mend_all(const SyncParts& parts, const Catalog& catalog) {
  LX_TRY(const std::vector<StudioId> studios, parts.store.studios());
  for (const StudioId& studio : studios) {
    LX_CHECK(parts.mender.rows_doubted(studio, catalog, parts.moments.now_ms()));
  }
  return {};
}

}  // namespace

Result<SyncReply> answer_sync(const SyncParts& parts, const Device& device, const SyncRequest& request,
                              const CountedSync& counted, Entry& entry) {
  auto found = parts.moments.now();
  if (!found && found.error().code == Errc::corrupt) {
    // A row of reference data: without who may what, nobody could be answered.
    LX_CHECK(mend_all(parts, *parts.moments.catalog()));
    found = parts.moments.now();
  }
  LX_TRY(const Moment moment, std::move(found));
  std::map<MemberId, std::int64_t> resets;
  if (device.shared) {
    LX_TRY(resets, parts.pins.of(device.id));
  }
  DeviceAnswering answering(parts, device, counted.line, moment, std::move(resets));
  LX_TRY(Answered answered, answer(answering, request));
  // Written down before it is said: a phone that forgot everything must not be taken for one that goes on.
  if (answered.reply.purge && device.purge_told_ms == 0) {
    LX_CHECK(parts.devices.note_purge_told(device.id, moment.now_ms));
  }
  note_sync(parts, device, request, answered);
  note_rows(*moment.catalog, answered, entry);
  std::size_t held = 0;
  for (const StudioNote& note : answered.notes) held += note.pushed.held;
  parts.limits.note_held(counted.line, counted.asked, held, moment.now_ms);
  return std::move(answered.reply);
}

}  // namespace lianxin::server
