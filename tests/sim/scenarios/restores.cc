// F12 in small: the server is set back to what it was at random moments, writing goes on, and the phones return in
// random order; some never do. (The server's own commands for it are tested with the whole server.)
#include <algorithm>

#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

// Heads that a phone's rows hold, of whoever wrote them; but no release by the server itself, which it makes anew where
// there is anything to release by then.
std::set<ChangeId> heads_held(SimPhone& phone, const StudioId& studio) {
  std::set<ChangeId> ids;
  for (const DeliveredRow& delivered : phone.rows(studio)) {
    for (const auto& [address, cell] : delivered.row.cells) {
      for (const Head& head : cell.heads) {
        if (!address.starts_with(held_field) || head.role != "server") ids.insert(head.id);
      }
    }
  }
  return ids;
}

// What a living phone held is there: as its author's line, or as witnessed.
void check_returned(Life& life, const std::set<ChangeId>& held) {
  std::set<ChangeId> there;
  for (const Logged& logged : life.log()) {
    there.insert(logged.id);
    const Result<Change> change = parse_line(logged.line);
    for (const Write& write : change ? change->writes : std::vector<Write>()) {
      if (const Result<Head> head = head_of(write.witnessed); write.op == Op::witness && head) there.insert(head->id);
    }
  }
  for (const ChangeId& id : held) {
    life.report.expect(15, there.contains(id), "a value that a living phone held is not on the server: " + id.text());
  }
}

}  // namespace

void run_restores(const Trial& trial, Report& report) {
  LifeOptions options;
  options.actions = 24;
  options.sync_percent = 40;
  options.edit_percent = 50;
  options.look_at_views = false;  // rows of a history that is no more are no measure
  options.desk_percent =
      trial.seed % 4 != 1 ? 0 : 8;  // the desk's own changes come back only as what phones saw of them
  if (trial.seed % 3 == 0) options.faults = NetworkFaults::bad();
  Life life(trial, options, report);
  std::vector<std::string> backups;
  bool restored = false;
  life.instead = [&] {
    const std::size_t dice = life.random.below(100);
    if (dice < 10) {
      backups.push_back(life.server.backup());
    } else if (dice < 22 && !backups.empty()) {
      life.server.restore(life.random.one_of(backups));
      restored = true;
      report.count("restores");
    } else if (dice < 28 && trial.seed % 3 == 0 && life.phones.size() < 7) {
      life.clone_phone(life.random.below(life.phones.size()));
      report.count("clones");
    } else {
      return false;
    }
    return true;
  };
  life.live();
  if (!backups.empty()) {
    life.server.restore(life.random.one_of(backups));
    restored = true;
  }
  const bool all_return = trial.seed % 4 != 3;
  if (!all_return) {
    const std::size_t lost = life.random.below(life.phones.size());
    life.drop_forms(lost);
    life.phones[lost].gone = true;
  }
  std::set<ChangeId> held;
  for (Life::Actor& actor : life.phones) {
    if (!actor.gone) held.merge(heads_held(*actor.phone, life.server.studio));
  }
  life.settle();
  if (!report.wedged.empty()) return;
  check_returned(life, held);
  // Where everybody is back and the desk wrote nothing, nothing shows that anything ever happened.
  if (all_return && options.desk_percent == 0) {
    life.check();
  } else {
    life.check_without_oracle();
  }
  report.count("lives with a restore", restored ? 1 : 0);
}

}  // namespace lianxin::sim
