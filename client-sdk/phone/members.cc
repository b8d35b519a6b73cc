#include "client-sdk/phone/members.h"

#include <algorithm>
#include <map>

#include "client-sdk/core/problems.h"
#include "client-sdk/phone/lock.h"
#include "client-sdk/phone/pins.h"
#include "client-sdk/phone/studio_choice.h"

namespace lianxin::client {
namespace {

// On a duty phone only those are offered whose work is taken there: the roles that its server tells are those by which
// it judges (PROTOCOL 4.7). Reference data is pulled on it and not written.
bool acts_here(const GrantedStudio& grant, const GrantedStudio::Holder& holder) {
  return !grant.reference && !holder.roles.empty();
}

// What tells members of one name apart.
Label told_apart(const std::vector<const MemberInfo*>& members) {
  Label names;
  for (const MemberInfo* member : members) {
    Label roles;
    for (const std::string& role : member->roles) {
      roles.zh += (roles.zh.empty() ? "" : "、") + std::string(role_label(role, "zh"));
      roles.en += (roles.en.empty() ? "" : ", ") + std::string(role_label(role, "en"));
    }
    names.zh += (names.zh.empty() ? "" : "；") + member->id + "（" + roles.zh +
                (member->has_pin ? "，已设口令" : "，未设口令") + "）";
    names.en += (names.en.empty() ? "" : "; ") + member->id + " (" + roles.en +
                (member->has_pin ? ", has a PIN" : ", has no PIN") + ")";
  }
  return names;
}

// By id, or by a name that only one has: the PIN of whoever comes first is not to be set for another.
Result<MemberId> member_here(PhoneCore& phone, std::string_view member) {
  LX_CHECK(check_text(member));
  LX_TRY(const std::vector<MemberInfo> members, members_of(phone));
  std::vector<const MemberInfo*> named;
  for (const MemberInfo& info : members) {
    if (info.id == member) return *MemberId::parse(info.id);
    if (info.name == member) named.push_back(&info);
  }
  if (named.empty()) return refuse_with(problem_code::member_unknown);
  if (named.size() > 1) return refuse_with(problem_code::member_unclear, told_apart(named));
  return *MemberId::parse(named.front()->id);
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
  if (!who.shared) known(who.member, who.member_name);
  for (const StudioState& studio : Studios(phone.db()).all()) {
    if (!studio.granted) continue;
    const GrantedStudio grant = grant_shown(phone, studio.id);
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (who.shared ? !acts_here(grant, holder) : holder.member != who.member) continue;
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

Result<std::set<StudioId>> closed_to_current(PhoneCore& phone) {
  std::set<StudioId> closed;
  const Result<Identity> who = phone.identity();
  if (!who || !who->shared) return closed;
  for (const StudioState& studio : Studios(phone.db()).all()) {
    LX_TRY(const GrantedStudio grant, Grants(phone.db()).of(studio.id));
    const bool sees = grant.reference || access_in(grant, who->current).clearance >= Sensitivity::internal;
    if (!sees) closed.insert(studio.id);
  }
  return closed;
}

Status set_pin(PhoneCore& phone, std::string_view member, std::string_view pin) {
  LX_TRY(const Identity who, phone.identity());
  LX_CHECK(check_text(pin));
  LX_TRY(const MemberId id, member_here(phone, member));
  const bool has_one = has_pin(phone, id), own = id == who.current;
  if (has_one && !own) return refuse_with(problem_code::pin_not_yours);
  // Whoever finds it locked sets no PIN: not over one, and not another's, by which he would get in. Only who had his
  // taken away sets the new one.
  if (has_one || !own) LX_CHECK(check_unlocked(phone));
  LX_CHECK(store_pin(phone, id, pin));
  if (own) note_used(phone);
  return {};
}

Result<bool> switch_to(PhoneCore& phone, std::string_view member, std::string_view pin) {
  LX_TRY(Identity who, phone.identity());
  LX_CHECK(check_text(pin));
  LX_TRY(const MemberId id, member_here(phone, member));
  if (!who.shared) return refuse_with(problem_code::not_shared);
  LX_TRY(const bool right, check_pin(phone, id, pin));
  if (!right) return false;
  who.current = id;
  Meta(phone.db()).set_identity(who);
  note_used(phone);
  return true;
}

Result<bool> unlock_with(PhoneCore& phone, std::string_view pin) {
  LX_TRY(const Identity who, phone.identity());
  LX_CHECK(check_text(pin));
  if (!who.shared) return refuse_with(problem_code::not_shared);
  LX_TRY(const bool right, check_pin(phone, who.current, pin));
  if (right) note_used(phone);
  return right;
}

Status lock_shared(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  if (!who.shared) return refuse_with(problem_code::not_shared);
  lock_now(phone);
  return {};
}

}  // namespace lianxin::client
