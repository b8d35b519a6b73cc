// A studio's life in miniature, from one seed: phones of the real SDK that are offline most of the time, a server that
// goes by the real rules, a coordinator's desk. What every form showed is told to the oracle of tests/sync, which says
// what must be seen in the end. Scenarios choose how bad things get, and add what they are about.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "tests/sim/beginning.h"
#include "tests/sim/scenario.h"
#include "tests/sim/sim_kinds.h"
#include "tests/sim/sim_network.h"
#include "tests/sim/sim_phone.h"
#include "tests/sync/property/oracle.h"

namespace lianxin::sim {

struct LifeOptions {
  int actions = 16;  // on average
  NetworkFaults faults;
  bool side_by_side = false;                                    // others act while a request is under way
  std::int64_t step_ms_max = 120'000;                           // between two actions
  int edit_percent = 60, sync_percent = 25, desk_percent = 10;  // of actions; the rest: a phone reboots
  bool long_texts = false;                                      // some texts are longer than strict_kinds() take
  std::string favourite;                                        // the field that most forms write; empty: by the seed
  int round_trips_max = 40;                                     // of one sync over a network that works
  bool look_at_views = true;                                    // at every form, and not only at the end
  bool cursors_only_grow = false;  // nothing in this life makes a phone pull from zero again
  std::int64_t kinds = 1;          // the newest version that anybody knows: by it all is judged in the end
};

class Life {
 public:
  Life(const Trial& trial, const LifeOptions& options, Report& report);
  ~Life();

  void live();    // the actions, one after another
  void settle();  // faults end, forms are closed, phones sync: wedged unless all is quiet within a bounded number of
                  // requests
  void check();   // once quiet: everything that was promised
  void check_without_oracle();  // the same, where something was lost for good that forms had shown

  struct Actor {
    Member member;
    std::unique_ptr<SimNetwork> network;
    std::unique_ptr<SimPhone> phone;
    bool syncing = false;
    bool gone = false;         // lost for good: it takes no part in anything any more
    std::set<ChangeId> saved;  // in its file: what a phone made it never lets go of
  };
  struct OpenForm {
    std::size_t phone;
    lianxin::Form form;
    Row shown;
    Seq seen;
    bool resolving;
  };

  std::size_t clone_phone(std::size_t phone);                 // another one begins with a copy of its file
  void set_back(std::size_t phone, const std::string& file);  // its file is again what lies at `file`
  void drop_forms(std::size_t phone);                         // closed without being saved
  void pass(std::int64_t ms) { now_ms += ms; }
  void open_form(std::size_t phone);
  bool save_form(std::size_t which);  // false: the rules said no
  Expected<SyncReport> sync(std::size_t phone);
  void desk_edit();
  void desk_resolve();
  void desk_decide();  // about one held change: release it, or dismiss it
  void meet();         // one record that everybody has

  // What is in force on the server, and for one phone's view of one record.
  std::vector<Logged> log();
  std::vector<Logged> log_of(const RecordId& record);
  oracle::View server_view();
  oracle::View phone_view(Actor& actor, const RecordId& record, const DeliveredRow* delivered,
                          const std::vector<OwnChange>& own);
  std::vector<Row> server_rows() { return server_rows(server.studio); }
  std::vector<Row> server_rows(const StudioId& studio);
  StudioHead head();
  std::string dump();  // the whole server as text: equal dumps, equal server
  // `state`: as it is on that phone now, over what was `delivered` there (null: nothing).
  void check_view(std::size_t phone, const RecordId& record, const RecordState& state);
  void check_view(std::size_t phone, const RecordId& record, const RecordState& state, const DeliveredRow* delivered);

  const Catalog& catalog() const { return sim_kinds(options.kinds).catalog; }

  LifeOptions options;
  Report& report;
  const std::uint64_t seed;
  SeededRandom random;
  std::int64_t now_ms;  // true time
  std::int64_t server_skew_ms = 0;
  FakeServer server;
  std::vector<Actor> phones;
  std::vector<OpenForm> forms;
  oracle::Oracle oracle;
  // What a scenario adds to the actions; true where it did something in this one's place.
  std::function<bool()> instead;
  bool damaged = false;  // rows were altered: before that, nothing may look as if they had been

 private:
  class Clocked;  // the server, told the time before each call

  void act();
  void go_on_meanwhile(std::size_t caller);
  void tell(const Change& change, const Row& shown, Seq seen, bool resolving, const std::string& role);
  std::optional<Staged> some_edit(const Catalog& catalog, const Row& shown, const Access& access, bool resolving);
  bool stage(lianxin::Form& form, const Staged& staged);

  std::size_t add_phone(const Member& member, const std::string& file);  // which begins with a copy of that file
  std::size_t some_phone();
  bool has_heard_all(std::size_t phone);  // nothing was logged since it caught up
  void start_phone(Actor& actor, std::size_t index);
  void correct_seen();
  void check_held();
  void check_ledger();
  void check_phones(bool with_views);
  void check_rebuild();

  const int actions_max_;
  std::map<ChangeId, Seen> seen_of_;  // by what each line says its form had caught up to
  std::vector<std::unique_ptr<Clocked>> between_;
  int depth_ = 0;
  bool living_ = false;
};

// The ids of the heads whose value was on the screen where `staged` is written: what its form had shown.
std::vector<ChangeId> on_screen(const Catalog& catalog, const Row& shown, const Staged& staged, bool resolving);

}  // namespace lianxin::sim
