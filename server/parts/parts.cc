#include "server/parts/parts.h"

#include <chrono>

#include "server/recovery/found_belongings.h"
#include "server/recovery/journalled_store.h"
#include "server/storage/engine.h"
#include "server/tables.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

std::int64_t system_now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

void log_rebuilt(const StudioId& studio, const StudioHead& head, bool wrong) {
  log_event(
      LogLevel::warning, "studio_rebuilt",
      {{"studio", studio.text()}, {"seq", std::to_string(head.seq)}, {"why", wrong ? "rows_wrong" : "phone_differs"}});
}

}  // namespace

Status Parts::create(const ServerOptions& options) {
  LX_CHECK(DataFolder::create(options.data));
  LX_CHECK(KindsFolder::check(options.kinds,
                              options.data / "kinds"));  // before there is a key, so that init can be repeated
  SystemRandom random;
  const KeyFolder keys(options.data / "keys");
  LX_CHECK(keys.create_data_key(random));  // before server.key, by which init knows that it was done
  LX_CHECK(keys.create_server_key(random));
  // Opened once, so that what is wrong with the kinds or the disk is said now and not to the first phone.
  const auto parts = open(options, Purpose::serve);
  if (!parts) return tl::unexpected(parts.error());
  return {};
}

Result<std::unique_ptr<Parts>> Parts::open(const ServerOptions& options, Purpose purpose) {
  std::unique_ptr<Parts> parts(new Parts(options, purpose));
  LX_CHECK(parts->open_stores(options.data));
  parts->address = std::make_unique<PublicAddress>(options.data);
  LX_CHECK(parts->open_people(options.kinds));
  LX_CHECK(find_belongings(*parts->belongings, *parts->grants, *parts->store));
  LX_TRY(parts->recovered, recover(parts->recovery()));
  LX_CHECK(parts->belongings->tell_unnumbered());
  if (purpose == Purpose::serve) LX_CHECK(parts->devices->agree_with_revocations());
  parts->marks = std::make_unique<Marks>(parts->recovery(), *parts->sync_notes, purpose == Purpose::serve);
  parts->machine = std::make_unique<MachineCheck>(*parts->database, parts->metrics, options.data);
  parts->mender = std::make_unique<Mender>(*parts->store, log_rebuilt);
  parts->kinds_settling = std::make_unique<KindsSettling>(*parts->moments, *parts->store, *parts->lists);
  parts->grants_settling =
      std::make_unique<GrantsSettling>(*parts->moments, *parts->store, *parts->lists, *parts->devices);
  parts->studios_settling = std::make_unique<StudiosSettling>(*parts->moments, *parts->store, *parts->lists);
  parts->consent_settling = std::make_unique<ConsentSettling>(*parts->moments, *parts->store, *parts->lists);
  parts->journal_settling = std::make_unique<JournalSettling>(parts->recovery(), parts->recovered.waiting);
  return parts;
}

Parts::Parts(const ServerOptions& options, Purpose opened_for)
    : now_ms(options.now_ms ? options.now_ms : system_now_ms),
      purpose(opened_for),
      behind_tls(options.behind_tls),
      second_factor_required(options.second_factor_required) {}

Status Parts::open_stores(const std::filesystem::path& data) {
  LX_TRY(folder, DataFolder::open(data, purpose == Purpose::serve ? DataFolder::Use::serve : DataFolder::Use::command));
  keys = std::make_unique<KeyFolder>(folder->keys());
  LX_TRY(self, keys->server());
  LX_TRY(sealing, keys->sealing_key(random));
  LX_TRY(const auto journal_key, keys->journal_key());
  const auto seal = journal_key ? std::optional(JournalSeal{*journal_key, &random}) : std::nullopt;
  LX_TRY(journal, Journal::open(folder->journal(), now_ms, seal));
  LX_TRY(audit, Audit::open({folder->audit(), folder->audit_head(), self.secret}, now_ms));
  LX_TRY(const auto data_key, keys->hold_data_key());
  LX_TRY(database, open_database(folder->database(), database_modules(), data_key));
  LX_CHECK(keys->load_desks());
  store = std::make_unique<JournalledStore>(*database, *journal, OwnDevices(self, *keys));
  lists = open_lists(*database);
  return {};
}

Status Parts::open_people(const std::filesystem::path& shipped_kinds) {
  LX_CHECK(recover_kinds(*journal, *database));
  kinds = std::make_unique<KindsFolder>(*database, *journal, shipped_kinds, folder->kinds());
  LX_CHECK(kinds->load());
  sync_notes = std::make_unique<SyncNotes>(*database, *journal);
  revocations = std::make_unique<Revocations>(folder->keys());
  devices = std::make_unique<Devices>(*database, *journal, *sync_notes, *revocations);
  pins = std::make_unique<PinResets>(*database, *journal);
  enrolment = std::make_unique<Enrolment>(*database, *journal, *sync_notes, random, self, *revocations);
  codes = std::make_unique<Codes>(*database, *journal);
  renewals = std::make_unique<Renewals>(*database, *journal, self);
  accounts = std::make_unique<Accounts>(*database, *journal, random, sealing);
  sessions = std::make_unique<Sessions>(*database, behind_tls);
  factors = std::make_unique<SecondFactors>(*database, *journal, random, sealing);
  drafts = std::make_unique<DeskDrafts>(*database, random);
  grants = std::make_unique<Grants>(*database, *journal);
  belongings = std::make_unique<Belongings>(*database, *journal);
  directory = std::make_unique<Directory>(*store, *grants, *belongings);
  moments = std::make_unique<Moments>(*kinds, *directory, self, random, now_ms);
  return {};
}

Parts::~Parts() {
  if (!sync_notes) return;
  if (const Status flushed = sync_notes->flush(); !flushed) {
    log_event(LogLevel::warning, "notes_lost", {{"reason", flushed.error().message}});
  }
  if (purpose != Purpose::serve || !marks) return;
  if (const Status told = marks->tell_at_end(); !told) {
    log_event(LogLevel::warning, "marks_lost", {{"reason", told.error().message}});
  }
}

}  // namespace lianxin::server
