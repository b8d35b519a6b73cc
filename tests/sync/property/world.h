// A studio's life in miniature, from one seed: a few phones that are offline most of the time, a server, a
// coordinator's desk, messages that get lost or come twice, clocks that are wrong, and lines that no server can apply.
// Everything that a form showed is told to the oracle.
#pragma once

#include <memory>
#include <set>

#include "server/storage/memory/memory_store.h"
#include "sync/log/store.h"
#include "sync/server/draft.h"
#include "sync/server/origin.h"
#include "sync/server/rules.h"
#include "sync/wire/messages.h"
#include "tests/sync/property/findings.h"
#include "tests/sync/property/model_phone.h"
#include "tests/sync/property/oracle.h"

namespace lianxin {

struct WorldOptions {
  std::uint64_t seed = 0;
  int actions = 30;
  bool faults = true;
  bool poison = true;
  bool sick_clock = false;  // phone 0 believes it is another decade
  std::int64_t server_kinds = 1;
  bool mixed_kinds = false;    // phone 1 knows version 2, whatever the server knows
  bool server_jumps = false;   // the server's clock is set back and forth by an hour
  bool strict_server = false;  // holds long texts that its phones take for good, until it is told otherwise
};

// A request as it reached the server, so that it can reach it again.
struct Sent {
  std::size_t phone = 0;
  Push push;
  ClockReading clocks;
};

class World {
 public:
  World(const WorldOptions& options, Findings& findings);

  void live();    // the actions, one after another
  void settle();  // every form closed, every phone caught up, nothing lost any more

  // What the checks look at.
  struct Line {
    Logged logged;
    std::optional<Change> change;
  };
  std::vector<Line> log() const;
  StudioHead head() const;
  std::vector<Row> server_rows() const;
  std::string dump() const;  // log, rows, head and chains as text: equal dumps, equal server
  oracle::View server_view() const;
  oracle::View phone_view(const ModelPhone& phone, const RecordId& record) const;

  Rules rules();
  Pusher pusher_of(const ModelPhone& phone, const ClockReading& clocks) const;
  Rules rules_at(std::int64_t server_ms);
  void upgrade_server();  // to version 2, and to long texts

  WorldOptions options;
  Findings& findings;
  SeededRandom random;
  std::int64_t now_ms;  // true time
  std::int64_t server_skew_ms = 0;
  StudioId studio;
  StudioPlace place;
  std::vector<Grant> grants;
  std::unique_ptr<Catalog> old_kinds, new_kinds, server_catalog;
  SelfDevice self, desk;
  Access desk_access;
  server::MemoryStore store;
  std::vector<std::unique_ptr<ModelPhone>> phones;
  oracle::Oracle oracle;
  std::vector<Sent> sent;
  std::map<ChangeId, std::int64_t> made_ms;  // true time of each honest change
  std::map<ChangeId, std::size_t> made_on;   // phone that made it; absent: the desk or the server
  std::set<ChangeId> poisoned;               // must be held
  std::set<ChangeId> honest;                 // should be applied, but for what the state on arrival decides
  std::set<std::size_t> rebooted;

 private:
  struct OpenForm {
    std::size_t phone;
    Form form;
  };
  struct Delayed {
    std::size_t phone;
    SyncRequest asked;
    std::string reply;
  };

  void act_once();
  void open_form(std::size_t phone);
  void save_form(const OpenForm& open);
  void poison(std::size_t phone);
  void sync(std::size_t phone, bool faults);
  std::string serve(std::size_t phone, const std::string& request);
  void receive(std::size_t phone, const SyncRequest& asked, const std::string& reply);
  void meet();  // one record that everybody has
  void desk_edit();
  void desk_resolve(const Row& row);
  void desk_decide(const Row& row, const HeldMark& mark);
  bool desk_act(Draft draft, std::vector<std::set<ChangeId>> shown);
  void tell(const Change& change, const std::string& role, Seq seen);

  std::optional<Write> some_write(const Catalog& catalog, const Row& shown, const Access& access, bool resolving);
  Write ladder_write(const Catalog& catalog, const Row& shown, const std::string& field, bool resolving);

  struct Screen {
    std::vector<Row> rows;
    Seq seq = 0;
  };
  std::optional<Screen> stale_screen_;  // the desk's, left open
  std::vector<OpenForm> forms_;
  std::vector<Delayed> delayed_;
  std::map<RecordId, std::string> kinds_of_;
};

}  // namespace lianxin
