#include "server/review/desk.h"

#include <algorithm>

#include "server/review/surroundings.h"
#include "sync/server/act.h"

namespace lianxin::server {

std::string Desk::name_of(const MemberId& member) const {
  if (member == self.member) return zh() ? "服务器" : "the server";
  const std::string name = places.name_of(member);
  return name.empty() ? member.text() : name;
}

Result<const StudioPlace*> studio_asked(const Desk& desk, std::string_view id_or_code) {
  const auto id = StudioId::parse(id_or_code);
  const StudioPlace* place = id ? desk.places.place(*id) : desk.places.place_of_code(id_or_code);
  if (!place || !desk.access(*place).any()) return failure(Errc::not_found, "studio " + std::string(id_or_code));
  return place;
}

Result<std::vector<const StudioPlace*>> studios_asked(const Desk& desk, std::string_view id_or_code,
                                                      std::string_view kind_name) {
  if (!id_or_code.empty()) {
    LX_TRY(const StudioPlace* place, studio_asked(desk, id_or_code));
    return std::vector<const StudioPlace*>{place};
  }
  const Kind* kind = desk.catalog.kind(kind_name);
  const bool reference = kind && kind->reference;
  std::vector<const StudioPlace*> places = desk.places.reached_by(desk.device.member, desk.now_ms);
  std::erase_if(places, [&](const StudioPlace* place) { return place->reference != reference; });
  return places;
}

Result<RecordId> record_asked(std::string_view text) {
  const auto record = RecordId::parse(text);
  if (!record) return failure(Errc::invalid_argument, "a record's id is a UUID");
  return *record;
}

Result<std::vector<std::optional<Row>>> rows_of(const Desk& desk, const StudioId& studio,
                                                std::span<const RecordId> records) {
  std::vector<std::optional<Row>> rows;
  LX_CHECK(desk.store.read(studio, [&](ReadTxn& snapshot) -> Status {
    rows.clear();
    LX_TRY(const std::vector<std::optional<StoredRow>> stored, snapshot.records(records));
    for (const std::optional<StoredRow>& item : stored) {
      rows.emplace_back();
      if (!item) continue;
      LX_TRY(rows.back(), decode_row(item->encoded));
    }
    return {};
  }));
  return rows;
}

Result<Row> row_of(const Desk& desk, const StudioId& studio, const RecordId& record) {
  LX_TRY(std::vector<std::optional<Row>> rows, rows_of(desk, studio, std::span(&record, 1)));
  if (rows.empty() || !rows.front()) return failure(Errc::not_found, "record " + record.text());
  return std::move(*rows.front());
}

Result<Acted> act_in(const Desk& desk, const StudioPlace& place, std::span<const Draft> drafts) {
  const Rules rules{desk.catalog, desk.places.grants(), place, desk.self, desk.random, desk.now_ms};
  const auto around = [&](const Row& row) { return surroundings_of(desk, place, row.record); };
  LX_TRY(ActDone done, act(desk.store, place.studio, rules, desk.device, drafts, around));
  Acted acted{done.seq, {}};
  for (Refusal& refusal : done.refused) {
    RefusedPart refused{std::move(refusal), drafts.front().kind, {}};
    for (const Draft& draft : drafts) {
      for (const Write& write : draft.writes) {
        if (write.at.text() == refused.field) refused.given = write.value;
      }
    }
    acted.refused.push_back(std::move(refused));
  }
  return acted;
}

RecordId new_record_id(const Desk& desk) {
  Bytes<10> random{};
  desk.random.fill(random);
  return RecordId{uuid_v7(static_cast<std::uint64_t>(desk.now_ms), random)};
}

}  // namespace lianxin::server
