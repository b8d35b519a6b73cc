// What must hold when the phones are home again, held against the database file and the program's own reports.
#include <algorithm>
#include <sstream>

#include "tests/fault/restored_world.h"

namespace lianxin::test {
namespace {

int times(const DatabaseFile& file, const std::string& change) {
  const auto at = file.lines.find(change);
  return at == file.lines.end() ? 0 : at->second;
}

}  // namespace

void RestoredWorld::check(const Before& before, const OfficeBackup& backup, PutBack way,
                          const std::vector<FieldPhone*>& home, const std::vector<Made>& rescued) {
  office_.stop();
  if (keeps_journal(way)) check_report(before, home);
  const DatabaseFile file = DatabaseFile::read(office_.database());
  const RestoredFile more = RestoredFile::read(office_.database());
  for (const auto& phone : living_) check_lines(file, phone->made(), "phone " + phone->device());
  check_lines(file, rescued, "a phone that was cut off");
  for (const FieldPhone* phone : home) check_heads(file, more, before.heads.at(phone));
  check_counters(file, more);
  check_numbers(before.more, more);
  check_office(file, more);
  count_lines(before, file, backup);
  if (!keeps_journal(way)) {
    for (const Lost& lost : lost_) {
      if (more.cut_off.contains(lost.phone->device())) cut_off_.insert(lost.phone->device());
    }
  }
  office_.start();
}

void RestoredWorld::check_lines(const DatabaseFile& file, const std::vector<Made>& made, const std::string& whose) {
  for (const Made& change : made) {
    const int there = times(file, change.change);
    if (there == 1) continue;
    ++(there == 0 ? tally_.lost : tally_.doubled);
    fault(whose + ": change " + change.change + " is there " + std::to_string(there) + " times");
  }
}

void RestoredWorld::check_heads(const DatabaseFile& file, const RestoredFile& more,
                                const std::vector<HeldHead>& heads) {
  for (const auto& [head, place] : heads) {
    // Decided anew by the server's device, where it is still to be decided (PROTOCOL 6.4).
    if (place.find(" _held/") != std::string::npos) continue;
    ++tally_.heads_held;
    if (times(file, head) > 0) continue;
    if (more.witnessed.contains(head)) {
      ++tally_.witnessed;
    } else if (more.named.contains(head)) {
      ++tally_.replaced;
    } else {
      ++tally_.lost;
      fault("the value of change " + head + " at " + place + ", which a phone held, is not there");
    }
  }
}

// Every living phone's increments are in the sum, whole, and nothing is that nobody made. So where all that counted are
// alive, the sum is the ledger's.
void RestoredWorld::check_counters(const DatabaseFile& file, const RestoredFile& more) {
  std::map<std::string, std::map<std::string, std::int64_t>> due, possible;  // visit -> change -> its part
  const auto enter = [&](const FieldPhone& phone, bool living) {
    for (const Made& change : phone.made()) {
      if (change.counted == 0) continue;
      possible[change.record][change.change] = change.counted;
      if (living) due[change.record][change.change] = change.counted;
    }
  };
  for (const auto& phone : living_) enter(*phone, true);
  for (const auto& phone : gone_) enter(*phone, false);
  for (const Lost& lost : lost_) enter(*lost.phone, false);
  for (const auto& [visit, parts] : due) {
    const auto there = more.counted.find(visit);
    for (const auto& [change, counted] : parts) {
      if (there != more.counted.end() && there->second.contains(change)) continue;
      ++tally_.lost;
      fault("visit " + visit + " does not count change " + change);
    }
  }
  for (const auto& [visit, parts] : more.counted) {
    for (const auto& [change, counted] : parts) {
      const auto made = possible[visit].find(change);
      if (made == possible[visit].end() || made->second != counted) {
        ++tally_.doubled;
        fault("visit " + visit + " counts " + std::to_string(counted) + " by " + change + ", which nobody made so");
      }
    }
  }
  // A witnessed part has no counting line behind it, so those sums cannot be that of the lines.
  for (const std::string& sentence : file.faults) {
    const bool explained = std::any_of(more.with_witnessed.begin(), more.with_witnessed.end(), [&](const auto& visit) {
      return sentence == "the counter of " + visit + " is not its lines' sum";
    });
    if (!explained) fault(sentence);
  }
}

// With the journal no number is given twice, and a record keeps the one it had.
void RestoredWorld::check_numbers(const RestoredFile& before, const RestoredFile& more) {
  std::map<std::string, std::string> holders;
  for (const auto& [visit, numbers] : more.numbers) {
    for (const std::string& number : numbers) {
      const auto [at, fresh] = holders.emplace(number, visit);
      if (fresh) continue;
      ++tally_.numbers_twice;
      if (!journal_lost_) fault("number " + number + " was given to " + at->second + " and to " + visit);
    }
  }
  if (journal_lost_) return;
  for (const auto& [visit, numbers] : before.numbers) {
    const auto now = more.numbers.find(visit);
    if (now == more.numbers.end()) continue;  // its phone is not home: the number waits with the journal's line
    if (now->second != numbers) fault("visit " + visit + " has another number than it had");
  }
  tally_.numbers = std::max(tally_.numbers, static_cast<std::int64_t>(holders.size()));
}

void RestoredWorld::check_office(const DatabaseFile& file, const RestoredFile& more) {
  for (const std::string& reason : office_.acts()) {
    const auto at = file.reasons.find(reason);
    const int there = at == file.reasons.end() ? 0 : at->second;
    if (there == 1) continue;
    ++(there == 0 ? tally_.lost : tally_.doubled);
    fault("the " + reason + " is there " + std::to_string(there) + " times");
  }
  for (const std::string& device : cut_off_) {
    if (!more.cut_off.contains(device)) fault("phone " + device + " was cut off and is not any more");
  }
  office_.server().command({"verify"});  // throws with what it found
}

// `restored` tells of this restore, of each phone that is home, and of each that is awaited.
void RestoredWorld::check_report(const Before& before, const std::vector<FieldPhone*>& home) {
  const std::string report = office_.restored();
  std::istringstream lines(report);
  std::string word, line;
  lines >> word >> line;
  if (word != "restored" || line < before.taken_at) return fault("the restore was not noticed: " + word + " " + line);
  std::map<std::string, std::string> told;
  while (std::getline(lines, line)) {
    if (line.starts_with("device\t")) told[line.substr(7, 32)] = line;
  }
  for (const FieldPhone* phone : home) {
    const auto at = told.find(phone->device());
    if (at == told.end() || at->second.find("\treturned ") == std::string::npos) {
      fault("phone " + phone->device() + " is home, and the report says: " + (at == told.end() ? "" : at->second));
    }
  }
  for (const std::string& device : awaited_) {
    const auto at = told.find(device);
    if (at == told.end() && journal_lost_) continue;  // enrolled since the backup, and no journal told of it
    if (at == told.end() || !at->second.ends_with("\tawaited")) {
      fault("phone " + device + " is awaited, and the report says: " + (at == told.end() ? "" : at->second));
    }
  }
}

void RestoredWorld::count_lines(const Before& before, const DatabaseFile& file, const OfficeBackup& backup) {
  const DatabaseFile then = DatabaseFile::read(backup.file);
  for (const auto& [change, count] : before.file.lines) {
    if (then.lines.contains(change)) continue;
    ++tally_.taken_away;
    if (!file.lines.contains(change)) continue;
    ++(phones_ever_.contains(before.more.device_of.at(change)) ? tally_.given_again : tally_.journal_again);
  }
}

}  // namespace lianxin::test
