#include "server/people/last_keeper.h"

#include <algorithm>
#include <set>

#include "server/language/said.h"
#include "server/people/keeper.h"
#include "server/people/queries.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

bool keeps_accounts(const Grant& grant, std::int64_t now_ms) {
  return in_force(grant, now_ms) && may_keep_accounts({grant.member, {grant.role}, Sensitivity::public_});
}

std::set<MemberId> who_can_sign_in(SqlConnection& connection, const std::string& but_login) {
  const auto members = connection.all(people_sql::active_members_without, column<MemberId>, but_login);
  return {members.begin(), members.end()};
}

Status check_kept(const Places& places, const std::vector<Grant>& lost, const std::vector<Grant>& kept) {
  for (const Grant& grant : lost) {
    const StudioPlace* place = place_of(places, grant);
    const bool another =
        !place || std::any_of(kept.begin(), kept.end(), [&](const Grant& other) { return reaches(other, *place); });
    if (another) continue;
    return said(Errc::conflict, "这是 " + place->code + " 最后一位管理员，请先另设一位",
                "this is the last administrator of " + place->code + "; make another one first");
  }
  return {};
}

}  // namespace

Status check_another_keeper(SqlConnection& connection, const Places& places, std::int64_t now_ms,
                            const KeptGrant& ending) {
  const std::set<MemberId> members = who_can_sign_in(connection, {});
  if (!keeps_accounts(ending.grant, now_ms) || !members.contains(ending.grant.member)) return {};
  std::vector<Grant> kept;
  for (const KeptGrant& other : all_grants(connection)) {
    const bool can = keeps_accounts(other.grant, now_ms) && members.contains(other.grant.member);
    if (can && other.id != ending.id) kept.push_back(other.grant);
  }
  return check_kept(places, {ending.grant}, kept);
}

Status check_another_keeper(SqlConnection& connection, const Places& places, std::int64_t now_ms,
                            const std::string& login, const MemberId& member) {
  const std::set<MemberId> members = who_can_sign_in(connection, login);
  if (members.contains(member)) return {};  // by another account of his own
  std::vector<Grant> lost, kept;
  for (const KeptGrant& other : all_grants(connection)) {
    if (!keeps_accounts(other.grant, now_ms)) continue;
    if (other.grant.member == member) lost.push_back(other.grant);
    if (members.contains(other.grant.member)) kept.push_back(other.grant);
  }
  return check_kept(places, lost, kept);
}

}  // namespace lianxin::server
