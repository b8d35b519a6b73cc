// Every part of a server, wired together by hand. Only what opens a data folder sees them all: commands and tests. Each
// room is handed the parts that it names.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "server/audit/audit.h"
#include "server/disk/data_folder.h"
#include "server/kinds/kinds_folder.h"
#include "server/people/accounts.h"
#include "server/people/allowances.h"
#include "server/people/codes.h"
#include "server/people/desk_drafts.h"
#include "server/people/device_limits.h"
#include "server/people/enrolment.h"
#include "server/people/pin_resets.h"
#include "server/people/public_address.h"
#include "server/people/renewals.h"
#include "server/people/revocations.h"
#include "server/people/second_factor.h"
#include "server/people/secrets.h"
#include "server/people/sessions.h"
#include "server/people/unmasked.h"
#include "server/recovery/marks.h"
#include "server/recovery/recovery.h"
#include "server/storage/sql.h"
#include "server/telemetry/metrics.h"
#include "server/upkeep/consent_settling.h"
#include "server/upkeep/machine_check.h"
#include "server/upkeep/mender.h"
#include "server/upkeep/settling.h"

namespace lianxin::server {

struct ServerOptions {
  std::filesystem::path data;
  std::filesystem::path kinds;           // of the kinds that come with the program; see shipped_kinds()
  std::function<std::int64_t()> now_ms;  // Unix milliseconds; the system's clock where empty
  bool behind_tls = false;               // whoever signs in at a desk comes over TLS: cookies travel on nothing else
  bool second_factor_required = false;   // of whoever looks after people or phones
};

// In the order in which they are made; each refers to those before it, and goes before them. Thread-safe throughout,
// but for the settling.
struct Parts {
  // Makes DATA with its keys, and tries the kinds. conflict where it has been done.
  static Status create(const ServerOptions& options);

  // Opens what create() made; what a database that was put back has forgotten and the journal knows is in it
  // afterwards. conflict while another process has it open to serve (see DataFolder).
  enum class Purpose { serve, command };
  static Result<std::unique_ptr<Parts>> open(const ServerOptions& options, Purpose purpose);
  ~Parts();  // writes down what was only noted, and tells the journal how far the logs have come where it served
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  RecoveryParts recovery() { return {*database, *journal, *store, *moments, {self, *keys}}; }

  const std::function<std::int64_t()> now_ms;
  const Purpose purpose;
  const bool behind_tls, second_factor_required;
  SystemRandom random;
  Metrics metrics;
  DeviceLimits device_limits;
  Allowances code_guesses{{60, 900}, 10'000};  // wrong enrolment codes by client: 60 bits are not found so
  Unmasked unmasked;
  std::unique_ptr<DataFolder> folder;
  std::unique_ptr<KeyFolder> keys;
  SelfDevice self;
  SecretKey sealing{};  // of secrets in the database
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Audit> audit;
  std::unique_ptr<SqlDatabase> database;
  std::unique_ptr<Store> store;
  std::unique_ptr<ListStore> lists;
  std::unique_ptr<KindsFolder> kinds;
  std::unique_ptr<PublicAddress> address;
  std::unique_ptr<Revocations> revocations;
  std::unique_ptr<SyncNotes> sync_notes;
  std::unique_ptr<Devices> devices;
  std::unique_ptr<PinResets> pins;
  std::unique_ptr<Enrolment> enrolment;
  std::unique_ptr<Codes> codes;
  std::unique_ptr<Renewals> renewals;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<Sessions> sessions;
  std::unique_ptr<SecondFactors> factors;
  std::unique_ptr<DeskDrafts> drafts;
  std::unique_ptr<Grants> grants;
  std::unique_ptr<Belongings> belongings;
  std::unique_ptr<Directory> directory;
  std::unique_ptr<Moments> moments;
  Recovered recovered;  // what this opening found
  std::unique_ptr<Marks> marks;
  std::unique_ptr<MachineCheck> machine;
  std::unique_ptr<Mender> mender;
  std::unique_ptr<KindsSettling> kinds_settling;
  std::unique_ptr<GrantsSettling> grants_settling;
  std::unique_ptr<StudiosSettling> studios_settling;
  std::unique_ptr<ConsentSettling> consent_settling;
  std::unique_ptr<JournalSettling> journal_settling;

 private:
  Parts(const ServerOptions& options, Purpose opened_for);
  Status open_stores(const std::filesystem::path& data);
  Status open_people(const std::filesystem::path& shipped_kinds);
};

}  // namespace lianxin::server
