#include "server/people/directory.h"

#include <algorithm>

#include "sync/model/view.h"

namespace lianxin::server {
namespace {

StudioGate gate_named(std::string_view status) {
  if (status == "applied") return StudioGate::applied;
  return status == "suspended" || status == "closed" ? StudioGate::shut : StudioGate::open;
}

constexpr std::size_t rows_at_a_time = 1000, bytes_at_a_time = 4 << 20;

}  // namespace

Result<std::shared_ptr<const Places>> Directory::places(const Catalog& catalog, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const bool young = looked_at_ms_ <= now_ms && now_ms - age_ms_max < looked_at_ms_;
  if (!places_ || !young || catalog.version != catalog_version_) {
    LX_CHECK(refresh(catalog));
    looked_at_ms_ = now_ms;
  }
  return places_;
}

void Directory::note_change() {
  const std::lock_guard lock(mutex_);
  looked_at_ms_ = INT64_MAX;  // later than any clock: never young
}

Status Directory::refresh(const Catalog& catalog) {
  // The version first: a grant that is added between the two reads is then read again, and never missed.
  LX_TRY(const std::int64_t version, grants_.version());
  bool changed = !places_ || version != grants_version_;
  if (catalog.version != catalog_version_) parts_.clear();
  LX_TRY(const std::vector<std::string> codes, grants_.orgs());
  for (const std::string& code : codes) {
    LX_TRY(const bool moved, refresh_part(catalog, code, parts_[code]));
    changed = changed || moved;
  }
  // After the rows, whose names they are: a row whose claim was not seen yet would be anybody's.
  LX_TRY(const std::int64_t state, belongings_.read_after(owners_state_, owners_));
  changed = changed || state != owners_state_;
  owners_state_ = state;
  catalog_version_ = catalog.version;
  if (!changed) return {};
  LX_TRY(const std::vector<KeptGrant> kept, grants_.all());
  std::vector<Grant> grants;
  grants.reserve(kept.size());
  for (const KeptGrant& grant : kept) grants.push_back(grant.grant);
  places_ = made(codes, std::move(grants));
  grants_version_ = version;
  return {};
}

// A name that is nobody's was claimed by nothing that took effect, and may be whoever's data says so.
bool Directory::is_own(const std::string& what, const std::string& name, const std::string& org_code) const {
  const auto owner = owners_.find({what, name});
  return owner == owners_.end() || owner->second == org_code;
}

std::shared_ptr<const Places> Directory::made(const std::vector<std::string>& codes, std::vector<Grant> grants) const {
  std::vector<OrgUnit> orgs;
  std::vector<StudioInfo> studios;
  Places::Members members;
  Places::Regions regions;
  for (const auto& [code, part] : parts_) {
    for (const auto& [record, org] : part.orgs) {
      if (is_own("org_unit", record.text(), code)) orgs.push_back(org);
    }
    for (const auto& [record, studio] : part.studios) {
      if (!is_own("studio", record.text(), code)) continue;
      studios.push_back(studio);
      studios.back().own_code = is_own("studio_code", studio.code, code);
    }
    for (const auto& [member, name] : part.members) {
      if (is_own("member", member.text(), code)) members.emplace(member, Places::Named{name, code});
    }
    for (const auto& [record, village] : part.villages) {
      const auto& [region, name] = village;
      if (is_own("region_code", region, code)) regions.emplace(region, Places::Named{name, code});
    }
  }
  // An org unit whose own row has not come yet still has its studio, so that the row can be written at all.
  for (const std::string& code : codes) {
    const auto described = [&](const OrgUnit& org) { return org.code == code; };
    if (std::none_of(orgs.begin(), orgs.end(), described))
      orgs.insert(orgs.begin(), OrgUnit{code, code, {}, {}, {}, {}});
  }
  std::map<StudioId, std::string> owners;
  for (auto at = owners_.lower_bound({"studio", {}}); at != owners_.end() && at->first.what == "studio"; ++at) {
    if (const auto studio = StudioId::parse(at->first.name)) owners.emplace(*studio, at->second);
  }
  return std::make_shared<const Places>(std::move(orgs), std::move(studios), std::move(members), std::move(grants),
                                        std::move(regions), std::move(owners));
}

Result<bool> Directory::refresh_part(const Catalog& catalog, const std::string& org_code, Part& part) {
  bool moved = false;
  Status done = store_.read(reference_studio_of(org_code), [&](ReadTxn& snapshot) -> Status {
    while (true) {
      LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(part.seq, rows_at_a_time, bytes_at_a_time));
      if (rows.empty()) return {};
      for (const StoredRow& row : rows) {
        LX_CHECK(take_row(catalog, org_code, row, part));
        part.seq = row.last_seq;
      }
      moved = true;
    }
  });
  LX_CHECK(std::move(done));
  return moved;
}

Status Directory::take_row(const Catalog& catalog, const std::string& org_code, const StoredRow& stored, Part& part) {
  const bool is_org = stored.kind == "org_unit", is_studio = stored.kind == "studio",
             is_member = stored.kind == "member", is_village = stored.kind == "village";
  if (!is_org && !is_studio && !is_member && !is_village) return {};
  LX_TRY(const Row row, decode_row(stored.encoded));
  const MemberId member{stored.record.bytes};
  part.orgs.erase(stored.record);
  part.studios.erase(stored.record);
  part.members.erase(member);
  part.villages.erase(stored.record);
  if (is_deleted(catalog, row)) return {};
  const Value shown = shown_fields(catalog, row);
  const auto text = [&](const char* field) { return std::string(shown.text_at(field)); };
  if (is_village) part.villages.emplace(stored.record, std::pair(text("region_code"), text("name")));
  if (is_member) part.members.emplace(member, text("name"));
  if (is_studio) {
    part.studios.emplace(stored.record, StudioInfo{StudioId{stored.record.bytes}, text("studio_code"), text("name"),
                                                   text("region_code"), org_code, gate_named(text("status"))});
  }
  // Each org unit is described in its own reference data only: who may write here must not move another's about.
  if (is_org && text("org_code") == org_code) {
    part.orgs.emplace(stored.record, OrgUnit{text("org_code"), text("name"), text("level"), text("region_code"),
                                             text("parent"), stored.record});
  }
  return {};
}

}  // namespace lianxin::server
