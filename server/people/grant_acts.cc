#include "server/people/grant_acts.h"

#include <algorithm>

#include "server/language/said.h"
#include "server/people/last_keeper.h"
#include "server/people/people_act.h"

namespace lianxin::server {
namespace {

std::string code_of(const StudioPlace* place) { return place ? place->code : std::string(); }

Status check_giving(const Keeper& keeper, const StudioPlace* place, const Grant& grant) {
  LX_CHECK(check_right(keeper, may_keep_grants, place));
  const bool servers = Access{grant.member, {grant.role}, Sensitivity::public_}.is_server();
  if (servers || !is_role(grant.role))
    return said(Errc::invalid_argument, "没有身份 " + in_quotes(grant.role),
                "there is no role " + in_quotes(grant.role));
  const bool known = keeper.at_machine() ? keeper.places.named(grant.member) != nullptr
                                         : keeper.places.knows(*keeper.member, grant.member, keeper.now_ms);
  if (!known)
    return said(Errc::invalid_argument, "授权的对象不是已登记的委员或人员：" + grant.member.text(),
                "the grant names no known member: " + grant.member.text());
  if (grant.from_ms >= grant.to_ms || grant.to_ms <= keeper.now_ms)
    return said(Errc::invalid_argument, "授权的终止时间要晚于起始时间和现在",
                "a grant ends after it begins, and after now");
  if (keeper.at_machine()) return {};
  if (grant.member == *keeper.member)
    return said(Errc::not_allowed, "不能给自己授权，请由他人办理", "nobody gives himself a grant; somebody else does");
  if (!may_be_given(grant.role))
    return said(Errc::not_allowed, "身份 " + in_quotes(grant.role) + " 不由协调员授予，请管理员在服务器上办理",
                "the role " + in_quotes(grant.role) + " is not a coordinator's to give; it is given at the server");
  if (grant.clearance > keeper.places.access(*keeper.member, *place, keeper.now_ms).clearance)
    return said(Errc::not_allowed, "不能授予高于您自己的查看权限", "a clearance above the giver's own");
  return {};
}

Status check_ending(const Keeper& keeper, const Grant& grant, std::int64_t at_ms) {
  if (!keeper.at_machine()) LX_CHECK(check_right(keeper, may_keep_grants, place_of(keeper.places, grant)));
  if (at_ms < keeper.now_ms)
    return said(Errc::invalid_argument, "终止时间不能早于现在", "a grant cannot end before now");
  if (grant.to_ms <= keeper.now_ms) return said(Errc::conflict, "授权已经终止", "the grant has ended already");
  if (keeper.at_machine()) return {};
  if (grant.member == *keeper.member)
    return said(Errc::not_allowed, "不能终止自己的授权，请由他人办理", "nobody ends his own grant; somebody else does");
  if (!may_be_given(grant.role))
    return said(Errc::not_allowed, "身份 " + in_quotes(grant.role) + " 不由协调员终止，请管理员在服务器上办理",
                "the role " + in_quotes(grant.role) + " is not a coordinator's to end; it is ended at the server");
  return {};
}

bool concerns(const Places& places, const Grant& grant, const StudioPlace& place) {
  if (reaches(grant, place)) return true;
  const StudioPlace* held = place_of(places, grant);
  return held && place.reference &&
         std::find(held->org_codes.begin(), held->org_codes.end(), place.code) != held->org_codes.end();
}

}  // namespace

Result<Grants::Given> give_grant(const Keeper& keeper, Grants& grants, const Grant& grant) {
  const StudioPlace* place = place_of(keeper.places, grant);
  const PeopleAct act{keeper.name, "grant_given", grant.member.text(), code_of(place), grant.role};
  const auto give = [&]() -> Result<Grants::Given> {
    LX_CHECK(check_giving(keeper, place, grant));
    return grants.give(grant);
  };
  return noted(act, give());
}

Result<KeptGrant> end_grant(const Keeper& keeper, Grants& grants, std::int64_t id, std::int64_t at_ms,
                            const std::string& reason) {
  LX_TRY(const std::optional<KeptGrant> kept, grants.find(id));
  const StudioPlace* place = kept ? place_of(keeper.places, kept->grant) : nullptr;
  const PeopleAct act{keeper.name, "grant_ended", kept ? kept->grant.member.text() : std::to_string(id), code_of(place),
                      reason};
  const auto end = [&]() -> Result<KeptGrant> {
    const std::int64_t end_ms = at_ms == 0 ? keeper.now_ms : at_ms;
    if (!kept) return said(Errc::not_found, "没有这一项，或不归您管", "there is none such that you look after");
    LX_CHECK(check_ending(keeper, kept->grant, end_ms));
    LX_CHECK(grants.end(id, end_ms, [&](SqlConnection& connection) {
      return check_another_keeper(connection, keeper.places, keeper.now_ms, *kept);
    }));
    LX_TRY(std::optional<KeptGrant> ended, grants.find(id));
    return std::move(ended).value_or(*kept);
  };
  return noted(act, end());
}

Result<KeptPage<KeptGrant, std::int64_t>> grants_at(const Keeper& keeper, Grants& grants, const StudioPlace& place,
                                                    bool ended, std::optional<std::int64_t> after,
                                                    std::size_t rows_max) {
  LX_CHECK(check_right(keeper, looks_after, &place));
  return kept_page<KeptGrant, std::int64_t>(
      after, rows_max,
      [&](const std::optional<std::int64_t>& id, std::size_t batch) { return grants.after(id.value_or(0), batch); },
      [&](const KeptGrant& kept) {
        return (ended || kept.grant.to_ms > keeper.now_ms) && concerns(keeper.places, kept.grant, place);
      },
      [](const KeptGrant& kept) { return kept.id; });
}

}  // namespace lianxin::server
