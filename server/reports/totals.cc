#include "server/reports/totals.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/reports/accepted.h"
#include "server/reports/numbers.h"
#include "server/review/words.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

using Groups = std::vector<MergedGroup>;
using Of = std::function<std::int64_t(const ListItem&)>;
using Takes = std::function<bool(const ListItem&)>;

struct Indicator {
  std::string_view id, name, zh, en, unit_zh, unit_en;
};

// A sum, and what it is made of.
struct Tally {
  std::int64_t sum = 0;
  std::vector<std::pair<const MergedGroup*, std::int64_t>> parts;
};

using CountOf = std::function<std::int64_t(const MergedGroup&)>;

std::int64_t one(const MergedGroup&) { return 1; }
CountOf sum_of(const Of& of) {
  return [of](const MergedGroup& group) { return group.count(of); };
}
CountOf sum_of_counter(std::string_view field) {
  return sum_of([field](const ListItem& item) { return item.shown.integer_at(field); });
}

Tally tally_of(const Groups& groups, const CountOf& of, const Takes& takes = {}) {
  Tally tally;
  for (const MergedGroup& group : groups) {
    if (takes && !takes(group.head())) continue;
    tally.parts.emplace_back(&group, of(group));
    tally.sum = plus(tally.sum, tally.parts.back().second);
  }
  return tally;
}

// What goes beyond, or falls short of, what is accepted: `of` what stands now, `of_accepted` what the verdict saw.
Tally tally_of(const std::vector<PendingGroup>& groups, const CountOf& of, const CountOf& of_accepted,
               const Takes& takes = {}) {
  const auto meant = [&](const std::optional<MergedGroup>& group) { return group && (!takes || takes(group->head())); };
  Tally tally;
  for (const PendingGroup& group : groups) {
    const bool now = meant(group.now), before = meant(group.accepted);
    const std::int64_t more = plus(now ? of(*group.now) : 0, -(before ? of_accepted(*group.accepted) : 0));
    if ((!now && !before) || (before && more == 0)) continue;
    tally.parts.emplace_back(now ? &*group.now : &*group.accepted, more);
    tally.sum = plus(tally.sum, more);
  }
  return tally;
}

Value::List parts_view(const Desk& desk, const Tally& tally) {
  Value::List list;
  for (const auto& [group, value] : tally.parts) {
    const ListItem& head = group->head();
    Value::List joined;
    for (const ListItem& item : group->records) {
      if (item.listed.record != head.listed.record) joined.emplace_back(item.listed.record.text());
    }
    const StudioPlace* place = desk.places.place(head.studio);
    list.push_back(Value::Object{{"studio", head.studio.text()},
                                 {"studio_code", place ? place->code : std::string()},
                                 {"record", head.listed.record.text()},
                                 {"kind", head.listed.kind},
                                 {"title", head.summary.title},
                                 {"date", head.summary.date},
                                 {"official_no", head.summary.official_no},
                                 {"joined", std::move(joined)},
                                 {"value", value}});
  }
  return list;
}

class Report {
 public:
  explicit Report(const Desk& desk) : desk_(desk) {}

  Value::Object& add(const Indicator& indicator, const Tally& accepted, const Tally& pending) {
    indicators_.push_back(Value::Object{{"id", indicator.id},
                                        {"name", indicator.name},
                                        {"label", desk_.zh() ? indicator.zh : indicator.en},
                                        {"unit", desk_.zh() ? indicator.unit_zh : indicator.unit_en},
                                        {"value", accepted.sum},
                                        {"text", std::to_string(accepted.sum)},
                                        {"records", parts_view(desk_, accepted)},
                                        {"pending", pending.sum},
                                        {"pending_text", std::to_string(pending.sum)},
                                        {"pending_records", parts_view(desk_, pending)}});
    return *indicators_.back().object();
  }
  Value::Object& add(const Indicator& indicator, const Merged& merged, const CountOf& of, const Takes& takes = {}) {
    return add(indicator, tally_of(merged.accepted, of, takes), tally_of(merged.pending, of, of, takes));
  }
  Value::List take() { return std::move(indicators_); }

 private:
  const Desk& desk_;
  Value::List indicators_;
};

void consultations(Report& report, const Merged& merged) {
  const Takes consults = [](const ListItem& item) {
    const std::string_view form = item.shown.text_at("session_kind");
    return form == "micro_consult" || form == "hall_meeting" || form == "joint" || form == "online";
  };
  const Takes receptions = [](const ListItem& item) { return item.shown.text_at("session_kind") == "reception"; };
  report.add({"F1", "n_consult", "微协商次数", "Consultations", "次", "times"}, merged, one, consults);
  report.add({"F2", "n_reception", "接待次数", "Receptions", "次", "times"}, merged, one, receptions);
  report.add({"F3", "p_consult", "参与人次", "Attendance at consultations", "人次", "person-times"}, merged,
             sum_of_counter("headcount_total"), consults);
}

// What was dispensed at each visit, in fen, and what of it was there when the visit was accepted. The lines may lie in
// another studio, where patients have walls of their own.
struct Dispensed {
  std::map<RecordId, std::int64_t> now, accepted;
};

Status add_lines(const Desk& desk, const StudioPlace& place, const ListItem& visit, Dispensed& dispensed) {
  const RecordId& id = visit.listed.record;
  LX_TRY(const std::vector<ListedRow> lines,
         desk.lists.with_field(place.studio, "medicine_dispense", "clinic_visit_id", Value(id.text())));
  std::vector<RecordId> ids;
  ids.reserve(lines.size());
  for (const ListedRow& line : lines) ids.push_back(line.record);
  if (ids.empty()) return {};
  LX_TRY(const VerdictTime verdict, verdict_time(desk, visit));
  LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, place.studio, ids));
  for (const std::optional<Row>& row : rows) {
    const auto seen = row ? seen_in(desk, place, *row) : std::nullopt;
    if (!seen || is_deleted(desk.catalog, seen->row)) continue;
    const Value shown = shown_fields(desk.catalog, seen->row);
    const Value *qty = shown.find("qty"), *price = shown.find("unit_price_fen");
    if (!qty || !price || !qty->integer() || !price->integer()) continue;
    const std::int64_t value = times(*qty->integer(), *price->integer());
    dispensed.now[id] = plus(dispensed.now[id], value);
    LX_TRY(const bool there, was_there(desk, verdict, place.studio, *row));
    if (there) dispensed.accepted[id] = plus(dispensed.accepted[id], value);
  }
  return {};
}

Result<Dispensed> dispensed_at(const Desk& desk, const Merged& merged) {
  Dispensed dispensed;
  std::vector<const StudioPlace*> places = desk.places.reached_by(desk.device.member, desk.now_ms);
  std::erase_if(places, [](const StudioPlace* place) { return place->reference; });
  std::map<RecordId, const ListItem*> visits;
  for (const PendingGroup& group : merged.pending) {
    for (const auto* part : {&group.now, &group.accepted}) {
      if (!*part) continue;
      for (const ListItem& visit : (*part)->records) visits.emplace(visit.listed.record, &visit);
    }
  }
  for (const auto& [id, visit] : visits) {
    for (const StudioPlace* place : places) LX_CHECK(add_lines(desk, *place, *visit, dispensed));
  }
  return dispensed;
}

// What somebody wrote by hand counts only where no line says better.
CountOf value_by(const std::map<RecordId, std::int64_t>& dispensed) {
  return sum_of([&dispensed](const ListItem& visit) {
    const auto lines = dispensed.find(visit.listed.record);
    return lines != dispensed.end() ? lines->second : visit.shown.integer_at("medicine_value_manual_fen");
  });
}

Status clinics(const Desk& desk, Report& report, const Merged& merged) {
  LX_TRY(const Dispensed dispensed, dispensed_at(desk, merged));
  const CountOf value_now = value_by(dispensed.now), value_accepted = value_by(dispensed.accepted);
  const CountOf persons = sum_of_counter("persons_served");
  const Tally served = tally_of(merged.accepted, persons);
  const Tally served_pending = tally_of(merged.pending, persons, persons);
  const Tally value = tally_of(merged.accepted, value_accepted);
  const Tally value_pending = tally_of(merged.pending, value_now, value_accepted);
  report.add({"F4", "n_clinic", "义诊期数", "Clinics", "期", "clinics"}, merged, one);
  report.add({"F4", "p_clinic", "诊疗人次", "Persons served", "人次", "person-times"}, served, served_pending);
  Value::Object& money =
      report.add({"F6", "v_med", "赠药价值", "Value of medicine given", "万元", "10,000 yuan"}, value, value_pending);
  money.insert_or_assign("text", wan_yuan_text(value.sum));
  money.insert_or_assign("pending_text", wan_yuan_text(value_pending.sum));
  money.emplace("yuan_text", yuan_text(value.sum));
  money.emplace("value_unit", "fen");
  Value::Object& each =
      report.add({"F7", "v_med_pp", "人均赠药价值", "Value of medicine a person", "元", "yuan"}, value, value_pending);
  each.insert_or_assign("text", quotient_text(value.sum, times(served.sum, 100), 2));
  each.insert_or_assign("pending_text", quotient_text(value_pending.sum, times(served_pending.sum, 100), 2));
  each.insert_or_assign("value", Value());
  each.insert_or_assign("pending", Value());
  return {};
}

// Distinct households; each counts with the first visit of the period that names it.
void add_households(const MergedGroup& group, std::set<std::string>& met, Tally& tally) {
  std::int64_t fresh = 0;
  for (const ListItem& item : group.records) {
    const std::string household(item.shown.text_at("household_id"));
    fresh += !household.empty() && met.insert(household).second ? 1 : 0;
  }
  if (fresh == 0) return;
  tally.parts.emplace_back(&group, fresh);
  tally.sum += fresh;
}

// Those of which no accepted visit tells are pending.
std::pair<Tally, Tally> households(const Merged& merged) {
  Tally accepted, pending;
  std::set<std::string> met;
  for (const MergedGroup& group : merged.accepted) add_households(group, met, accepted);
  for (const PendingGroup& group : merged.pending) {
    if (group.now) add_households(*group.now, met, pending);
  }
  return {std::move(accepted), std::move(pending)};
}

void visits(const Desk& desk, Report& report, const Merged& merged, std::span<const StudioPlace* const> places) {
  report.add({"F8", "n_visit", "走访次数", "Visits", "次", "times"}, merged, one);
  report.add({"F8", "h_visit", "走访户次", "Household-times", "户次", "household-times"}, merged,
             sum_of_counter("households_reached"));
  const bool sees_households = std::all_of(places.begin(), places.end(), [&](const StudioPlace* place) {
    return visibility(desk.access(*place), desk.catalog, "outreach_visit", "household_id", {}) == Visibility::visible;
  });
  const Indicator distinct{"F8", "hd_visit", "走访户数", "Distinct households", "户", "households"};
  if (sees_households) {
    const auto [accepted, pending] = households(merged);
    report.add(distinct, accepted, pending);
  } else {
    // Who may not see which household it was cannot count them: no number is better than a wrong one.
    Value::Object& unknown = report.add(distinct, Tally{}, Tally{});
    for (const char* part : {"value", "pending"}) unknown.insert_or_assign(part, Value());
    for (const char* part : {"text", "pending_text"}) unknown.insert_or_assign(part, "—");
  }
  report.add({"F8", "p_visit", "走访人次", "Persons reached", "人次", "person-times"}, merged,
             sum_of_counter("persons_reached"));
}

void concerns(Report& report, const Merged& merged) {
  Tally raw;
  for (const MergedGroup& group : merged.accepted) {
    raw.parts.emplace_back(&group, static_cast<std::int64_t>(group.records.size()));
    raw.sum += raw.parts.back().second;
  }
  report.add({"F9", "n_conc_raw", "诉求件数（原始）", "Concerns as reported", "件", "concerns"}, raw, {});
  report.add({"F9", "n_conc", "诉求件数（合并后）", "Concerns, joined ones once", "件", "concerns"},
             tally_of(merged.accepted, one), {});
}

}  // namespace

Result<Value> totals_view(const Desk& desk, const ListAsked& asked) {
  constexpr std::string_view kinds[] = {"micro_consultation", "clinic_visit", "outreach_visit", "concern"};
  if (!asked.kind.empty() && std::find(std::begin(kinds), std::end(kinds), asked.kind) == std::end(kinds)) {
    return failure(Errc::invalid_argument, "no totals are made of this kind");
  }
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio));
  Report report(desk);
  for (const std::string_view kind : kinds) {
    if (!asked.kind.empty() && asked.kind != kind) continue;
    if (!desk.catalog.kind(kind)) continue;
    ListAsked one = asked;
    one.kind = kind;
    LX_TRY(const Merged merged, merged_records(desk, one));
    if (kind == "micro_consultation") consultations(report, merged);
    if (kind == "clinic_visit") LX_CHECK(clinics(desk, report, merged));
    if (kind == "outreach_visit") visits(desk, report, merged, places);
    if (kind == "concern") concerns(report, merged);
  }
  Value::List studios;
  for (const StudioPlace* place : places)
    studios.push_back(Value::Object{
        {"studio", place->studio.text()}, {"code", place->code}, {"name", desk.places.name_of(place->studio)}});
  return Value(Value::Object{
      {"from", asked.from}, {"to", asked.to}, {"studios", std::move(studios)}, {"indicators", report.take()}});
}

}  // namespace lianxin::server
