#include "sync/rules/gates.h"

#include <algorithm>
#include <optional>

#include "schema/day.h"
#include "schema/refusals.h"
#include "sync/model/join.h"
#include "sync/model/relation.h"
#include "sync/model/united.h"
#include "sync/model/view.h"
#include "sync/rules/complete.h"
#include "sync/rules/reached.h"

namespace lianxin {
namespace {

constexpr std::string_view review_field = "_review";

using What = Condition::What;

bool is_shown(const Shown& shown, const std::string& field) {
  const auto found = shown.find(field);
  return found != shown.end() && !shows_nothing(found->second);
}

// The day `days` working days after `from`: Saturdays and Sundays do not count.
std::int64_t working_days_after(std::int64_t from, int days) {
  std::int64_t day = from;
  while (days > 0) {
    ++day;
    const std::int64_t weekday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; 0 is Monday
    if (weekday < 5) --days;
  }
  return day;
}

class Gate {
 public:
  explicit Gate(const Act& act)
      : act_(act), kind_(act.catalog.kind(act.change.kind)), shown_(shown_fields(act.catalog, act.after)) {}

  std::vector<Refusal> obstacles() {
    if (!kind_) return {};
    for (const Write& write : act_.change.writes) {
      if (write.op == Op::step) look_at_step(write);
      if (withheld(act_.catalog, act_.before, write.at.field)) refuse(refusals::withheld, write.at.text());
    }
    // Who lets a held change in, or dismisses it, decides about what another entered, and owes nothing of the record.
    const bool decides = std::any_of(act_.change.writes.begin(), act_.change.writes.end(),
                                     [](const Write& write) { return write.at.field == held_field; });
    if (!kind_->reviewed && !decides) look_at_save();
    return std::move(refusals_);
  }

 private:
  void refuse(std::string_view code, const std::string& field) { add({{std::string(code), field}}); }
  void add(std::vector<Refusal> more) {
    for (Refusal& refusal : more) {
      const auto same = [&](const Refusal& other) {
        return other.code == refusal.code && other.field == refusal.field;
      };
      if (std::none_of(refusals_.begin(), refusals_.end(), same)) refusals_.push_back(std::move(refusal));
    }
  }

  void look_at_step(const Write& write) {
    const Field* field = kind_->field(write.at.field);
    const Ladder* ladder = field ? act_.catalog.ladder(field->ladder) : nullptr;
    if (!ladder || !write.value.text()) return;
    const std::string& to = *write.value.text();
    // Where joined ones stand, a lesser one stays until it is parted, or stands for all itself.
    const bool leaves = !ladder->joined.empty() && write.from == ladder->joined && to != ladder->joined;
    if (leaves && !parts_record() && (stepped_by_joining(act_.before) || joined().lesser)) {
      return refuse(refusals::step_joined, write.at.field);
    }
    const Step* step = ladder->step(write.from, to);
    if (step) {
      for (const Condition& condition : step->conditions) {
        if (binds(*step, condition)) look_at(condition, write.at.field, to);
      }
      return;
    }
    // Of two rival steps a resolver confirms one: what it asks of the record is asked again, by whichever way it came.
    for (const Step& other : ladder->steps) {
      if (other.to != to) continue;
      for (const Condition& condition : other.conditions) {
        if (condition.what == What::complete || condition.what == What::sound) look_at(condition, write.at.field, to);
      }
    }
  }

  bool binds(const Step& step, const Condition& condition) const {
    if (condition.roles.empty()) return true;
    const auto among = [](std::span<const std::string> roles, const std::string& role) {
      return std::find(roles.begin(), roles.end(), role) != roles.end();
    };
    const auto taken_by = std::find_if(act_.roles.begin(), act_.roles.end(),
                                       [&](const std::string& role) { return among(step.roles, role); });
    return taken_by != act_.roles.end() && among(condition.roles, *taken_by);
  }

  void look_at(const Condition& condition, const std::string& ladder, const std::string& to) {
    switch (condition.what) {
      case What::complete:
        if (act_.saw) add(not_complete(act_.catalog, *act_.saw, act_.around));
        return add(not_complete(act_.catalog, act_.after, act_.around));
      case What::sound:
        if (act_.saw) add(not_sound(act_.catalog, *act_.saw));
        return add(not_sound(act_.catalog, act_.after));
      case What::shows: return look_at_shown(condition, ladder);
      case What::value:
        if (!holds(condition.when, shown_)) refuse(refusals::step_value, condition.when.field);
        return;
      case What::back:
        if (how_reached(act_.catalog, act_.before, ladder).from != to) refuse(refusals::step_leads_back, ladder);
        return;
      case What::within_days:
        if (days_since(ladder) > condition.days) refuse(refusals::step_too_late, ladder);
        return;
      case What::within_working_days:
        if (today() > working_days_after(reached_on(ladder), condition.days)) refuse(refusals::step_too_late, ladder);
        return;
      case What::after_days:
        if (days_since(ladder) < condition.days) refuse(refusals::step_too_early, ladder);
        return;
      case What::each: return look_at_each(condition);
      case What::corrected: return look_at_marks(ladder);
      case What::accepted: return look_at_named(condition);
    }
  }

  std::int64_t today() const { return day_number(act_.around.day).value_or(0); }
  std::int64_t reached_on(const std::string& ladder) const {
    return day_number_in_shanghai(how_reached(act_.catalog, act_.before, ladder).at_ms);
  }
  std::int64_t days_since(const std::string& ladder) const { return today() - reached_on(ladder); }

  // What is owed because somebody asks for it is owed to the whole matter: by the one that stands for joined records,
  // whichever of them was asked, and wherever it is shown.
  void look_at_shown(const Condition& condition, const std::string& ladder) {
    std::vector<const Shown*> parts{&shown_};
    if (!condition.when.field.empty()) {
      for (const JoinedShown& other : joined().others) parts.push_back(&other.shown);
    }
    const auto any = [&](const auto& of) { return std::any_of(parts.begin(), parts.end(), of); };
    if (!any([&](const Shown* part) { return holds(condition.when, *part); })) return;
    if (condition.days > 0 && days_since(ladder) >= condition.days) return;
    for (const std::string& field : condition.fields) {
      if (!any([&](const Shown* part) { return is_shown(*part, field); })) refuse(refusals::incomplete, field);
    }
  }

  void look_at_each(const Condition& condition) {
    const std::string& set = condition.fields.front();
    std::vector<SetElements> parts{shown_elements(act_.catalog, act_.after, set)};
    for (const JoinedShown& other : joined().others) parts.push_back(other.elements(set));
    for (const std::string& key : keys_owed(condition, parts)) {
      refuse(refusals::feedback_owed, set + "/" + key + "/" + condition.shows);
    }
  }

  const JoinedAround& joined() {
    if (!joined_) joined_ = act_.around.joined ? act_.around.joined() : JoinedAround();
    return *joined_;
  }

  // Written by this change, or since the present state was reached.
  void look_at_marks(const std::string& ladder) {
    const auto marks = shown_.find("_marks");
    if (marks == shown_.end() || !marks->second.list() || marks->second.list()->empty()) return;
    const std::int64_t since = how_reached(act_.catalog, act_.before, ladder).at_ms;
    const auto written = [&](const Value& mark) {
      if (!mark.text()) return false;
      bool later = std::any_of(act_.change.writes.begin(), act_.change.writes.end(),
                               [&](const Write& write) { return write.at.field == *mark.text(); });
      each_cell_of(act_.after, *mark.text(), [&](const Address&, const Cell& cell) {
        later |= std::any_of(cell.heads.begin(), cell.heads.end(),
                             [&](const Head& head) { return head.clock.unix_ms() > since; });
      });
      return later;
    };
    const Value::List& list = *marks->second.list();
    if (std::none_of(list.begin(), list.end(), written)) refuse(refusals::nothing_corrected, *list.front().text());
  }

  void look_at_named(const Condition& condition) {
    const std::string& field = condition.fields.front();
    const auto id = shown_.find(field);
    const auto named = id != shown_.end() && id->second.text() && act_.around.named
                           ? act_.around.named(*id->second.text())
                           : std::nullopt;
    const auto review = named ? named->shown.find(review_field) : Shown::const_iterator{};
    const bool accepted = named && review != named->shown.end() &&
                          (review->second == Value("accepted") || review->second == Value("archived"));
    if (!accepted) refuse(refusals::step_value, field);
  }

  // Parting puts a record back where it was, with whatever it owed there.
  bool parts_record() const {
    const Address mark{std::string(alias_field), act_.change.record.text(), {}};
    return stepped_by_joining(act_.before) &&
           std::any_of(act_.change.writes.begin(), act_.change.writes.end(),
                       [&](const Write& write) { return write.at == mark && write.op == Op::remove; });
  }

  // What was owed already before this save is told, and does not keep anybody from going on.
  void look_at_save() {
    if (parts_record()) return;
    std::vector<Refusal> owed = not_complete(act_.catalog, act_.after, act_.around);
    if (owed.empty()) return;
    const std::vector<Refusal> before =
        act_.before.begun() ? not_complete(act_.catalog, act_.before, act_.around) : std::vector<Refusal>();
    std::erase_if(owed, [&](const Refusal& refusal) {
      return std::any_of(before.begin(), before.end(), [&](const Refusal& other) {
        return other.code == refusal.code && other.field == refusal.field;
      });
    });
    add(std::move(owed));
  }

  const Act& act_;
  const Kind* kind_;
  const Shown shown_;
  std::optional<JoinedAround> joined_;  // once it was asked for
  std::vector<Refusal> refusals_;
};

}  // namespace

std::vector<Refusal> obstacles_to(const Act& act) { return Gate(act).obstacles(); }

}  // namespace lianxin
