#include "client-sdk/phone/surroundings.h"

#include "client-sdk/store/joins.h"
#include "client-sdk/store/lists.h"
#include "schema/day.h"
#include "schema/text.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

// A record that cannot be read stands in nobody's way.
std::optional<NamedRecord> shown_of(PhoneCore& phone, const Catalog& catalog, std::string_view id) {
  const Result<RecordState> state = phone.state_of(id);
  if (!state || state->row.kind.empty() || is_deleted(catalog, state->row)) return std::nullopt;
  return NamedRecord{state->row.kind, shown_fields(catalog, state->row)};
}

std::vector<Shown> find_others(PhoneCore& phone, const Catalog& catalog, const RecordId& record, std::string_view kind,
                               std::string_view field, const Value& value) {
  std::vector<Shown> found;
  for (const RecordId& id : Lists(phone.db(), catalog).of_kind(kind)) {
    auto other = id == record ? std::nullopt : shown_of(phone, catalog, id.text());
    if (!other) continue;
    const auto at = other->shown.find(field);
    if (at == other->shown.end()) continue;
    const bool texts = at->second.text() && value.text();
    const bool same = texts ? folded_number(*at->second.text()) == folded_number(*value.text()) : at->second == value;
    if (same) found.push_back(std::move(other->shown));
  }
  return found;
}

JoinedAround joined_with_here(PhoneCore& phone, const Catalog& catalog, const RecordId& record) {
  JoinedAround around;
  const JoinedHere here = Joins(phone.db()).around(record);
  for (const RecordId& other : here.records) {
    if (other == record) continue;
    Result<RecordState> state = phone.state_of(other.text());
    if (!state || is_deleted(catalog, state->row)) continue;
    Shown shown = shown_fields(catalog, state->row);
    around.others.push_back({std::move(shown), [&catalog, row = std::move(state->row)](std::string_view set) {
                               return shown_elements(catalog, row, set);
                             }});
  }
  around.lesser = here.records.size() > 1 && here.primary != record;
  return around;
}

}  // namespace

Surroundings surroundings_of(PhoneCore& phone, const Catalog& catalog, const StudioId& studio, const RecordId& record) {
  Surroundings around;
  around.day = day_in_shanghai(phone.clock.wall_ms());
  around.record = record.text();
  if (const auto place = shown_of(phone, catalog, studio.text())) {
    const auto region = place->shown.find("region_code");
    if (region != place->shown.end() && region->second.text()) around.region = *region->second.text();
  }
  around.find = [&phone, &catalog, record](std::string_view kind, std::string_view field, const Value& value) {
    return find_others(phone, catalog, record, kind, field, value);
  };
  around.joined = [&phone, &catalog, record] { return joined_with_here(phone, catalog, record); };
  around.named = [&phone, &catalog](std::string_view id) { return shown_of(phone, catalog, id); };
  return around;
}

}  // namespace lianxin::client
