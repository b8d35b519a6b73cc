// What a server does beside answering: it keeps the search index up with the logs, notices new kinds, and writes down
// what it has only noted. All of it may stop at any instant; nothing is lost that a later run would not do.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/server.h"

namespace lianxin {

class Background {
 public:
  explicit Background(Server& server);  // `server` must outlive this
  ~Background();                        // ends both threads
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  bool sleep(int ms);  // false: it is time to go
  void index();
  void keep_house();

  Server& server_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread indexer_, housekeeper_;
};

}  // namespace lianxin
