// F14: lines that no server can apply, at random places of a batch of 500 that a phone brings. Each is held and said;
// none holds up another; what a coordinator decides about it reaches its author.
#include <algorithm>

#include "sync/model/limits.h"
#include "tests/sim/files/fault_files.h"
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

constexpr int batch = 500;
constexpr std::size_t poisons = 30;

Write put(const char* field, Value value) { return {*Address::parse(field), Op::put, std::move(value), {}, {}, {}}; }
Write op(const char* at, Op what, Value value = {}, std::string from = {}) {
  return {*Address::parse(at), what, std::move(value), std::move(from), {}, {}};
}

constexpr std::size_t reuses_an_id = 8;  // of the kinds below

class Batch {
 public:
  Batch(const Trial& trial, Report& report)
      : report_(report), trial_(trial), life_(trial, quiet(), report), phone_(*life_.phones[0].phone) {}

  void run() {
    life_.server.page_bytes = 0;  // five hundred records one by one would be a test of patience
    // 1 %, then 6 %, 11 % … 96 % of the lines.
    const int percent = 1 + 5 * static_cast<int>((trial_.seed - 1) / poisons % 20);
    const auto kind = static_cast<std::size_t>((trial_.seed - 1) % poisons);
    const Status saved = phone_.core().db().write([&]() -> Status {
      for (int i = 0; i < batch; ++i) {
        const bool none_to_reuse = kind == reuses_an_id && i == 0;
        const bool bad = (life_.random.chance(percent) && !none_to_reuse) || i == batch / 2;
        LX_CHECK(append(bad ? poison(kind) : line_of(honest()), bad));
      }
      return {};
    });
    report_.expect(4, saved.has_value(), "the batch is on the phone");
    sync(0);
    check_log();
    decide();
    life_.settle();
    check_phone();
  }

 private:
  static LifeOptions quiet() { return {}; }

  Change honest() {
    Change change;
    change.id = life_.random.id<ChangeId>();
    change.studio = life_.server.studio;
    change.record = life_.random.id<RecordId>();
    change.kind = "visit";
    change.member = life_.phones[0].member.id;
    change.claimed = Hlc::at(life_.now_ms + static_cast<std::int64_t>(made_));
    change.made = phone_.core().clocks();
    change.kinds_version = 1;
    life_.random.fill(change.salt);
    change.reason = "理由";
    change.writes = {put("title", "甲")};
    return change;
  }

  std::string poison(std::size_t kind) {
    Change change = honest();
    std::vector<Write>& writes = change.writes;
    switch (kind) {
      case 0: writes = {put("title", 7)}; break;
      case 1: writes.push_back(put("no_such_field", "x")); break;
      case 2: change.studio = life_.random.id<StudioId>(); break;
      case 3: change.member = life_.random.id<MemberId>(); break;
      case 4: change.kind = "no_such_kind"; break;
      case 5:
        change.kind = "patient";
        writes = {put("name", 7)};
        break;
      case 6:
        change.reason.clear();
        writes = {op("headcount", Op::count, -5)};
        break;
      case 7: {
        Write step = op("state", Op::step, "done", "assigned");
        step.bases = {life_.random.id<ChangeId>()};
        writes = {step};
        break;
      }
      case reuses_an_id:
        change.id = reused_;
        life_.random.fill(change.salt);
        break;
      case 9: return R"({"not":"a change)" + std::to_string(made_);
      case 10: return std::string(1 + made_, ' ');
      case 11: return "\xff\xfe\xc0" + std::to_string(made_);
      case 12: return std::string("\0\0\0", 3) + std::to_string(made_);
      case 13:
        change.kinds_version = 99;
        writes.push_back(put("field_of_tomorrow", "x"));
        break;
      case 14: writes = {put("title", std::string(limits::change_bytes_max + 1, 'x'))}; break;
      case 15: return line_of(change).insert(1, "\"deep\":" + std::string(60, '[') + std::string(60, ']') + ",");
      case 16: writes.push_back(writes.front()); break;
      case 17: return twice(line_of(change));
      case 18:
        writes = {put("origin", "x")};
        writes[0].bases = {reused_};
        break;
      case 19: writes = {op("state", Op::step, "done", "open")}; break;
      case 20: writes = {op("_review", Op::step, "accepted", "submitted")}; break;
      case 21: writes = {put("_deleted", "yes")}; break;
      case 22: writes = {op("_held/00000000000000000000000000000000", Op::put, "release")}; break;
      case 23: writes = {put("title", Value::Object{{"not", "text"}})}; break;
      case 24:
        for (int i = 0; i < 300; ++i) writes[0].bases.push_back(life_.random.id<ChangeId>());
        std::sort(writes[0].bases.begin(), writes[0].bases.end());
        break;
      case 25: writes = {op("state", Op::step, "no_such_state", "open")}; break;
      case 26: writes = {{{"people", std::string(300, 'k'), {}}, Op::add, {}, {}, {}, {}}}; break;
      case 27: writes = {op("title", Op::count, 3)}; break;
      case 28: writes.clear(); break;
      case 29: writes = {op("headcount", Op::put, 5)}; break;
    }
    return line_of(change);
  }

  // Two operations beside one address.
  static std::string twice(std::string line) {
    const std::size_t at = line.find("\"put\":");
    return line.insert(at, "\"count\":1,");
  }

  // Into the file as an app gone wrong would have it: under the id and record that the line says, where it says any.
  Status append(const std::string& line, bool bad) {
    Change place = honest();
    ++made_;
    if (const Result<Change> said = parse_line(line); said && said->id != reused_) {
      place.id = said->id;
      place.record = said->record;
      if (!bad && reused_.is_zero()) reused_ = said->id;
    }
    (bad ? bad_ : good_).push_back(line);
    return OwnChanges(phone_.core().db()).append(phone_.identity().key, place, line);
  }

  void sync(std::size_t phone) {
    life_.pass(1'000);
    const auto done = life_.sync(phone);
    report_.expect(4, done.ok() && done->complete, "a sync with poison in it comes to its end");
  }

  void check_log() {
    std::map<std::string, const Logged*> by_line;
    const std::vector<Logged> log = life_.log();
    for (const Logged& logged : log) by_line.emplace(logged.line, &logged);
    for (const std::string& line : good_) {
      const auto at = by_line.find(line);
      report_.expect(4, at != by_line.end() && at->second->outcome == Outcome::applied, "an honest line is applied");
    }
    for (const std::string& line : bad_) {
      const auto at = by_line.find(line);
      const bool held = at != by_line.end() && at->second->outcome == Outcome::held && !at->second->code.empty();
      report_.expect(4, held, "poison is held, and why is said");
      if (held) held_.push_back({at->second->id, at->second->record});
    }
  }

  void decide() {
    life_.server.now_ms = life_.now_ms;
    for (std::size_t i = 0; i < held_.size() && i < 20; ++i) {
      const auto& [id, record] = held_[i];
      const Row row = life_.server.row(record.text());
      const Status done =
          life_.server.desk(record, row.kind, {op(("_held/" + id.text()).c_str(), Op::put, "dismiss")}, "不予采用");
      report_.expect(4, done.has_value(), "a coordinator may dismiss what is held");
      decided_.insert(id);
    }
  }

  void check_phone() {
    std::set<ChangeId> told;
    for (const DeliveredRow& row : phone_.rows(life_.server.studio)) {
      for (const HeldMark& mark : row.row.held) {
        if (mark.decision == HeldMark::Decision::dismissed) told.insert(mark.id);
      }
    }
    for (const ChangeId& id : decided_) report_.expect(4, told.contains(id), "a decision reaches the author");
    const auto inbox = phone_.phone().inbox();
    report_.expect(
        4, inbox && inbox->size() >= held_.size(),
        "the author finds each in his inbox: " + std::to_string(inbox->size()) + " of " + std::to_string(held_.size()));
    life_.check_without_oracle();
    report_.count("poisoned lines", static_cast<std::int64_t>(bad_.size()));
  }

  Report& report_;
  const Trial& trial_;
  Life life_;
  SimPhone& phone_;
  ChangeId reused_;  // of the first honest line
  std::size_t made_ = 0;
  std::vector<std::string> good_, bad_;
  std::vector<std::pair<ChangeId, RecordId>> held_;
  std::set<ChangeId> decided_;
};

}  // namespace

void run_poison(const Trial& trial, Report& report) { Batch(trial, report).run(); }

}  // namespace lianxin::sim
