// The coordinator's desk: edits, resolutions, and what becomes of held changes.
#include <algorithm>

#include "sync/model/view.h"
#include "sync/server/act.h"
#include "tests/sync/property/checks.h"
#include "tests/sync/property/world.h"

namespace lianxin {
namespace {

std::set<ChangeId> as_set(const std::vector<ChangeId>& ids) { return {ids.begin(), ids.end()}; }

}  // namespace

void World::desk_edit() {
  const Screen now{server_rows(), head().seq};
  if (now.rows.empty()) return;
  const Row& row = random.one_of(now.rows);
  std::vector<const HeldMark*> open;
  for (const HeldMark& mark : row.held) {
    if (mark.decision == HeldMark::Decision::open) open.push_back(&mark);
  }
  if (!open.empty() && random.chance(60)) {
    desk_decide(row, *open[random.below(open.size())]);
    return;
  }
  if (!server_catalog->kind(row.kind)) return;
  if (random.chance(40)) {
    desk_resolve(row);
    return;
  }
  // A desk's screen stands open for a while too: what is typed into it goes by what it showed.
  if (!stale_screen_ || random.chance(50)) stale_screen_ = now;
  const Row& on_screen = random.one_of(stale_screen_->rows);
  if (!server_catalog->kind(on_screen.kind)) return;
  std::optional<Write> write = some_write(*server_catalog, on_screen, desk_access, random.chance(30));
  if (!write) return;
  const std::set<ChangeId> shown = as_set(write->bases);
  (void)desk_act({on_screen.record, on_screen.kind, "because", {std::move(*write)}, stale_screen_->seq}, {shown});
}

// Settles one open conflict and says, then and later, that it is over for everybody.
void World::desk_resolve(const Row& row) {
  const std::vector<Conflict> open = conflicts_of(*server_catalog, row);
  if (open.empty()) return;
  const Conflict& chosen = random.one_of(open);
  const Address at = *Address::parse(chosen.address);
  const Field* field = server_catalog->field(row.kind, at.field);
  Write write;
  write.at = at;
  write.bases = bases_all(row, at);
  write.value = chosen.heads[random.below(chosen.heads.size())].value;
  if (field && field->merge == Merge::ladder) {
    write.op = Op::step;
    write.from = state_of(*server_catalog, row, at.field);
  }
  const bool done = desk_act({row.record, row.kind, "settled", {write}, head().seq}, {as_set(write.bases)});
  if (!findings.expect(10, done, "a coordinator may settle " + chosen.address)) return;
  for (const Row& now : server_rows()) {
    if (now.record != row.record) continue;
    for (const Conflict& left : conflicts_of(*server_catalog, now)) {
      findings.expect(10, left.address != chosen.address, "a resolution ends the conflict at " + left.address);
    }
  }
}

void World::desk_decide(const Row& row, const HeldMark& mark) {
  static const std::vector<std::string> decisions = {"release", "correct", "dismiss"};
  const std::string decision = random.one_of(decisions);
  Draft draft{row.record, row.kind, "decided", {}, head().seq};
  draft.writes.push_back(Write{{"_held", mark.id.text(), {}}, Op::put, decision, {}, {}, {}});
  const std::string before = decision == "release" ? dump() : std::string();
  std::vector<std::set<ChangeId>> shown{{}};
  if (decision == "correct" && mark.field == "title" && row.kind == "visit") {
    Write write;
    write.at.field = "title";
    write.value = "corrected";
    write.bases = bases_shown(*server_catalog, row, write.at);
    write.bases.push_back(mark.id);
    shown.push_back(as_set(write.bases));
    draft.writes.push_back(std::move(write));
  }
  const bool done = desk_act(std::move(draft), std::move(shown));
  // A release of what can still not be applied is refused at once, and nothing of it is kept.
  if (!done && decision == "release") findings.expect(4, dump() == before, "a refused act leaves nothing behind");
}

bool World::desk_act(Draft draft, std::vector<std::set<ChangeId>> shown) {
  const Seq before = head().seq;
  const std::vector<Draft> drafts{draft};
  const Result<ActDone> done = act(store, studio, rules(), desk, drafts);
  if (!done || !done->refused.empty()) return false;
  for (const Line& line : log()) {
    if (line.logged.seq != before + 1 || !line.change) continue;
    oracle::Told told{line.logged.id, desk.member, "coordinator", draft.record, draft.seen, {}};
    for (std::size_t i = 0; i < draft.writes.size(); ++i) {
      const Write& write = draft.writes[i];
      if (write.at.field != "_held") told.writes.push_back({write.at, write.op, write.value, write.from, shown[i]});
    }
    oracle.tell(std::move(told));
  }
  check_server(*this);
  return true;
}

}  // namespace lianxin
