#include "server/reports/totals.h"

#include <algorithm>
#include <set>

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

Tally count_groups(const Groups& groups, const Takes& takes = {}) {
  Tally tally;
  for (const MergedGroup& group : groups) {
    if (takes && !takes(group.head())) continue;
    tally.parts.emplace_back(&group, 1);
    ++tally.sum;
  }
  return tally;
}

Tally sum_over(const Groups& groups, const Of& of, const Takes& takes = {}) {
  Tally tally;
  for (const MergedGroup& group : groups) {
    if (takes && !takes(group.head())) continue;
    tally.parts.emplace_back(&group, group.count(of));
    tally.sum = plus(tally.sum, tally.parts.back().second);
  }
  return tally;
}

Tally sum_of_counter(const Groups& groups, std::string_view field, const Takes& takes = {}) {
  return sum_over(
      groups, [field](const ListItem& item) { return item.shown.integer_at(field); }, takes);
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
  report.add({"F1", "n_consult", "微协商次数", "Consultations", "次", "times"}, count_groups(merged.accepted, consults),
             count_groups(merged.pending, consults));
  report.add({"F2", "n_reception", "接待次数", "Receptions", "次", "times"}, count_groups(merged.accepted, receptions),
             count_groups(merged.pending, receptions));
  report.add({"F3", "p_consult", "参与人次", "Attendance at consultations", "人次", "person-times"},
             sum_of_counter(merged.accepted, "headcount_total", consults),
             sum_of_counter(merged.pending, "headcount_total", consults));
}

// What was dispensed at each visit, in fen. Its lines may lie in another studio, where patients have walls of their
// own.
Result<std::map<RecordId, std::int64_t>> dispensed_at(const Desk& desk, const Merged& merged) {
  std::map<RecordId, std::int64_t> values;
  std::vector<const StudioPlace*> places = desk.places.reached_by(desk.device.member, desk.now_ms);
  std::erase_if(places, [](const StudioPlace* place) { return place->reference; });
  for (const Groups* groups : {&merged.accepted, &merged.pending}) {
    for (const MergedGroup& group : *groups) {
      for (const ListItem& visit : group.records) {
        const RecordId id = visit.listed.record;
        for (const StudioPlace* place : places) {
          LX_TRY(const std::vector<ListedRow> lines,
                 desk.lists.with_field(place->studio, "medicine_dispense", "clinic_visit_id", Value(id.text())));
          std::vector<RecordId> ids;
          ids.reserve(lines.size());
          for (const ListedRow& line : lines) ids.push_back(line.record);
          if (ids.empty()) continue;
          LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, place->studio, ids));
          for (const std::optional<Row>& row : rows) {
            const auto seen = row ? seen_by(desk.catalog, desk.access(*place), *row) : std::nullopt;
            if (!seen || is_deleted(desk.catalog, seen->row)) continue;
            const Value shown = shown_fields(desk.catalog, seen->row);
            const Value *qty = shown.find("qty"), *price = shown.find("unit_price_fen");
            if (!qty || !price || !qty->integer() || !price->integer()) continue;
            std::int64_t& value = values[id];
            value = plus(value, times(*qty->integer(), *price->integer()));
          }
        }
      }
    }
  }
  return values;
}

Status clinics(const Desk& desk, Report& report, const Merged& merged) {
  LX_TRY(const auto dispensed, dispensed_at(desk, merged));
  // What somebody wrote by hand counts only where no line says better.
  const Of value_of = [&](const ListItem& visit) {
    const auto lines = dispensed.find(visit.listed.record);
    return lines != dispensed.end() ? lines->second : visit.shown.integer_at("medicine_value_manual_fen");
  };
  const Tally served = sum_of_counter(merged.accepted, "persons_served");
  const Tally served_pending = sum_of_counter(merged.pending, "persons_served");
  const Tally value = sum_over(merged.accepted, value_of), value_pending = sum_over(merged.pending, value_of);
  report.add({"F4", "n_clinic", "义诊期数", "Clinics", "期", "clinics"}, count_groups(merged.accepted),
             count_groups(merged.pending));
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
Tally households(const Groups& groups) {
  Tally tally;
  std::set<std::string> met;
  for (const MergedGroup& group : groups) {
    std::int64_t fresh = 0;
    for (const ListItem& item : group.records) {
      const std::string household(item.shown.text_at("household_id"));
      fresh += !household.empty() && met.insert(household).second ? 1 : 0;
    }
    if (fresh == 0) continue;
    tally.parts.emplace_back(&group, fresh);
    tally.sum += fresh;
  }
  return tally;
}

void visits(const Desk& desk, Report& report, const Merged& merged, std::span<const StudioPlace* const> places) {
  report.add({"F8", "n_visit", "走访次数", "Visits", "次", "times"}, count_groups(merged.accepted),
             count_groups(merged.pending));
  report.add({"F8", "h_visit", "走访户次", "Household-times", "户次", "household-times"},
             sum_of_counter(merged.accepted, "households_reached"),
             sum_of_counter(merged.pending, "households_reached"));
  const bool sees_households = std::all_of(places.begin(), places.end(), [&](const StudioPlace* place) {
    return visibility(desk.access(*place), desk.catalog, "outreach_visit", "household_id") == Visibility::visible;
  });
  const Indicator distinct{"F8", "hd_visit", "走访户数", "Distinct households", "户", "households"};
  if (sees_households) {
    report.add(distinct, households(merged.accepted), households(merged.pending));
  } else {
    // Who may not see which household it was cannot count them: no number is better than a wrong one.
    Value::Object& unknown = report.add(distinct, {}, {});
    for (const char* part : {"value", "pending"}) unknown.insert_or_assign(part, Value());
    for (const char* part : {"text", "pending_text"}) unknown.insert_or_assign(part, "—");
  }
  report.add({"F8", "p_visit", "走访人次", "Persons reached", "人次", "person-times"},
             sum_of_counter(merged.accepted, "persons_reached"), sum_of_counter(merged.pending, "persons_reached"));
}

void concerns(Report& report, const Merged& merged) {
  Tally raw;
  for (const MergedGroup& group : merged.accepted) {
    raw.parts.emplace_back(&group, static_cast<std::int64_t>(group.records.size()));
    raw.sum += raw.parts.back().second;
  }
  report.add({"F9", "n_conc_raw", "诉求件数（原始）", "Concerns as reported", "件", "concerns"}, raw, {});
  report.add({"F9", "n_conc", "诉求件数（合并后）", "Concerns, joined ones once", "件", "concerns"},
             count_groups(merged.accepted), {});
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
