#include "sync/rules/consents.h"

#include <algorithm>

#include "schema/day.h"
#include "sync/model/relation.h"
#include "sync/model/view.h"

namespace lianxin {
namespace {

Consent::Standing standing_named(std::string_view state) {
  if (state == "given") return Consent::Standing::given;
  const bool ended = state == "withdrawn" || state == "refused";
  return ended ? Consent::Standing::ended : Consent::Standing::unknown;
}

// A withdrawal speaks of its own day; of one day the later word counts.
bool is_later(const Consent& given, const Consent& ended) {
  return given.day != ended.day ? given.day > ended.day : given.at > ended.at;
}

}  // namespace

bool is_given_again(const Consent& ended, std::span<const Consent> known) {
  if (ended.resident.empty()) return false;
  return std::any_of(known.begin(), known.end(), [&](const Consent& other) {
    const bool same = other.resident == ended.resident && other.scope == ended.scope;
    return same && other.standing == Consent::Standing::given && !other.deleted && is_later(other, ended);
  });
}

std::optional<Consent> consent_in(const Catalog& catalog, const Row& row) {
  if (row.kind != consent_kind || !row.begun()) return std::nullopt;
  const auto shown = shown_fields(catalog, row);
  const auto text_of = [&](const char* field) {
    const auto at = shown.find(field);
    return at != shown.end() && at->second.text() ? *at->second.text() : std::string();
  };
  Consent consent;
  consent.record = row.record;
  const auto resident = RecordId::parse(text_of("resident_id"));
  if (resident) consent.resident = resident->text();
  consent.scope = text_of("scope");
  const std::string state = text_of("state");
  consent.standing = standing_named(state);
  consent.deleted = is_deleted(catalog, row);
  if (const Cell* cell = row.cell("state")) {
    const ShownValue of = lianxin::shown(rule_of(catalog, row.kind, {"state", {}, {}}), *cell);
    if (of.head) consent.at = of.head->clock;
  }
  const std::string written = day_in_shanghai(consent.at.unix_ms());
  consent.day = text_of(state == "withdrawn" ? "withdrawn_at" : "given_on");
  if (consent.day.empty() || consent.day > written) consent.day = written;
  return consent;
}

StandsOn stands_on(const Catalog& catalog, const Row& row) {
  StandsOn on;
  const Kind* kind = row.begun() ? catalog.kind(row.kind) : nullptr;
  if (!kind) return on;
  for (const ConsentBond& bond : kind->consents) {
    const auto named = bond.field.empty() ? std::vector{row.record.text()} : texts_in(row, bond.field);
    for (const std::string& text : named) {
      const auto record = RecordId::parse(text);
      if (!record) continue;
      switch (bond.through) {
        case ConsentBond::Through::consent: on.consents.insert(*record); break;
        case ConsentBond::Through::person: on.persons.emplace(record->text(), bond.scope); break;
        case ConsentBond::Through::record: on.records.insert(*record); break;
      }
    }
  }
  return on;
}

std::set<RecordId> marks_in(const Row& row) {
  std::set<RecordId> marks;
  for (const std::string& key : texts_in(row, withheld_field)) {
    if (const auto consent = RecordId::parse(key)) marks.insert(*consent);
  }
  return marks;
}

std::set<RecordId> marks_due(const StandsOn& on, const std::set<RecordId>& marks, std::span<const Consent> known,
                             const std::set<RecordId>& of_records) {
  std::set<RecordId> due = of_records, settled;
  for (const Consent& consent : known) {
    if (consent.standing != Consent::Standing::unknown) settled.insert(consent.record);
    const bool bound = on.consents.contains(consent.record) || on.persons.contains({consent.resident, consent.scope});
    const bool ended = consent.standing == Consent::Standing::ended && !is_given_again(consent, known);
    if (bound && ended) due.insert(consent.record);
  }
  for (const RecordId& mark : marks) {
    if (!settled.contains(mark)) due.insert(mark);
  }
  return due;
}

}  // namespace lianxin
