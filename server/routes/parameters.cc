#include "server/routes/parameters.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "schema/day.h"
#include "server/language/said.h"

namespace lianxin::server {
namespace {

using Names = std::set<std::string, std::less<>>;

// What a value may be: one of a few names, or as the two texts say.
struct Allowed {
  bool ok = false;
  std::string zh, en;
  Names names;
};

Allowed one_of(std::string_view value, Names names) {
  if (names.empty()) return {false, "这类记录没有这种状态", "records of this kind have no such state", {}};
  Allowed allowed{names.contains(value), "可以是：", "it may be: ", std::move(names)};
  for (const std::string& name : allowed.names) {
    const bool first = &name == &*allowed.names.begin();
    (allowed.zh += first ? "" : "、") += name;
    (allowed.en += first ? "" : ", ") += name;
  }
  return allowed;
}

// The states of the reviews, or of the other workflows, of that kind; of every kind where none is asked for.
Names states_of(const Desk& desk, std::string_view kind_name, bool review) {
  Names states;
  for (const auto& [name, kind] : desk.catalog.kinds) {
    if (!kind_name.empty() && name != kind_name) continue;
    for (const Field& field : kind.fields) {
      const Ladder* ladder = field.merge == Merge::ladder ? desk.catalog.ladder(field.ladder) : nullptr;
      if (!ladder || (field.name == "_review") != review) continue;
      for (const Rung& rung : ladder->rungs) states.insert(rung.state);
    }
  }
  return states;
}

Names kinds_of(const Desk& desk, const Parameter& parameter) {
  Names names(parameter.allowed.begin(), parameter.allowed.end());
  if (!names.empty()) return names;
  for (const auto& [name, kind] : desk.catalog.kinds) names.insert(name);
  return names;
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_rows(std::string_view text) {
  int rows = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rows);
  return error == std::errc() && end == text.data() + text.size() && rows >= 1 && rows <= 500;
}

Allowed judge(const Desk& desk, const Request& request, const Parameter& parameter, std::string_view value) {
  switch (parameter.form) {
    case Parameter::Form::free: return {true, {}, {}, {}};
    case Parameter::Form::kind: return one_of(value, kinds_of(desk, parameter));
    case Parameter::Form::state: return one_of(value, states_of(desk, request.query_at("kind"), false));
    case Parameter::Form::review: return one_of(value, states_of(desk, request.query_at("kind"), true));
    case Parameter::Form::flag: return one_of(value, {"1"});
    case Parameter::Form::day:
      return {day_number(value).has_value(), "要写成 2026-05-12 这样的日期", "it is a day, as 2026-05-12", {}};
    case Parameter::Form::month:
      return {day_number(std::string(value) + "-01").has_value(),
              "要写成 2026-05 这样的月份",
              "it is a month, as 2026-05",
              {}};
    case Parameter::Form::region:
      return {is_digits(value) && value.size() <= 12,
              "要写区划代码开头的数字，最多 12 位",
              "it is the beginning of a region code: at most 12 digits",
              {}};
    case Parameter::Form::rows: return {is_rows(value), "要写 1 到 500 的整数", "it is a whole number, 1 to 500", {}};
  }
  return {};
}

Refused refused(const Parameter& parameter, std::string_view value, const Allowed& allowed) {
  const std::string name(parameter.name);
  Value::Object more{{"parameter", name}, {"given", value}};
  if (!allowed.names.empty()) more.emplace("allowed", Value::List(allowed.names.begin(), allowed.names.end()));
  const std::string given = value.empty() ? "" : "=" + in_quotes(value);
  return {Problem::bad_request,
          both("参数 " + name + given + (value.empty() ? " 必须给出；" : " 不对；") + allowed.zh,
               "the parameter " + name + given + (value.empty() ? " is missing; " : " is wrong; ") + allowed.en),
          std::move(more)};
}

}  // namespace

std::vector<std::string> names_of(Parameters parameters) {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) names.emplace_back(parameter.name);
  return names;
}

std::optional<Refused> refusal_of_values(const Desk& desk, const Request& request, Parameters parameters) {
  for (const Parameter& parameter : parameters) {
    const std::string_view value = request.query_at(parameter.name);
    if (value.empty() && parameter.form != Parameter::Form::month) continue;
    const Allowed allowed = judge(desk, request, parameter, value);
    if (!allowed.ok) return refused(parameter, value, allowed);
  }
  // Asked the wrong way round a period has no day, and whoever reads the empty answer believes that there is nothing.
  const std::string_view from = request.query_at("from"), to = request.query_at("to");
  if (!from.empty() && !to.empty() && to < from) {
    return Refused(Problem::bad_request,
                   both("from 晚于 to：这段时间里没有一天", "from is after to: the period has no day"),
                   {{"parameter", "from"}, {"given", from}});
  }
  return std::nullopt;
}

}  // namespace lianxin::server
