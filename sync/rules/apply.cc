#include "sync/rules/apply.h"

#include <algorithm>
#include <set>

namespace lianxin {
namespace {

class Applier {
 public:
  Applier(const Catalog& catalog, Row& row, const Change& change, const Stamp& stamp, const LookUpAt& look_up)
      : catalog_(catalog), row_(row), change_(change), stamp_(stamp), look_up_(look_up) {}

  void run() {
    begin();
    for (const Write& write : change_.writes) {
      reason_guard_ = std::max(reason_guard_, sensitivity_of(catalog_, change_.kind, write.at.field));
      if (write.op == Op::add) reasons_.insert(write.at.text());
    }
    for (const Write& write : change_.writes) {
      if (write.at.field == held_field) decide(write);
      if (write.op == Op::witness) {
        witness(write);
      } else if (write.op != Op::erased) {
        take(write);
      }
    }
    note_field_writes();
    row_.last_seq = std::max(row_.last_seq, stamp_.seq);
  }

 private:
  void begin() {
    if (row_.begun()) return;
    const bool only_decides = std::all_of(change_.writes.begin(), change_.writes.end(),
                                          [](const Write& write) { return is_about_changes(write.at.field); });
    if (only_decides && !row_.kind.empty()) return;
    row_.record = change_.record;
    row_.kind = change_.kind;
    row_.created_by = change_.member;
    row_.created_on = stamp_.device;
    row_.created = stamp_.clock;
  }

  CellRule rule_at(const Address& at) const { return rule_of(catalog_, row_.kind, at); }
  LookUp look_up_at(const Address& at) const {
    return [this, at](const ChangeId& id) { return look_up_(id, at); };
  }

  Head head_for(const Write& write, const CellRule& rule) const {
    Head head;
    head.id = change_.id;
    head.value = write.value;
    head.clock = stamp_.clock;
    head.member = change_.member;
    head.role = signing_role(rule, stamp_.roles);
    head.bases = write.bases;
    // What was done to the most guarded of them may be what it tells of.
    if (sensitivity_of(catalog_, change_.kind, write.at.field) >= reason_guard_) head.reason = change_.reason;
    return head;
  }

  void take(const Write& write) {
    const CellRule rule = rule_at(write.at);
    Cell& cell = row_.cells[write.at.text()];
    Head head = head_for(write, rule);
    if (write.op == Op::add) head.bases = bases_at(change_, write.at);
    switch (write.op) {
      case Op::put:
        if (write.at.field == "_deleted") contest(head);
        merge_write(rule, cell, std::move(head), look_up_at(write.at));
        if (!write.at.attribute.empty()) keep_element(write);
        break;
      case Op::add: merge_write(rule, cell, std::move(head), look_up_at(write.at)); break;
      case Op::remove: merge_remove(rule, cell, write.bases, head.role, look_up_at(write.at)); break;
      case Op::count:
      case Op::append: merge_once(cell, std::move(head)); break;
      case Op::step: step(rule, cell, write, std::move(head)); break;
      case Op::witness:
      case Op::erased: break;
    }
    if (cell.empty()) row_.cells.erase(write.at.text());
  }

  void step(const CellRule& rule, Cell& cell, const Write& write, Head head) {
    StepVerdict verdict = judge_step(rule, cell, write, stamp_.roles);
    if (!verdict.refusal.empty() && !stamp_.releasing.empty()) {
      verdict = judge_step(rule, cell, write, stamp_.releasing);
    }
    // The server judges before it applies. A phone may find that the ground of its own waiting step is gone: then the
    // step waits, unshown, for the server's word.
    if (!verdict.refusal.empty()) return;
    head.cycle = verdict.cycle;
    head.rank = verdict.rank;
    head.role = verdict.role;
    head.seen = stamp_.seen;
    merge_step(cell, std::move(head));
  }

  // Writing an attribute is a reason for its element to be in: one reason a change, however many it writes. It takes
  // the place of the reasons that the changes it names gave: else a hundred edits would leave a hundred reasons, and a
  // remove more to name than a line holds.
  void keep_element(const Write& write) {
    const Address element{write.at.field, write.at.element, {}};
    if (!reasons_.insert(element.text()).second) return;
    const CellRule rule = rule_at(element);
    Head reason = head_for(write, rule);
    reason.value = {};
    reason.bases = bases_at(change_, element);
    Cell& cell = row_.cells[element.text()];
    merge_write(rule, cell, std::move(reason), look_up_at(element));
    if (cell.empty()) row_.cells.erase(element.text());  // somebody had named it, and taken it out, before it came
  }

  void contest(Head& deletion) {
    deletion.seq = stamp_.seq;
    if (deletion.value != Value(true)) return;
    for (const auto& [member, write] : row_.last_writes) {
      if (member != change_.member && write.seq > stamp_.seen) deletion.contested.push_back(write.id);
    }
    std::sort(deletion.contested.begin(), deletion.contested.end());
  }

  void note_field_writes() {
    const bool writes_field = std::any_of(change_.writes.begin(), change_.writes.end(), [](const Write& write) {
      return !write.at.field.starts_with('_') && write.op != Op::witness;
    });
    if (!writes_field) return;
    row_.last_writes[change_.member] = {stamp_.seq, change_.id};
    const auto deletions = row_.cells.find("_deleted");
    if (deletions == row_.cells.end()) return;
    for (Head& deletion : deletions->second.heads) {
      const bool unseen = deletion.value == Value(true) && deletion.member != change_.member &&
                          deletion.id != change_.id && deletion.seq > stamp_.seen;
      if (!unseen) continue;
      // Of each member the last, as a delete finds them that comes after: which are listed does not go by arrival.
      std::erase_if(deletion.contested, [&](const ChangeId& id) {
        return look_up_(id, {"_deleted", {}, {}}).member == change_.member;
      });
      const auto at = std::lower_bound(deletion.contested.begin(), deletion.contested.end(), change_.id);
      if (at == deletion.contested.end() || *at != change_.id) deletion.contested.insert(at, change_.id);
    }
  }

  void decide(const Write& write) {
    const auto id = ChangeId::parse(write.at.element);
    HeldMark* mark = id ? row_.held_mark(*id) : nullptr;
    if (!mark || !write.value.text()) return;
    if (*write.value.text() == "release") {
      row_.held.erase(row_.held.begin() + (mark - row_.held.data()));
    } else {
      mark->decision = *write.value.text() == "correct" ? HeldMark::Decision::corrected : HeldMark::Decision::dismissed;
    }
  }

  void witness(const Write& write) {
    Result<Head> given = head_of(write.witnessed);
    if (!given) return;
    Head head = std::move(*given);
    head.witnessed = true;
    const CellRule rule = rule_at(write.at);
    Cell& cell = row_.cells[write.at.text()];
    switch (rule.merge) {
      case Merge::register_:
      case Merge::set: merge_write(rule, cell, std::move(head), look_up_at(write.at)); break;
      case Merge::counter:
      case Merge::append: merge_once(cell, std::move(head)); break;
      case Merge::ladder: merge_step(cell, std::move(head)); break;
    }
  }

  const Catalog& catalog_;
  Row& row_;
  const Change& change_;
  const Stamp& stamp_;
  const LookUpAt& look_up_;
  Sensitivity reason_guard_ = Sensitivity::public_;
  std::set<std::string> reasons_;  // elements that this change has given, or will give, its reason to be in
};

}  // namespace

void apply(const Catalog& catalog, Row& row, const Change& change, const Stamp& stamp, const LookUpAt& look_up) {
  Applier(catalog, row, change, stamp, look_up).run();
}

std::vector<ChangeId> bases_at(const Change& change, const Address& at) {
  std::vector<ChangeId> bases;
  for (const Write& write : change.writes) {
    const bool attribute = at.attribute.empty() && !write.at.attribute.empty() && write.at.field == at.field &&
                           write.at.element == at.element;
    if (write.at == at || attribute) bases.insert(bases.end(), write.bases.begin(), write.bases.end());
  }
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  return bases;
}

void note_held(const Catalog& catalog, Row& row, const Change& change, const LookUpAt& look_up) {
  std::set<Address> written;
  for (const Write& write : change.writes) {
    written.insert(write.at);
    if (!write.at.attribute.empty()) written.insert({write.at.field, write.at.element, {}});
  }
  for (const Address& address : written) {
    const auto at = row.cells.find(address.text());
    if (at == row.cells.end()) continue;
    merge_held(rule_of(catalog, row.kind, address), at->second, change.id,
               [&](const ChangeId& id) { return look_up(id, address); });
  }
}

}  // namespace lianxin
