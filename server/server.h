// Everything that a route or a command needs, wired together once: stores, kinds, people and devices. It owns them all
// and lives as long as the program.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "server/people/accounts.h"
#include "server/people/devices.h"
#include "server/people/directory.h"
#include "server/people/keys.h"
#include "server/people/secrets.h"
#include "server/disk/data_folder.h"
#include "server/kinds/kinds_folder.h"
#include "server/journal/journal.h"
#include "server/recovery/marks.h"
#include "server/recovery/own_lines.h"
#include "server/recovery/recovery.h"
#include "server/upkeep/mender.h"
#include "server/telemetry/metrics.h"
#include "server/storage/list_store.h"
#include "server/storage/sql.h"
#include "sync/server/ingest.h"

namespace lianxin::server {

struct ServerOptions {
  std::filesystem::path data;
  std::filesystem::path kinds;            // of the kinds that come with the program; see shipped_kinds()
  std::function<std::int64_t()> now_ms;   // Unix milliseconds; the system's clock where empty
};

// What one request goes by: the kinds, the directory and the time of one moment. Copies share both.
struct Moment {
  std::shared_ptr<const Catalog> catalog;
  std::shared_ptr<const Places> places;
  const SelfDevice* self = nullptr;
  Random* random = nullptr;
  std::int64_t now_ms = 0;

  // For an ingest in `place`. Refers to this moment, which must outlive it.
  Rules rules(const StudioPlace& place) const;
};

// Thread-safe throughout.
class Server {
 public:
  // Makes DATA with its keys, and tries the kinds. conflict where it has been done.
  static Status create(const ServerOptions& options);

  // Opens what create() made; what a database that was put back has forgotten and the journal knows is in it afterwards.
  // conflict while another process has it open to serve (see DataFolder).
  enum class Purpose { serve, command };
  static Result<std::unique_ptr<Server>> open(const ServerOptions& options, Purpose purpose);
  ~Server();

  Result<Moment> moment();

  Store& store() { return *store_; }
  ListStore& lists() { return *lists_; }
  SqlDatabase& database() { return *database_; }
  Journal& journal() { return *journal_; }
  KindsFolder& kinds() { return *kinds_; }
  Devices& devices() { return *devices_; }
  Accounts& accounts() { return *accounts_; }
  Grants& grants() { return *grants_; }
  Directory& directory() { return *directory_; }
  KeyFolder& keys() { return *keys_; }
  Mender& mender() { return *mender_; }
  Metrics& metrics() { return metrics_; }
  Random& random() { return random_; }
  const SelfDevice& self() const { return self_; }
  OwnDevices own_devices() const { return {self_, *keys_}; }
  std::int64_t now_ms() const { return now_ms_(); }

  // The device by which an account acts at its desk: for act().
  Result<SelfDevice> desk_of(const Account& account);

  // What follows from kinds that are new since this was last called: changes that waited for them are released, and
  // studios whose digests were summed by other sensitivities are rebuilt. Cheap while nothing is new.
  Status settle_kinds();

  // What phones brought that were known by their certificate alone is released once their grants are entered again. Cheap
  // while neither grants nor studios change.
  Status settle_grants();

  // What the journal told and could not be taken when it was heard is taken once what it needs is here: a held line that its
  // phone has brought back, a row that was mended. Cheap while nothing waits.
  Status settle_journal();
  std::size_t journal_waiting() const { return journal_waiting_; }  // entries that could not be taken yet

  // Tells the journal how far the logs have come: now and then, with each backup, and by itself when a server ends.
  Status tell_marks();

  // What this opening found.
  const Recovered& recovered() const { return recovered_; }

  // Takes a few changed rows into the search index; true while there is more.
  Result<bool> index_some();

 private:
  Server() = default;
  Status settle_studio(const Moment& moment, const StudioId& studio);
  Status settle_device(const Moment& moment, const Device& device);

  std::function<std::int64_t()> now_ms_;
  SystemRandom random_;
  std::unique_ptr<DataFolder> folder_;
  std::unique_ptr<KeyFolder> keys_;
  SelfDevice self_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<SqlDatabase> database_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ListStore> lists_;
  std::unique_ptr<Mender> mender_;
  std::unique_ptr<KindsFolder> kinds_;
  std::unique_ptr<Devices> devices_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<Grants> grants_;
  std::unique_ptr<Directory> directory_;
  Metrics metrics_;
  std::unique_ptr<Marks> marks_;
  std::mutex telling_;
  Recovered recovered_;
  std::atomic<std::size_t> journal_waiting_ = 0;  // settle_journal() writes it
  bool serves_ = false;
  std::atomic<std::int64_t> settled_version_ = 0;
  std::shared_ptr<const Places> settled_places_;  // of settle_grants(), which one thread calls
  bool settled_twice_ = false;                    // by those places
};

// The text by which the search finds a row: the shown values of its fields marked `search`. Health data is in no index.
std::string search_text(const Catalog& catalog, const Row& row);
std::string search_text(const Catalog& catalog, const StoredRow& row);

}  // namespace lianxin::server
