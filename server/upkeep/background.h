// What a server does beside answering: it keeps the search index up with the logs, checks the rows of every studio,
// notices new kinds, writes down what it has only noted, and makes backups. All of it may stop at any instant; nothing is lost that a later run would not
// do.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/backup/backup_keeper.h"
#include "server/server.h"

namespace lianxin::server {

class Background {
 public:
  explicit Background(Server& server, BackupPlan backups = {});  // `server` must outlive this
  ~Background();                                                 // ends its threads
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  bool sleep(int ms);  // false: it is time to go
  bool stopping();
  void index();
  void check_rows();
  void keep_house();
  void keep_backups();

  Server& server_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  BackupKeeper backups_;
  std::thread indexer_, checker_, housekeeper_, archivist_;
};

}  // namespace lianxin::server
