#include "server/review/surroundings.h"

#include "schema/day.h"
#include "server/review/join.h"
#include "server/review/seen_row.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

// Of reference data every county has its own: what is written in it is not looked for elsewhere.
std::vector<const StudioPlace*> places_around(const Desk& desk, const StudioPlace& place) {
  if (place.reference) return {&place};
  std::vector<const StudioPlace*> places = desk.places.reached_by(desk.device.member, desk.now_ms);
  std::erase_if(places, [](const StudioPlace* each) { return each->reference; });
  return places;
}

std::optional<lianxin::NamedRecord> shown_of(const Desk& desk, const StudioPlace& place,
                                             const std::optional<Row>& row) {
  const auto seen = row ? seen_in(desk, place, *row) : std::nullopt;
  if (!seen || is_deleted(desk.catalog, seen->row)) return std::nullopt;
  return lianxin::NamedRecord{seen->row.kind, shown_fields(desk.catalog, seen->row)};
}

std::vector<Shown> find_others(const Desk& desk, const StudioPlace& start, const RecordId& record,
                               std::string_view kind, std::string_view field, const Value& value) {
  std::vector<Shown> found;
  for (const StudioPlace* place : places_around(desk, start)) {
    const auto listed = desk.lists.with_field(place->studio, std::string(kind), std::string(field), value);
    if (!listed) continue;
    std::vector<RecordId> ids;
    for (const ListedRow& row : *listed) {
      if (row.record != record) ids.push_back(row.record);
    }
    const auto rows = ids.empty() ? Result<std::vector<std::optional<Row>>>() : rows_of(desk, place->studio, ids);
    if (!rows) continue;
    for (const std::optional<Row>& row : *rows) {
      if (auto shown = shown_of(desk, *place, row)) found.push_back(std::move(shown->shown));
    }
  }
  return found;
}

std::optional<lianxin::NamedRecord> find_named(const Desk& desk, const StudioPlace& start, std::string_view id) {
  const auto record = RecordId::parse(id);
  if (!record) return std::nullopt;
  for (const StudioPlace* place : places_around(desk, start)) {
    const auto rows = rows_of(desk, place->studio, std::span(&*record, 1));
    if (!rows) continue;
    if (auto shown = shown_of(desk, *place, rows->front())) return shown;
  }
  return std::nullopt;
}

// As far as the asker sees it. What cannot be read stands in nobody's way.
JoinedAround joined_around(const Desk& desk, const StudioPlace& place, const RecordId& record) {
  JoinedAround around;
  const auto component = component_of(desk, place, record);
  if (!component) return around;  // it is new, and not there yet
  around.lesser = component->primary() != record && !component->find(record)->deleted();
  for (const JoinedRecord& joined : component->records) {
    const Row& row = joined.seen.row;
    if (row.record == record || joined.deleted()) continue;
    around.others.push_back({shown_fields(desk.catalog, row),
                             [&desk, row](std::string_view set) { return shown_elements(desk.catalog, row, set); }});
  }
  return around;
}

}  // namespace

Surroundings surroundings_of(const Desk& desk, const StudioPlace& place, const RecordId& record) {
  Surroundings around;
  around.day = day_in_shanghai(desk.now_ms);
  around.at_desk = true;
  around.record = record.text();
  around.region = desk.places.area_of(place.studio);
  around.find = [&desk, &place, record](std::string_view kind, std::string_view field, const Value& value) {
    return find_others(desk, place, record, kind, field, value);
  };
  around.joined = [&desk, &place, record] { return joined_around(desk, place, record); };
  around.named = [&desk, &place](std::string_view id) { return find_named(desk, place, id); };
  return around;
}

}  // namespace lianxin::server
