#include "schema/checks.h"

#include <algorithm>
#include <limits>
#include <set>

#include "schema/day.h"
#include "schema/text.h"
#include "schema/validate.h"

namespace lianxin {
namespace {

const Value* shown_at(const Shown& shown, std::string_view name) {
  const auto found = shown.find(name);
  return found == shown.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> number_at(const Shown& shown, std::string_view name) {
  const Value* value = shown_at(shown, name);
  return value && value->integer() ? std::optional(*value->integer()) : std::nullopt;
}

std::optional<std::int64_t> day_at(const Shown& shown, std::string_view name) {
  const Value* value = shown_at(shown, name);
  return value && value->text() ? day_number(*value->text()) : std::nullopt;
}

// Whether two people wrote the same, in whatever width and with whatever blanks.
bool same_words(const Value& a, const Value& b) {
  if (shows_nothing(a) || shows_nothing(b)) return false;
  return a.text() && b.text() ? folded_number(*a.text()) == folded_number(*b.text()) : a == b;
}

// One check over one record.
class Look {
 public:
  Look(const Kind& kind, const Check& check, const Shown& shown, const Elements& elements, const Surroundings& around)
      : kind_(kind), check_(check), shown_(shown), elements_(elements), around_(around) {}

  bool fails() const {
    switch (check_.rule) {
      case Check::Rule::at_least: return below_the_number();
      case Check::Rule::day: return outside_the_days();
      case Check::Rule::twins: return has_twins();
      case Check::Rule::only: return has_a_double();
      case Check::Rule::scope: return out_of_scope();
      case Check::Rule::below: return reaches_a_limit();
      case Check::Rule::one_of: return is_none_of();
      case Check::Rule::linked_day: return after_a_linked_day();
      case Check::Rule::named: return names_another();
      case Check::Rule::empty: return shows_something();
    }
    return false;
  }

  // What it names is not here, or out of sight.
  bool names_what_is_not_here() const {
    const Value* id = shown_at(shown_, check_.field);
    return check_.rule == Check::Rule::named && id && id->text() && around_.named && !around_.named(*id->text());
  }

 private:
  const std::vector<Value::Object>& elements_at(const std::string& name) const {
    static const std::vector<Value::Object> none;
    const auto found = elements_.find(name);
    return found == elements_.end() ? none : found->second;
  }

  std::vector<Shown> linked() const {
    if (!around_.find) return {};
    if (!check_.linked_by.empty()) return around_.find(check_.linked_kind, check_.linked_by, Value(around_.record));
    const auto& [theirs, ours] = *check_.linked_same.begin();
    const Value* value = shown_at(shown_, ours);
    if (!value || value->is_null()) return {};
    std::vector<Shown> found = around_.find(check_.linked_kind, theirs, *value);
    std::erase_if(found, [&](const Shown& other) {
      return std::any_of(check_.linked_same.begin(), check_.linked_same.end(), [&](const auto& pair) {
        const Value *there = shown_at(other, pair.first), *here = shown_at(shown_, pair.second);
        return !there || !here || *there != *here;
      });
    });
    return found;
  }

  bool below_the_number() const {
    const auto number = number_at(shown_, check_.field);
    if (!number) return false;
    if (!check_.linked_kind.empty()) return *number < static_cast<std::int64_t>(linked().size());
    const Value* other = shown_at(shown_, check_.other);
    if (!other) return false;
    if (other->integer()) return *number < *other->integer();
    return other->list() && *number < static_cast<std::int64_t>(other->list()->size());
  }

  bool outside_the_days() const {
    const auto day = day_at(shown_, check_.field), written = day_number(around_.day);
    if (!day || !written) return false;  // a wrong date is a refusal's matter
    return (check_.back && *day < *written - *check_.back) || (check_.ahead && *day > *written + *check_.ahead);
  }

  bool has_twins() const {
    std::set<std::string> met;
    for (const Value::Object& element : elements_at(check_.field)) {
      const std::optional<std::string> same = all_of_same(element);
      if (same && !met.insert(*same).second) return true;
    }
    return false;
  }

  // What an element shows in all that would be the same; none where one of them is not said: then nobody can tell.
  std::optional<std::string> all_of_same(const Value::Object& element) const {
    std::string same;
    for (const std::string& name : check_.same) {
      const auto part = element.find(name);
      if (part == element.end() || shows_nothing(part->second)) return std::nullopt;
      same += part->second.text()      ? folded_number(*part->second.text())
              : part->second.integer() ? std::to_string(*part->second.integer())
                                       : std::string("?");
      same += '\x1f';
    }
    return same;
  }

  bool has_a_double() const {
    const Value* value = shown_at(shown_, check_.field);
    if (!value || value->is_null() || !around_.find) return false;
    const std::vector<Shown> others = around_.find(kind_.name, check_.field, *value);
    return std::any_of(others.begin(), others.end(), [&](const Shown& other) {
      return std::all_of(check_.same.begin(), check_.same.end(), [&](const std::string& name) {
        const Value *there = shown_at(other, name), *here = shown_at(shown_, name);
        return there && here && same_words(*there, *here);
      });
    });
  }

  bool out_of_scope() const {
    const Value* value = shown_at(shown_, check_.field);
    if (!value || !value->text() || around_.region.empty()) return false;
    // A county named for what lay in one of its townships is not exact, and not outside.
    return !value->text()->starts_with(around_.region) && !around_.region.starts_with(*value->text());
  }

  bool reaches_a_limit() const {
    for (const auto& [name, limit] : check_.limits) {
      const auto number = number_at(shown_, name);
      if (number && *number >= limit) return true;
      for (const Value::Object& element : elements_at(check_.other)) {
        const auto part = element.find(name);
        if (part != element.end() && part->second.integer() && *part->second.integer() >= limit) return true;
      }
    }
    return false;
  }

  bool is_none_of() const {
    const Value* value = shown_at(shown_, check_.field);
    if (!value || !value->text()) return false;
    return std::find(check_.in.begin(), check_.in.end(), *value->text()) == check_.in.end();
  }

  bool after_a_linked_day() const {
    const auto own = day_at(shown_, check_.field);
    const auto day = own ? own : day_number(around_.day);
    if (!day) return false;
    const std::vector<Shown> others = linked();
    return std::any_of(others.begin(), others.end(), [&](const Shown& other) {
      const auto theirs = day_at(other, check_.other);
      return theirs && *theirs < *day;
    });
  }

  // One that is named and cannot be found is none that would do.
  bool names_another() const {
    const Value* id = shown_at(shown_, check_.field);
    if (!id || !id->text() || !around_.named) return false;
    const auto record = around_.named(*id->text());
    if (!record || record->kind != check_.linked_kind) return true;
    if (!check_.linked_same.empty()) {
      return std::any_of(check_.linked_same.begin(), check_.linked_same.end(), [&](const auto& pair) {
        const Value *there = shown_at(record->shown, pair.first), *here = shown_at(shown_, pair.second);
        return there && here && *there != *here;
      });
    }
    const Value* value = shown_at(record->shown, check_.other);
    return !value || !holds(Premise{check_.other, check_.in}, *value);
  }

  bool shows_something() const {
    const Value* value = shown_at(shown_, check_.field);
    return value && !lianxin::shows_nothing(*value);
  }

  const Kind& kind_;
  const Check& check_;
  const Shown& shown_;
  const Elements& elements_;
  const Surroundings& around_;
};

}  // namespace

std::vector<FailedCheck> failed_checks(const Kind& kind, const Shown& shown, const Elements& elements,
                                       const Surroundings& around) {
  std::vector<FailedCheck> failed;
  for (const Check& check : kind.checks) {
    if (check.when && !holds(*check.when, shown)) continue;
    const Look look(kind, check, shown, elements, around);
    if (!look.fails()) continue;
    const std::string& field = !check.field.empty() ? check.field : check.limits.begin()->first;
    const bool not_here = look.names_what_is_not_here();
    const auto same_field = [&](const FailedCheck& other) { return other.field == field; };
    if (not_here && std::any_of(failed.begin(), failed.end(), same_field)) continue;  // told already
    const bool unsure = not_here || (check.rule == Check::Rule::day && check.ahead);
    failed.push_back({check.code, field, check.label_zh, check.label_en, check.blocks && (around.at_desk || !unsure)});
  }
  return failed;
}

}  // namespace lianxin
