// A fixed story of one server: the real engine over a file of the simulated disk, and some thirty things that phones
// and a desk ask of it one after another. What each is told, and what lies in the database after each, is the same in
// every telling; so a telling in which the server died can be held against one in which it did not.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "server/storage/engine.h"
#include "server/storage/sql/sql_store.h"
#include "sync/log/store.h"
#include "sync/server/draft.h"
#include "sync/server/origin.h"
#include "sync/server/rules.h"
#include "sync/wire/messages.h"
#include "tests/sync/fixtures.h"

namespace lianxin::sim {

using namespace server;

// The engine as `serve` opens it. Its one writer thread works while its caller waits, so one caller means one order.
class StoryServer {
 public:
  explicit StoryServer(std::string file) : file_(std::move(file)) {}

  Status open();
  void close();
  bool is_open() const { return store_ != nullptr; }
  Store& store() { return *store_; }
  SqlDatabase& database() { return *database_; }
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::unique_ptr<SqlDatabase> database_;
  std::unique_ptr<SqlStore> store_;
};

// A file for one, on a disk of its own. SQLite sees the simulated one; the engine also wants the name to exist.
const std::string& story_file();
const std::string& story_folder();

class ServerStory {
 public:
  ServerStory();

  struct Step {
    std::string name;
    bool once = false;  // who finds it done does not do it again, such as a person at the desk; all else is sent again
    std::function<Result<std::string>(StoryServer&)> run;  // what the asker was told
  };
  const std::vector<Step>& steps() const { return steps_; }
  void begin_again();  // phones forget the cursors they were given

 private:
  struct Device {
    std::uint8_t key = 0;
    N n = 0;
    Hash h{};
  };

  void visits();
  void clashes();
  void forks_and_witnesses();
  void late_work();

  void add_push(const std::string& name, std::uint8_t device, const std::vector<std::string>& lines,
                bool revoked = false, std::uint8_t member = 0);
  void add_fork(std::uint8_t old_key, std::uint8_t new_key);
  void add_act(const std::string& name, std::vector<Draft> drafts);
  void add_page(std::uint8_t device, std::size_t bytes_max);
  void add_restart();
  void add(const std::string& name, bool once, std::function<Result<std::string>(StoryServer&, const Rules&)> run);
  void send(const std::string& name, const Pusher& pusher, Push push);

  std::string line(std::uint8_t author, std::uint8_t id, const RecordId& record, std::vector<Write> writes,
                   const std::string& reason = {});
  Device& device(std::uint8_t key);

  Bench bench_;         // makes changes and devices; its store is not used
  Catalog newer_;       // the kinds of the story's second half
  bool later_ = false;  // while the story is being put down: is this its second half?
  std::vector<Step> steps_;
  std::map<std::uint8_t, Device> devices_;
  std::map<std::uint8_t, std::vector<std::string>> sent_;  // by device, in order
  std::map<std::uint8_t, std::optional<Cursor>> cursors_;  // as the story goes
};

}  // namespace lianxin::sim
