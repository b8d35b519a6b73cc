// One phone of the studio lies in every way that the wire allows (tests/sim/hostile_phone.h), while the others work and
// the server is set back now and then. For the honest all holds that held without it: what they saved is there, once,
// as their own; they catch up, see the same, and are told no more than is so.
#include <algorithm>

#include "sync/model/limits.h"
#include "sync/server/act.h"
#include "tests/sim/hostile_phone.h"
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

class UnderAttack {
 public:
  UnderAttack(const Trial& trial, Report& report)
      : report_(report), life_(trial, options(trial), report), hostile_(life_.server, life_.now_ms, trial.seed) {
    life_.damaged = true;  // a phone that says that it differs has rows rebuilt that were right
    write_elsewhere();
  }

  void run() {
    const std::string elsewhere = dump_elsewhere();
    life_.instead = [this] { return act(); };
    life_.live();
    for (int i = 0; i < 3; ++i) lie();
    life_.settle();
    if (!report_.wedged.empty()) return;
    report_.expect(20, hostile_.wrong().empty(), hostile_.wrong());
    report_.expect(19, dump_elsewhere() == elsewhere, "a studio in which it has no grant was changed");
    check_bounds();
    check_names();
    check_honest_lines();
    life_.check_without_oracle();
    report_.count("lies", hostile_.lies());
  }

 private:
  static LifeOptions options(const Trial& trial) {
    LifeOptions options;
    options.actions = 24;
    options.edit_percent = 50;
    options.sync_percent = 40;
    options.desk_percent = 5;
    options.round_trips_max = 400;  // it fills the studio with what the others then pull
    options.look_at_views = false;  // the oracle was told nothing of the lies
    if (trial.seed % 3 == 0) options.faults = NetworkFaults::bad();
    return options;
  }

  bool act() {
    const std::size_t dice = life_.random.below(100);
    if (dice < 40) {
      lie();
    } else if (dice < 46) {
      backups_.push_back(life_.server.backup());
    } else if (dice < 52 && !backups_.empty()) {
      note_written_here();
      life_.server.restore(life_.random.one_of(backups_));
      report_.count("restores");
    } else {
      return false;
    }
    return true;
  }

  void lie() {
    HostilePhone::Knows knows;
    for (Life::Actor& actor : life_.phones) {
      knows.members.push_back(actor.member.id);
      for (const OwnChange& mine : actor.phone->own(life_.server.studio)) knows.lines.push_back(mine.line);
    }
    life_.server.now_ms = life_.now_ms;
    hostile_.lie(knows);
  }

  // By the desk and the server itself: no phone has these lines, and a server that is set back forgets them.
  void note_written_here() {
    for (const Logged& logged : life_.log()) {
      const bool by_desk = logged.device == life_.server.desk_device().device;
      if (by_desk || logged.device == life_.server.self().device) written_here_.insert(logged.id);
    }
  }

  // Two records of a studio that no phone here has a grant in.
  void write_elsewhere() {
    FakeServer& server = life_.server;
    for (int i = 0; i < 2; ++i) {
      const Draft draft{
          life_.random.id<RecordId>(), "visit", {}, {{{"title", {}, {}}, Op::put, "别处", {}, {}, {}}}, 0};
      const auto done = act_elsewhere(server, draft);
      report_.expect(19, done, "another studio's desk writes");
    }
  }
  static bool act_elsewhere(FakeServer& server, const Draft& draft) {
    const auto done = lianxin::act(server.store(), server.second_studio, server.rules(server.second_studio),
                                   server.desk_device(), std::span(&draft, 1), {});
    return done && done->refused.empty();
  }

  std::string dump_elsewhere() {
    std::string text;
    (void)life_.server.store().read(life_.server.second_studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const StudioHead head, snapshot.head());
      text = std::to_string(head.seq) + to_hex(head.log_hash);
      LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(0, 1'000, SIZE_MAX));
      for (const StoredRow& row : rows) text += "\n" + row.encoded;
      return {};
    });
    return text;
  }

  // Nothing that it sent makes a record larger than one may be.
  void check_bounds() {
    for (const Row& row : life_.server_rows()) {
      report_.expect(20, row.held.size() <= limits::held_marks_max, "more is held beside a record than may be");
      report_.expect(20, row.cells.size() <= limits::cells_max + limits::held_marks_max, "a record has too many cells");
      // What held changes name that others look through comes on top.
      const std::size_t looked_through = limits::held_marks_max * limits::held_bases_max * 64;
      report_.expect(20, encode_row(row).size() <= limits::row_bytes_max + looked_through, "a record is too long");
      for (const auto& [address, cell] : row.cells) {
        report_.expect(20, cell.heads.size() <= limits::entries_max, "a cell has too many heads");
      }
    }
  }

  // Nobody's name stands under what he did not write: but for what somebody of no higher role could have written
  // himself and says that he saw before the server was set back.
  void check_names() {
    static const std::set<std::string, std::less<>> no_higher = {"convener", "clinic_doctor", "member", "informant"};
    note_written_here();
    std::set<ChangeId> genuine = written_here_;
    for (Life::Actor& actor : life_.phones) genuine.insert(actor.saved.begin(), actor.saved.end());
    for (const Row& row : life_.server_rows()) {
      for (const auto& [address, cell] : row.cells) {
        for (const std::vector<Head>* heads : {&cell.heads, &cell.history}) {
          for (const Head& head : *heads) {
            const bool of_office =
                head.member == life_.server.desk_device().member || head.member == life_.server.self().member;
            const bool by_equal = head.witnessed && (head.role.empty() ? !of_office : no_higher.contains(head.role));
            const bool named = head.member == hostile_.member() || genuine.contains(head.id) || by_equal;
            report_.expect(19, named, "a name stands under what he did not write, at " + address);
          }
        }
      }
    }
  }

  // What an honest phone saved is in force, or held for what its own phone could not know.
  void check_honest_lines() {
    static const std::set<std::string> may_be = {"cannot_see_all", "base_missing",  "once",      "heads_full",
                                                 "record_full",    "kind_mismatch", "id_reused", "not_allowed",
                                                 "not_granted",    "record_missing"};
    std::map<ChangeId, const Logged*> by_id;
    const std::vector<Logged> log = life_.log();
    for (const Logged& logged : log) by_id.emplace(logged.id, &logged);
    for (Life::Actor& actor : life_.phones) {
      for (const OwnChange& mine : actor.phone->own(life_.server.studio)) {
        const auto at = by_id.find(mine.id);
        const bool there = at != by_id.end() && at->second->line == mine.line;
        // A delete that somebody else brought first waits as his: its author may not see all of the record by now.
        const bool deletes = mine.line.find(R"("at":"_deleted")") != std::string::npos;
        const bool fine = !there || at->second->applied_seq > 0 || may_be.contains(at->second->code) || deletes;
        report_.expect(4, fine, "an honest change is held as " + (there ? at->second->code : ""));
      }
    }
  }

  Report& report_;
  Life life_;
  HostilePhone hostile_;
  std::vector<std::string> backups_;
  std::set<ChangeId> written_here_;
};

}  // namespace

void run_hostile(const Trial& trial, Report& report) { UnderAttack(trial, report).run(); }

}  // namespace lianxin::sim
