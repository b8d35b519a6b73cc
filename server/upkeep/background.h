// What a server does beside answering: it keeps the search index up with the logs, checks the rows of every studio,
// notices new kinds, writes down what it has only noted, and makes backups. All of it may stop at any instant; nothing
// is lost that a later run would not do.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/audit/audit.h"
#include "server/kinds/kinds_folder.h"
#include "server/people/accounts.h"
#include "server/upkeep/backup_keeper.h"
#include "server/upkeep/consent_settling.h"
#include "server/upkeep/machine_check.h"
#include "server/upkeep/mender.h"
#include "server/upkeep/settling.h"

namespace lianxin::server {

// What the work is done on. All must outlive the Background.
struct UpkeepParts {
  Moments& moments;
  KindsFolder& kinds;
  Store& store;
  ListStore& lists;
  SyncNotes& sync_notes;
  Accounts& accounts;
  Marks& marks;
  MachineCheck& machine;
  Mender& mender;
  KindsSettling& kinds_settling;
  GrantsSettling& grants_settling;
  StudiosSettling& studios_settling;
  ConsentSettling& consent_settling;
  JournalSettling& journal_settling;
  Audit& audit;
  Metrics& metrics;
  std::int64_t audit_keep_days = Audit::keep_days;
};

class Background {
 public:
  Background(const UpkeepParts& parts, BackupPlan backups);
  ~Background();  // ends its threads
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  bool sleep(int ms);  // false: it is time to go
  bool stopping();
  void index();
  void check_rows();
  void keep_house();
  Status prune_audit();
  void keep_backups();

  const UpkeepParts parts_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  BackupKeeper backups_;
  std::thread indexer_, checker_, housekeeper_, archivist_;
};

}  // namespace lianxin::server
