#include "server/import/import.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/validate.h"
#include "server/import/import_plan.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"
#include "sync/server/act.h"

namespace lianxin::server {
namespace {

// One transaction each: small enough that phones which sync meanwhile hardly wait.
constexpr std::size_t records_at_a_time = 100;

constexpr std::size_t rows_at_a_time = 1000, bytes_at_a_time = 4 << 20;

constexpr const char* elsewhere_words =
    ": it belongs to another org unit, whose reference data alone may say so "
    "(归另一个单位管理，请放到该单位名下或移交)";

bool has_element(const Value& shown, const std::string& key) {
  if (!shown.list()) return false;
  for (const Value& element : *shown.list()) {
    if (element.text() && *element.text() == key) return true;
  }
  return false;
}

bool in_conflict(const Catalog& catalog, const Row& row, const std::string& field) {
  const Cell* cell = row.cell(field);
  return cell && !conflict(rule_of(catalog, row.kind, {field, {}, {}}), *cell).empty();
}

// Only what differs from what the row shows; the fields left alone are told in `conflicts`.
Draft draft_of(const Catalog& catalog, const PlannedRecord& planned, const Row& row,
               std::vector<std::string>& conflicts) {
  Draft draft{planned.record, planned.kind, {}, {}, row.last_seq};
  const auto shown = shown_fields(catalog, row);
  const auto write = [&](Address at, Op op, Value value) {
    draft.writes.push_back(edit_of(catalog, planned.kind, row, std::move(at), op, std::move(value)));
  };
  const auto shown_of = [&](const std::string& field) {
    const auto found = shown.find(field);
    return found == shown.end() ? Value() : found->second;
  };
  for (const auto& [field, value] : planned.registers) {
    if (shown_of(field) == value) continue;
    if (in_conflict(catalog, row, field)) {
      conflicts.push_back(planned.label + ": " + field);
    } else {
      write({field, {}, {}}, Op::put, value);
    }
  }
  for (const auto& [field, keys] : planned.elements) {
    const Value in = shown_of(field);
    for (const std::string& key : keys) {
      if (!has_element(in, key)) write({field, key, {}}, Op::add, {});
    }
  }
  if (row.last_seq > 0 && !draft.writes.empty()) draft.reason = "import";
  return draft;
}

// What a record that is not there yet would lack of what its kind requires.
std::vector<std::string> lacks(const Kind& kind, const PlannedRecord& planned) {
  Shown shown(planned.registers.begin(), planned.registers.end());
  for (const auto& [field, keys] : planned.elements) shown[field] = Value::List(keys.begin(), keys.end());
  return missing_fields(kind, shown);
}

class Importer {
 public:
  Importer(Store& store, Moment moment, Imported& imported)
      : store_(store), moment_(std::move(moment)), imported_(imported) {}

  Status take(const std::string& org_code, std::span<const PlannedRecord> planned) {
    const StudioPlace* place = moment_.places->place(reference_studio_of(org_code));
    if (!place) return failure(Errc::not_found, "no reference data of org unit " + org_code);
    while (!planned.empty()) {
      const auto some = planned.first(std::min(records_at_a_time, planned.size()));
      LX_CHECK(take_some(*place, some));
      planned = planned.subspan(some.size());
    }
    return {};
  }

 private:
  struct Step {
    Draft draft;
    const PlannedRecord* planned;
    bool fresh;
    std::vector<std::string> missing;  // of a fresh one: what its kind requires
  };

  Status take_some(const StudioPlace& place, std::span<const PlannedRecord> planned) {
    LX_TRY(const std::vector<Step> steps, steps_for(place, planned));
    if (steps.empty()) return {};
    std::vector<Draft> drafts;
    drafts.reserve(steps.size());
    for (const Step& step : steps) drafts.push_back(step.draft);
    const auto done = act(store_, place.studio, moment_.rules(place), *moment_.self, drafts);
    if (!done) return tl::unexpected(done.error());
    if (done->refused.empty()) {
      for (const Step& step : steps) count(step);
      return {};
    }
    // All or none: one of them would be held. Each by itself then, to take the others and to name that one.
    for (const Step& step : steps) LX_CHECK(take_alone(place, step));
    return {};
  }

  Status take_alone(const StudioPlace& place, const Step& step) {
    const auto done = act(store_, place.studio, moment_.rules(place), *moment_.self, std::span(&step.draft, 1));
    if (!done) return tl::unexpected(done.error());
    if (!done->refused.empty()) {
      const Refusal& why = done->refused.front();
      std::string told = step.planned->label + ": " + (why.field.empty() ? "" : why.field + ": ") + why.code;
      if (why.code == refusals::belongs_elsewhere) told += elsewhere_words;
      imported_.refused.push_back(std::move(told));
    } else {
      count(step);
    }
    return {};
  }

  void count(const Step& step) {
    ++(step.fresh ? imported_.added : imported_.edited);
    for (const std::string& field : step.missing) imported_.lacking.push_back(step.planned->label + ": " + field);
  }

  Result<std::vector<Step>> steps_for(const StudioPlace& place, std::span<const PlannedRecord> planned) {
    std::vector<RecordId> ids;
    for (const PlannedRecord& record : planned) ids.push_back(record.record);
    std::vector<std::optional<StoredRow>> stored;
    LX_CHECK(store_.read(place.studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(stored, snapshot.records(ids));
      return {};
    }));
    std::vector<Step> steps;
    for (std::size_t i = 0; i < planned.size(); ++i) {
      Row row;
      if (stored[i]) {
        LX_TRY(row, decode_row(stored[i]->encoded));
      }
      if (is_deleted(*moment_.catalog, row)) {
        imported_.refused.push_back(planned[i].label + ": was deleted here");
        continue;
      }
      const Kind& kind = *moment_.catalog->kind(planned[i].kind);
      std::vector<std::string> missing = stored[i] ? std::vector<std::string>() : lacks(kind, planned[i]);
      // Nobody can pick out what has no name; whatever else it lacks may be filled in, and is told.
      if (std::find(missing.begin(), missing.end(), kind.title_field) != missing.end()) {
        imported_.refused.push_back(planned[i].label + ": lacks " + kind.title_field);
        continue;
      }
      const std::size_t conflicts_before = imported_.in_conflict.size();
      Draft draft = draft_of(*moment_.catalog, planned[i], row, imported_.in_conflict);
      if (!draft.writes.empty()) {
        steps.push_back({std::move(draft), &planned[i], !stored[i], std::move(missing)});
      } else if (imported_.in_conflict.size() == conflicts_before) {
        ++imported_.unchanged;
      }
    }
    return steps;
  }

  Store& store_;
  const Moment moment_;
  Imported& imported_;
};

Result<Value> file_of(std::string_view json) {
  auto file = parse_json(json);
  if (file) return file;
  return failure(
      file.error().code,
      file.error().message +
          "\n没有导入任何内容：文件须是 UTF-8 编码的 JSON；若由表格或记事本保存，请另存为 UTF-8 编码后再导入。"
          "\nNothing was imported: the file is to be JSON in UTF-8. Save it in that encoding and import again.");
}

// Deleted ones too, which an import does not bring back.
Result<StudiosByCode> studios_here(Store& store, const Moment& now) {
  StudiosByCode here;
  for (const StudioPlace& place : now.places->all()) {
    if (!place.reference) continue;
    LX_CHECK(store.read(place.studio, [&](ReadTxn& snapshot) -> Status {
      for (Seq after = 0;;) {
        LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(after, rows_at_a_time, bytes_at_a_time));
        if (rows.empty()) return {};
        after = rows.back().last_seq;
        for (const StoredRow& stored : rows) {
          if (stored.kind != "studio") continue;
          LX_TRY(const Row row, decode_row(stored.encoded));
          const auto shown = shown_fields(*now.catalog, row);
          const auto code = shown.find("studio_code");
          if (code == shown.end() || !code->second.text()) continue;
          here[{place.code, *code->second.text()}].push_back(stored.record);
        }
      }
    }));
  }
  return here;
}

}  // namespace

Result<Imported> import_reference(Moments& moments, Store& store, Grants& grants, std::string_view json) {
  LX_TRY(const Value file, file_of(json));
  LX_TRY(const Moment before, moments.now());
  LX_TRY(const StudiosByCode studios, studios_here(store, before));
  LX_TRY(const ImportPlan plan, plan_import({*before.catalog, *before.places, studios, *before.random}, file));
  for (const std::string& code : plan.orgs) LX_CHECK(grants.add_org(code));
  moments.note_change();
  LX_TRY(Moment now, moments.now());
  Imported imported;
  imported.refused = plan.refused;
  imported.doubted = plan.doubted;
  imported.ignored = plan.ignored;
  Importer importer(store, std::move(now), imported);
  for (const auto& [org_code, records] : plan.records) LX_CHECK(importer.take(org_code, records));
  for (const Grant& grant : plan.grants) {
    LX_TRY(const bool added, grants.add(grant));
    imported.grants += added ? 1 : 0;
  }
  moments.note_change();
  return imported;
}

}  // namespace lianxin::server
