#include "client-sdk/phone/members.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/phone/pins.h"
#include "client-sdk/phone/studio_choice.h"

namespace lianxin::client {
namespace {

Result<MemberId> member_here(PhoneCore& phone, std::string_view member) {
  LX_TRY(const std::vector<MemberInfo> members, members_of(phone));
  const auto at = std::find_if(members.begin(), members.end(),
                               [&](const MemberInfo& info) { return info.id == member || info.name == member; });
  const auto id = at == members.end() ? std::nullopt : MemberId::parse(at->id);
  if (!id) return refuse_with(problem_code::member_unknown);
  return *id;
}

}  // namespace

Result<std::vector<MemberInfo>> members_of(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  std::map<MemberId, MemberInfo> members;
  const auto known = [&](const MemberId& id, const std::string& name) -> MemberInfo& {
    MemberInfo& info = members[id];
    info.id = id.text();
    if (!name.empty()) info.name = name;
    info.current = id == who.current;
    return info;
  };
  known(who.member, who.member_name);
  for (const StudioState& studio : Studios(phone.db()).all()) {
    if (!studio.granted) continue;
    const GrantedStudio grant = grant_shown(phone, studio.id);
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (!who.shared && holder.member != who.member) continue;
      MemberInfo& info = known(holder.member, holder.name);
      for (const std::string& role : holder.roles) {
        if (std::find(info.roles.begin(), info.roles.end(), role) == info.roles.end()) info.roles.push_back(role);
      }
    }
  }
  std::vector<MemberInfo> list;
  for (auto& [id, info] : members) {
    info.has_pin = has_pin(phone, id);
    list.push_back(std::move(info));
  }
  return list;
}

Status set_pin(PhoneCore& phone, std::string_view member, std::string_view pin) {
  LX_TRY(const Identity who, phone.identity());
  LX_TRY(const MemberId id, member_here(phone, member));
  if (has_pin(phone, id) && id != who.current) return refuse_with(problem_code::pin_not_yours);
  return store_pin(phone, id, pin);
}

Result<bool> switch_to(PhoneCore& phone, std::string_view member, std::string_view pin) {
  LX_TRY(Identity who, phone.identity());
  LX_TRY(const MemberId id, member_here(phone, member));
  if (!who.shared) return refuse_with(problem_code::not_shared);
  LX_TRY(const bool right, check_pin(phone, id, pin));
  if (!right) return false;
  who.current = id;
  Meta(phone.db()).set_identity(who);
  return true;
}

}  // namespace lianxin::client
