#include "server/people/keeper.h"

#include "server/language/said.h"

namespace lianxin::server {

bool may(const Keeper& keeper, Right right, const StudioPlace& place) {
  return keeper.at_machine() || right(keeper.places.access(*keeper.member, place, keeper.now_ms));
}

Status check_right(const Keeper& keeper, Right right, const StudioPlace* place) {
  const bool reached =
      place && (keeper.at_machine() || keeper.places.access(*keeper.member, *place, keeper.now_ms).any());
  if (!reached) return said(Errc::not_found, "没有这一项，或不归您管", "there is none such that you look after");
  if (!may(keeper, right, *place))
    return said(Errc::not_allowed, "您在 " + place->code + " 没有这项权限",
                "your roles in " + place->code + " do not allow this");
  return {};
}

const StudioPlace* place_of(const Places& places, const Grant& grant) {
  return places.place(grant.by_studio() ? grant.studio : reference_studio_of(grant.org_code));
}

}  // namespace lianxin::server
