// One story of the restore test: phones work, the office backs up, its database is put back to a random backup, and the
// phones come home to it. Every step follows from the seed but the ids and the times.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/fault/database_file.h"
#include "tests/fault/office.h"
#include "tests/fault/restored_file.h"

namespace lianxin::test {

struct RestoreTally {
  std::map<PutBack, int> by_way;
  std::int64_t phones = 0, cut_off = 0, purged = 0, never_returned = 0;
  std::int64_t made = 0, desk_acts = 0, numbers = 0;
  std::int64_t taken_away = 0;     // log lines that the restored database did not have
  std::int64_t given_again = 0;    // of these, by the phones that made them
  std::int64_t journal_again = 0;  // of these, the server's own and desks', by the journal
  std::int64_t heads_held = 0;     // that returned phones' rows held
  std::int64_t witnessed = 0;      // of these, without their author's line, given back by another
  std::int64_t replaced = 0;       // of these, neither: a later write that named it is there
  std::int64_t noticed = 0;        // phones that told of a server set back
  std::int64_t numbers_twice = 0;  // after the journal was lost with the numbers in it
  std::int64_t lost = 0, doubled = 0;
  std::vector<std::int64_t> requests;  // until all was settled, of each restore
  std::vector<double> seconds;
  std::vector<std::string> faults;  // one sentence each
};

class RestoredWorld {
 public:
  RestoredWorld(std::uint64_t seed, RestoreTally& tally);
  void live_through(const std::vector<PutBack>& ways);

 private:
  struct Lost {
    std::unique_ptr<FieldPhone> phone;
    bool journalled = true;  // no journal was lost since
  };
  // What stood in the database and on the phones when the database was taken away.
  struct Before {
    DatabaseFile file;
    RestoredFile more;
    std::map<const FieldPhone*, std::vector<HeldHead>> heads;  // of living phones
    std::string taken_at;
  };

  void enrol();
  void work_on();
  void round();
  void lose_a_phone();
  void desk_act();
  void restore(PutBack way);
  Before look_before();
  void come_home(const std::vector<FieldPhone*>& home);
  void come_home_lost(std::vector<Made>& rescued);
  void settle();

  void check(const Before& before, const OfficeBackup& backup, PutBack way, const std::vector<FieldPhone*>& home,
             const std::vector<Made>& rescued);
  void check_lines(const DatabaseFile& file, const std::vector<Made>& made, const std::string& whose);
  void check_heads(const DatabaseFile& file, const RestoredFile& more, const std::vector<HeldHead>& heads);
  void check_counters(const DatabaseFile& file, const RestoredFile& more);
  void check_numbers(const RestoredFile& before, const RestoredFile& more);
  void check_office(const DatabaseFile& file, const RestoredFile& more);
  void check_report(const Before& before, const std::vector<FieldPhone*>& home);
  void count_lines(const Before& before, const DatabaseFile& file, const OfficeBackup& backup);
  void fault(const std::string& sentence) { tally_.faults.push_back(sentence); }

  RestoreTally& tally_;
  SeededRandom random_;
  const std::uint64_t seed_;
  TempFolder folder_;
  Office office_;
  Visits visits_;
  std::vector<std::unique_ptr<FieldPhone>> living_;
  std::vector<std::unique_ptr<FieldPhone>> gone_;  // that never return, or were emptied
  std::set<std::string> awaited_;                  // devices of those that never return
  std::set<std::string> phones_ever_;              // devices
  std::vector<Lost> lost_;                         // cut off, and not come home yet
  std::set<std::string> cut_off_;                  // devices, as far as a journal that is there tells
  bool journal_lost_ = false;
};

}  // namespace lianxin::test
