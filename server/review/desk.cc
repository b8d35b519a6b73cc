#include "server/review/desk.h"

#include <algorithm>

#include "schema/text.h"
#include "server/language/said.h"
#include "server/review/reach.h"
#include "server/review/seen_row.h"
#include "server/review/surroundings.h"
#include "sync/model/searched.h"
#include "sync/server/act.h"

namespace lianxin::server {

const Access& Desk::access(const StudioPlace& place) const { return looking_at(*this, place).access; }

Desk::Looking& looking_at(const Desk& desk, const StudioPlace& place) {
  const auto [at, fresh] = desk.looked.try_emplace(place.studio);
  if (!fresh) return at->second;
  at->second.access = desk.places.access(desk.device.member, place, desk.now_ms);
  auto reach = reach_at_desk(desk, place, at->second.access);
  if (reach) {
    at->second.reach = std::move(*reach);
  } else {
    at->second.access = Access{};
  }
  return at->second;
}

std::string Desk::known_name(const MemberId& member) const {
  const Places::Named* named = places.named(member);
  if (!named || member == device.member) return named ? named->name : std::string();
  const auto grants = places.grants_of(member);
  const auto is_met = [&](const Grant& grant) {
    if (!grant.by_studio()) return places.knows(device.member, grant.org_code, now_ms);
    const StudioPlace* place = places.place(grant.studio);
    return place && places.access(device.member, *place, now_ms).any();
  };
  const bool known =
      places.knows(device.member, named->org_code, now_ms) || std::any_of(grants.begin(), grants.end(), is_met);
  return known ? named->name : std::string();
}

std::string Desk::known_name(const StudioId& studio) const {
  const Places::Named* named = places.named(studio);
  if (!named) return {};
  const StudioPlace* place = places.place(studio);
  const bool reached = place && places.access(device.member, *place, now_ms).any();
  const bool known = reached || places.knows(device.member, named->org_code, now_ms);
  return known ? named->name : std::string();
}

std::string Desk::known_name_of_org(const RecordId& record) const {
  const Places::Named* named = places.named_org(record);
  return named && places.knows(device.member, named->org_code, now_ms) ? named->name : std::string();
}

std::string Desk::known_name_of_region(std::string_view region_code) const {
  const Places::Named* named = places.named_region(region_code);
  return named && places.knows(device.member, named->org_code, now_ms) ? named->name : std::string();
}

std::string Desk::name_of(const MemberId& member) const {
  if (member == self.member) return zh() ? "服务器" : "the server";
  const std::string name = known_name(member);
  return name.empty() ? member.text() : name;
}

Result<const StudioPlace*> studio_asked(const Desk& desk, std::string_view id_or_code) {
  const auto id = StudioId::parse(id_or_code);
  std::vector<const StudioPlace*> found;
  const auto look_at = [&](const StudioPlace& place) {
    if (desk.access(place).any()) found.push_back(&place);
  };
  if (const StudioPlace* place = id ? desk.places.place(*id) : nullptr) look_at(*place);
  if (!id)
    std::for_each(desk.places.places_of_code(id_or_code).begin(), desk.places.places_of_code(id_or_code).end(),
                  look_at);
  if (found.empty()) {
    return said(Errc::not_found, "没有工作室 " + in_quotes(id_or_code) + "，或您无权查看",
                "there is no studio " + in_quotes(id_or_code) + " that you may see");
  }
  if (found.size() > 1) {
    const std::string first = found[0]->studio.text(), second = found[1]->studio.text();
    return said(
        Errc::conflict,
        "有两个工作室的代码都是 " + in_quotes(id_or_code) + "：" + first + " 和 " + second + "，请用标识",
        "two studios have the code " + in_quotes(id_or_code) + ": " + first + " and " + second + "; give the id");
  }
  return found.front();
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

Result<std::vector<const StudioPlace*>> studios_to_export(const Desk& desk, std::string_view id_or_code,
                                                          std::string_view kind) {
  LX_TRY(std::vector<const StudioPlace*> places, studios_asked(desk, id_or_code, kind));
  std::erase_if(places, [&](const StudioPlace* place) { return !may(desk.access(*place), Right::export_); });
  if (!places.empty()) return places;
  return said(Errc::not_allowed, "您可以在屏幕上查看记录，但不能导出；需要文件时请找县里的协调员",
              "you may read records, but not take them away as a file: ask a coordinator of the county");
}

Result<std::vector<NamedRecord>> records_named(const Desk& desk, const StudioPlace& place, std::string_view text) {
  std::vector<NamedRecord> named;
  if (const auto record = RecordId::parse(text)) {
    named.push_back({*record, {}, {}});
    return named;
  }
  const std::string wanted = folded_number(text);
  std::vector<RecordId> found;
  for (const std::string_view number : number_fields) {
    LX_TRY(const auto rows, desk.lists.with_field_among(place.studio, std::string(number), {wanted}));
    for (const RecordWithText& row : rows) found.push_back(row.record);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, place.studio, found));
  for (const std::optional<Row>& row : rows) {
    const auto seen = row ? seen_in(desk, place, *row) : std::nullopt;
    if (!seen) continue;
    const std::vector<std::string> numbers = numbers_of(seen->row);
    const bool told =
        std::any_of(numbers.begin(), numbers.end(), [&](const auto& each) { return folded_number(each) == wanted; });
    if (!told) continue;  // a number that he does not see
    named.push_back({seen->row.record, seen->row.kind, seen->summary(desk.catalog).title});
  }
  return named;
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
  if (rows.empty() || !rows.front()) return no_record(record);
  return std::move(*rows.front());
}

Result<Acted> act_in(const Desk& desk, const StudioPlace& place, std::span<const Draft> drafts) {
  const Rules rules{desk.catalog, desk.places.grants(), place, desk.self, desk.random, desk.now_ms, &desk.places};
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

namespace {

std::string title_in(const Desk& desk, const StudioPlace& place, const RecordId& record) {
  if (!desk.access(place).any()) return {};
  const auto rows = rows_of(desk, place.studio, std::span(&record, 1));
  const auto seen = rows && rows->front() ? seen_in(desk, place, *rows->front()) : std::nullopt;
  if (!seen) return {};
  const RowSummary summary = seen->summary(desk.catalog);
  for (const std::string& known_by : {summary.title, summary.official_no, summary.provisional_no}) {
    if (!known_by.empty() && known_by != masked_value) return known_by;
  }
  return {};
}

std::string code_label_in(const Desk& desk, const StudioPlace& reference, const std::string& list,
                          std::string_view code) {
  const auto listed = desk.lists.with_field(reference.studio, "code_list", "code", Value(code));
  if (!listed) return {};
  std::vector<RecordId> ids;
  for (const ListedRow& row : *listed) ids.push_back(row.record);
  const auto rows = rows_of(desk, reference.studio, ids);
  if (!rows) return {};
  for (const std::optional<Row>& row : *rows) {
    const auto seen = row ? seen_in(desk, reference, *row) : std::nullopt;
    if (!seen || seen->summary(desk.catalog).deleted) continue;
    const Value shown = seen->shown(desk.catalog);
    if (shown.text_at("list") != list) continue;
    const std::string_view zh = shown.text_at("label_zh"), en = shown.text_at("label_en");
    return std::string(desk.zh() || en.empty() ? zh : en);
  }
  return {};
}

}  // namespace

std::string added_code_label(const Desk& desk, const StudioId& studio, const std::string& list, std::string_view code) {
  const StudioPlace* home = desk.places.place(studio);
  if (!home) return {};
  const auto [at, fresh] = desk.code_labels.emplace(std::pair(studio, list + "|" + std::string(code)), std::string());
  if (!fresh) return at->second;
  std::string label;
  for (const StudioPlace* above : desk.places.references_above(*home)) {
    if (label.empty()) label = code_label_in(desk, *above, list, code);
  }
  return at->second = std::move(label);
}

std::string record_title(const Desk& desk, const StudioId& studio, const RecordId& record) {
  const StudioPlace* home = desk.places.place(studio);
  if (!home) return {};
  const auto [at, fresh] = desk.titles.emplace(std::pair(studio, record), std::string());
  if (!fresh) return at->second;
  std::string title = title_in(desk, *home, record);
  for (const StudioPlace* above : desk.places.references_above(*home)) {
    if (title.empty()) title = title_in(desk, *above, record);
  }
  return at->second = std::move(title);
}

tl::unexpected<Error> no_record(const RecordId& record) {
  return said(Errc::not_found, "没有记录 " + record.text() + "，或您无权查看",
              "there is no record " + record.text() + " that you may see");
}

RecordId new_record_id(const Desk& desk) {
  Bytes<10> random{};
  desk.random.fill(random);
  return RecordId{uuid_v7(static_cast<std::uint64_t>(desk.now_ms), random)};
}

}  // namespace lianxin::server
