#include "sync/model/relation.h"

#include <algorithm>

#include "schema/day.h"
#include "sync/crypto/hash.h"
#include "sync/model/join.h"
#include "sync/model/view.h"

namespace lianxin {
namespace {

std::vector<RecordId> records_in(const Row& row, std::span<const std::string_view> fields) {
  std::vector<RecordId> records;
  for (const std::string_view field : fields) {
    for (const std::string& text : texts_in(row, field)) {
      if (const auto record = RecordId::parse(text)) records.push_back(*record);
    }
  }
  return records;
}

bool names_any(const Row& row, std::span<const std::string_view> fields, std::span<const std::string> names) {
  return std::any_of(fields.begin(), fields.end(), [&](const std::string_view field) {
    const std::vector<std::string> texts = texts_in(row, field);
    return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
      return std::find(names.begin(), names.end(), text) != names.end();
    });
  });
}

bool names_member(const Access& access, const Row& row) {
  const std::string self = access.member.text();
  return names_any(row, bonds_of(row.kind).people, std::span(&self, 1));
}

bool is_assigned(const Access& access, const Row& row) {
  const auto& units = bonds_of(row.kind).units;
  if (units.empty() || !handles(access)) return false;
  return access.delivered || names_any(row, units, access.units);
}

void add(std::string& text, std::string_view what, const std::set<RecordId>& records) {
  text += what;
  for (const RecordId& record : records) text += record.text();
}

}  // namespace

std::string Reach::text() const {
  std::string all;
  add(all, "|named ", named);
  add(all, "|assigned ", assigned);
  add(all, "|over ", over);
  return to_hex(sha256(all));
}

ReachFinder::ReachFinder(const Access& access, const Catalog& catalog, std::int64_t now_ms)
    : access_(access), catalog_(catalog), today_(day_number_in_shanghai(now_ms)) {}

bool ReachFinder::is_over(std::int64_t day) const { return today_ > day + days_after_clinic_max; }

void ReachFinder::take_clinic(const Row& row) {
  known_clinics_.insert(row.record);
  std::int64_t last = day_number_in_shanghai(row.created.unix_ms());
  for (const std::string& day : texts_in(row, bonds_of(row.kind).day)) {
    last = std::max(last, day_number(day).value_or(last));
  }
  if (!is_over(last)) clinics_[row.record] = names_member(access_, row);
}

void ReachFinder::take(const Row& row) {
  const Bonds& bonds = bonds_of(row.kind);
  const bool own = row.begun() && row.created_by == access_.member;
  if (own) own_.insert(row.record);
  if (!bonds.day.empty()) take_clinic(row);
  if (!bonds.clinic.empty()) {
    const auto clinics = records_in(row, std::span(&bonds.clinic, 1));
    OfClinic of{row.record, own, day_number_in_shanghai(row.created.unix_ms()), records_in(row, bonds.patients)};
    of_clinics_.emplace(clinics.empty() ? RecordId{} : clinics.front(), std::move(of));
  }
  if (is_assigned(access_, row)) {
    // Whom it is about is told to the unit in charge, and not to those that help.
    const bool in_charge = names_any(row, std::span(bonds.units).first(1), access_.units);
    concerns_[row.record] = in_charge ? records_in(row, bonds.appellants) : std::vector<RecordId>();
  }
  if (const auto target = lianxin::target_of(row)) about_.emplace(*target, row.record);
}

Reach ReachFinder::found() const {
  Reach reach;
  for (const auto& [clinic, of] : of_clinics_) {
    const auto at = clinics_.find(clinic);
    const bool named = at != clinics_.end() && at->second;
    const bool over = known_clinics_.contains(clinic) ? at == clinics_.end() : is_over(of.day);
    if (named) {
      reach.named.insert(of.record);
    } else if (of.own && over) {
      reach.over.insert(of.record);
    }
    if (named || (of.own && !over)) reach.named.insert(of.patients.begin(), of.patients.end());
  }
  for (const auto& [concern, appellants] : concerns_) {
    reach.assigned.insert(concern);
    reach.assigned.insert(appellants.begin(), appellants.end());
  }
  for (const auto& [target, about] : about_) {
    if (reach.named.contains(target)) reach.named.insert(about);
    if (concerns_.contains(target)) reach.assigned.insert(about);
    if (own_.contains(target)) reach.own.insert(about);
  }
  return reach;
}

bool is_withheld(const Row& row) {
  bool marked = false;
  each_cell_of(row, withheld_field, [&](const Address& at, const Cell& cell) {
    marked |= !at.element.empty() && at.attribute.empty() && !cell.heads.empty();
  });
  return marked;
}

bool withheld(const Catalog& catalog, const Row& row, std::string_view field) {
  return is_withheld(row) && is_withheld_field(catalog, row.kind, field, row.guard);
}

Relation relation_of(const Access& access, const Catalog& catalog, const Row& row, const Reach& reach) {
  Relation relation;
  const bool begun = row.begun();
  relation.own = row.kind.empty() || row.created_by == access.member || reach.own.contains(row.record);
  if (reach.over.contains(row.record)) relation.own = false;
  relation.named = (begun && names_member(access, row)) || reach.named.contains(row.record);
  relation.assigned = (begun && is_assigned(access, row)) || reach.assigned.contains(row.record);
  relation.withheld = is_withheld(row);
  const Kind* kind = catalog.kind(row.kind);
  relation.accepted = kind && (!kind->reviewed || standing_of(catalog, row) == Standing::accepted);
  return relation;
}

std::optional<RecordId> target_of(const Row& row) {
  const auto about = about_of(row.kind);
  if (!about) return std::nullopt;
  const auto targets = records_in(row, std::span(&about->record, 1));
  return targets.empty() ? std::nullopt : std::optional(targets.front());
}

Sensitivity guard_of(const Catalog& catalog, const Row& row, const Row* target) {
  const auto about = about_of(row.kind);
  if (!about) return Sensitivity::public_;
  Sensitivity guard = Sensitivity::health;  // what it is about is not known: it may be anything
  if (target && target->begun()) {
    guard = std::max(floor_of(catalog, target->kind), target->guard);
    for (const std::string& field : texts_in(row, about->field)) {
      const auto at = Address::parse(field);
      if (at) guard = std::max(guard, sensitivity_of(catalog, target->kind, at->field));
    }
  }
  for (const std::string& claimed :
       about->claimed.empty() ? std::vector<std::string>() : texts_in(row, about->claimed)) {
    guard = std::max(guard, sensitivity_named(claimed).value_or(Sensitivity::public_));
  }
  return guard > Sensitivity::internal ? guard : Sensitivity::public_;
}

}  // namespace lianxin
