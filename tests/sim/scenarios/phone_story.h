// A fixed story of one phone: the SDK over a file of the simulated disk, from enrolment to the order to empty itself,
// against a server in the same process. Each step can be taken again after the phone died in it, and the story keeps a
// ledger of what the phone promised: by that what lies in the file is judged at any moment.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/client-sdk/fake_server.h"
#include "tests/sim/files/fault_files.h"
#include "tests/sim/report.h"
#include "tests/sim/sim_phone.h"

namespace lianxin::sim {

class PhoneStory {
 public:
  PhoneStory(std::uint64_t seed, Report& report);
  ~PhoneStory();

  struct Step {
    std::string name;
    std::function<Expected<void>()> run;
  };
  const std::vector<Step>& steps() const { return steps_; }

  std::function<void()> before_checks;  // those of the last but one step read the file, and want no faults

  static const std::string folder;
  static FaultDisk& disk() { return FaultFiles::install().disk(folder); }

  // The app is started again: forms of the old process are gone, those in the file are not.
  Expected<void> open();
  void close();
  bool is_open() const { return phone_.is_open(); }

  // Everything that holds of the file at any moment between two steps (I3, I6, I8, and that SQLite finds it whole).
  void check_file();
  void check_end();    // after the last step
  void check_tasks();  // nothing is left to be done about the file: after it was opened, where nothing fails

 private:
  class Powered;  // the network, which a dead phone does not use

  // What one save is to leave. `changes`: how many lines it takes.
  struct Saving {
    StudioId studio;
    RecordId record;
    bool is_new = false;
    std::string json;
    int changes = 1;
    std::map<std::string, std::string> shows;  // of fields that nobody else writes
    std::map<std::string, std::int64_t> counts;
  };
  struct Ledger {
    std::map<ChangeId, std::string> lines;  // that must be in the file
    std::map<RecordId, std::map<std::string, std::string>> shows;
    std::map<RecordId, std::map<std::string, std::int64_t>> counts;
    std::map<std::string, std::size_t> drafts;  // by token: how many cells were kept
  };

  void opening();
  void long_form();
  void set_back();
  void lost_studio();
  void the_end();

  void add(const std::string& name, std::function<Expected<void>()> run);
  void add_save(const std::string& name, Saving saving);
  void add_sync(const std::string& name, bool reply_is_lost = false);
  void add_outside(const std::string& name, std::function<void()> happens);  // nothing that the phone does

  Expected<void> save(const Saving& saving);
  Expected<void> sync(bool reply_is_lost);
  Expected<void> look();
  Expected<void> took_up(Form form);
  Expected<void> keep(const std::string& json, std::size_t cells);
  void promise(const Saving& saving);
  std::vector<OwnChange> own(const StudioId& studio);

  void check_whole();
  void check_own_lines();
  void check_save_under_way();
  void check_rows(const StudioId& studio);
  void check_views();
  void check_drafts();
  std::string value_under_way(const RecordId& record, const std::string& field) const;

  Report& report_;
  std::int64_t now_ms_ = 1'790'000'000'000;
  SeededRandom random_;
  FakeServer server_;
  std::unique_ptr<Powered> powered_;
  SimPhone phone_;
  std::vector<Step> steps_;
  RecordId seen_by_all_, mine_, second_, after_, elsewhere_;
  MemberId member_;
  std::string code_;

  Ledger ledger_;
  std::optional<Ledger> at_backup_;
  std::set<ChangeId> ever_;  // every line that was promised at any time
  bool enrolled_ = false, purged_ = false, handed_over_ = false;

  struct UnderWay {  // a save that has begun and was not promised yet
    const Saving* saving = nullptr;
    std::size_t own_before = 0;
    std::string token;
  };
  UnderWay under_way_;
  std::optional<Form> form_;  // the long form
  std::string long_token_;
};

// From the opening to the end, where nothing fails; throws with what did fail.
void tell_untroubled(PhoneStory& story, Report& report);

}  // namespace lianxin::sim
