#include "server/upkeep/retention.h"

#include <algorithm>
#include <set>

#include "schema/day.h"
#include "schema/json.h"
#include "server/storage/snapshot.h"
#include "sync/model/row.h"
#include "sync/server/erase.h"

namespace lianxin::server {
namespace {

constexpr std::int64_t keep_days_max = 36525;
constexpr std::string_view state_field = "state";

tl::unexpected<Error> wrong(std::size_t rule, const std::string& what) {
  return failure(Errc::invalid_argument, "rule " + std::to_string(rule + 1) + ": " + what);
}

Result<std::vector<std::string>> texts_in(const Value& value, const char* name, std::size_t rule) {
  std::vector<std::string> texts;
  for (const Value& item : value.list_at(name)) {
    if (!item.text()) return wrong(rule, std::string(name) + " holds something that is no text");
    texts.push_back(*item.text());
  }
  return texts;
}

Result<RetentionRule> read_rule(const Catalog& catalog, const Value& value, std::size_t at) {
  if (!value.object()) return wrong(at, "it is no object");
  const std::set<std::string_view> known{"kind", "fields", "keep_days", "states"};
  for (const auto& [name, part] : *value.object()) {
    if (!known.contains(name)) return wrong(at, "nothing is known of " + name);
  }
  RetentionRule rule;
  rule.kind = value.text_at("kind");
  rule.keep_days = value.integer_at("keep_days");
  LX_TRY(rule.fields, texts_in(value, "fields", at));
  LX_TRY(rule.states, texts_in(value, "states", at));
  const Kind* kind = catalog.kind(rule.kind);
  if (!kind) return wrong(at, "there is no kind " + rule.kind);
  if (rule.keep_days < 1 || rule.keep_days > keep_days_max) return wrong(at, "keep_days is 1 to 36525");
  if (rule.fields.empty()) return wrong(at, "it names no field");
  for (const std::string& name : rule.fields) {
    const Field* field = kind->field(name);
    if (!field || name.starts_with('_') || field->merge == Merge::ladder)
      return wrong(at, "no field to erase: " + name);
  }
  const Field* state = kind->field(state_field);
  const Ladder* ladder = state && state->merge == Merge::ladder ? catalog.ladder(state->ladder) : nullptr;
  for (const std::string& name : rule.states) {
    if (!ladder || !ladder->rung(name)) return wrong(at, "no state of the kind: " + name);
  }
  return rule;
}

bool holds(const Row& row, const RetentionRule& rule) {
  return std::any_of(row.cells.begin(), row.cells.end(), [&](const auto& cell) {
    const std::string_view field = std::string_view(cell.first).substr(0, cell.first.find('/'));
    return std::find(rule.fields.begin(), rule.fields.end(), field) != rule.fields.end();
  });
}

// The day from which the record's time runs; empty where the rule does not bind it.
std::string day_of(const Catalog& catalog, const RetentionRule& rule, const ListedRow& listed, const Row& row) {
  if (rule.states.empty()) {
    return listed.summary.date.empty() ? day_in_shanghai(listed.summary.created_ms) : listed.summary.date;
  }
  const Cell* cell = row.cell(state_field);
  if (!cell) return {};
  const ShownValue now = shown(rule_of(catalog, row.kind, {std::string(state_field), {}, {}}), *cell);
  const bool is_one = now.head && now.value.text() &&
                      std::find(rule.states.begin(), rule.states.end(), *now.value.text()) != rule.states.end();
  return is_one ? day_in_shanghai(now.head->clock.unix_ms()) : std::string();
}

Result<std::optional<Row>> row_at(Store& store, const StudioId& studio, const RecordId& record) {
  return ask_studio(store, studio, [&](ReadTxn& snapshot) -> Result<std::optional<Row>> {
    LX_TRY(const auto stored, snapshot.records(std::span(&record, 1)));
    if (!stored.front()) return std::optional<Row>();
    LX_TRY(Row row, decode_row(stored.front()->encoded));
    return std::optional<Row>(std::move(row));
  });
}

}  // namespace

Result<std::vector<RetentionRule>> read_retention(const Catalog& catalog, std::string_view json) {
  LX_TRY(const Value value, parse_json(json));
  const Value* rules = value.find("rules");
  if (!rules || !rules->list() || value.object()->size() != 1) {
    return failure(Errc::invalid_argument, "retention is {\"rules\": [...]} and nothing else");
  }
  std::vector<RetentionRule> read;
  for (const Value& rule : *rules->list()) {
    LX_TRY(RetentionRule one, read_rule(catalog, rule, read.size()));
    read.push_back(std::move(one));
  }
  return read;
}

Status each_due(const Moment& moment, Store& store, ListStore& lists, const RetentionRule& rule,
                const std::function<Status(const DueRecord&)>& f) {
  const std::string last_day = day_text(day_number_in_shanghai(moment.now_ms) - rule.keep_days);
  LX_TRY(const std::vector<StudioId> studios, store.studios());
  for (const StudioId& studio : studios) {
    ListQuery query;
    query.studios = {studio};
    query.kind = rule.kind;
    query.with_deleted = true;
    query.rows_max = 100;
    if (rule.states.empty()) query.to = last_day;  // those without a day are listed all the same
    do {
      LX_TRY(const ListPage page, lists.list(query));
      for (const ListedRow& listed : page.rows) {
        LX_TRY(const std::optional<Row> row, row_at(store, studio, listed.record));
        if (!row || !holds(*row, rule)) continue;
        const std::string day = day_of(*moment.catalog, rule, listed, *row);
        if (!day.empty() && day <= last_day) LX_CHECK(f({studio, listed.record, day}));
      }
      query.after = page.next;
    } while (!query.after.empty());
  }
  return {};
}

Result<std::size_t> erase_due(const Moment& moment, Store& store, const RetentionRule& rule, const DueRecord& due) {
  const StudioPlace* known = moment.places->place(due.studio);
  StudioPlace place;
  place.studio = due.studio;
  const Rules rules = moment.rules(known ? *known : place);
  LX_TRY(const ErasingDone done,
         erase(store, due.studio, rules, *moment.self,
               {due.record, rule.fields, "保存期满（" + std::to_string(rule.keep_days) + " 天）"}));
  if (!done.refused.empty()) return failure(Errc::not_allowed, done.refused.front().code);
  return done.changes;
}

}  // namespace lianxin::server
