#include "client-sdk/store/grants.h"

#include <algorithm>
#include <map>
#include <optional>

#include "schema/json.h"
#include "sync/wire/envelope.h"

namespace lianxin::client {
namespace {

constexpr Query find_grant{"find_grant", "SELECT grant_sealed FROM studio WHERE studio = $1"};
constexpr Query all_grants{"all_grants", "SELECT studio, granted, grant_sealed, reference FROM studio"};
constexpr Query put_grant{"put_grant", R"sql(
  INSERT INTO studio (studio, granted, grant_sealed, reference) VALUES ($1, 1, $2, $3)
  ON CONFLICT (studio) DO UPDATE SET granted = 1, grant_sealed = excluded.grant_sealed, reference = excluded.reference
)sql"};
constexpr Query end_grant{"end_grant", "UPDATE studio SET granted = 0 WHERE studio = $1"};

}  // namespace

Access access_in(const GrantedStudio& grant, const MemberId& member) {
  const auto holder = std::find_if(grant.holders.begin(), grant.holders.end(),
                                   [&](const GrantedStudio::Holder& h) { return h.member == member; });
  if (holder == grant.holders.end()) return {member, {}, Sensitivity::public_};
  Access access{member, holder->roles, holder->clearance};
  access.reference = grant.reference;
  access.delivered = true;
  return access;
}

Result<GrantedStudio> Grants::of(const StudioId& studio) {
  LX_TRY(const std::optional<std::string> plain, db_.unsealed(find_grant, sealed_at(Column::grant, studio), studio));
  if (!plain) return failure(Errc::corrupt, "a studio without its grant");
  const Result<Value> value = parse_json(*plain);
  if (value) {
    if (Result<GrantedStudio> grant = granted_of(*value)) return grant;
  }
  return failure(Errc::corrupt, "the grant of a studio cannot be read");
}

Status Grants::replace(const std::vector<GrantedStudio>& grants) {
  struct Kept {
    bool granted = false;
    std::string sealed;
    bool reference = false;
  };
  std::map<StudioId, Kept> kept;
  db_.each(all_grants, [&](SQLite::Statement& row) {
    kept[id_at<StudioId>(row, 0)] = {row.getColumn(1).getInt() != 0, blob_at(row, 2), row.getColumn(3).getInt() != 0};
  });
  for (const GrantedStudio& grant : grants) {
    const std::string text = to_json(granted_value(grant));
    const auto known = kept.find(grant.studio);
    const Kept before = known == kept.end() ? Kept{} : std::move(known->second);
    if (known != kept.end()) kept.erase(known);
    const SealedAt at = sealed_at(Column::grant, grant.studio);
    const bool same = before.granted && before.reference == grant.reference && db_.unseal(at, before.sealed) == text;
    if (same) continue;
    db_.exec(put_grant, grant.studio, Blob{db_.seal(at, text)}, std::int64_t{grant.reference});
  }
  for (const auto& [studio, one] : kept) {
    if (one.granted) db_.exec(end_grant, studio);
  }
  return {};
}

}  // namespace lianxin::client
