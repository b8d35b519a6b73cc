#include "client-sdk/phone/studio_choice.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/store/grants.h"

namespace lianxin::client {
namespace {

bool may_begin(const GrantedStudio& grant, const Kind& kind, const MemberId& member) {
  const Access access = access_in(grant, member);
  return grant.reference == kind.reference && std::any_of(kind.writers.begin(), kind.writers.end(),
                                                          [&](const std::string& role) { return access.has(role); });
}

bool is_named(const GrantedStudio& grant, std::string_view wanted) {
  return grant.studio.text() == wanted || grant.code == wanted;
}

}  // namespace

GrantedStudio grant_shown(PhoneCore& phone, const StudioId& studio) {
  Result<GrantedStudio> grant = Grants(phone.db()).of(studio);
  if (grant) return std::move(*grant);
  GrantedStudio unread;
  unread.studio = studio;
  return unread;
}

Result<StudioId> studio_named(PhoneCore& phone, std::string_view wanted) {
  for (const StudioState& studio : Studios(phone.db()).all()) {
    if (is_named(grant_shown(phone, studio.id), wanted)) return studio.id;
  }
  return refuse_with(problem_code::studio_unknown);
}

Result<StudioState> studio_for(PhoneCore& phone, const Kind& kind, const MemberId& member, std::string_view wanted) {
  std::vector<StudioState> fit;
  for (StudioState& studio : Studios(phone.db()).all()) {
    if (!studio.granted) continue;
    const GrantedStudio grant = grant_shown(phone, studio.id);
    if (wanted.empty() ? may_begin(grant, kind, member) : is_named(grant, wanted)) fit.push_back(std::move(studio));
  }
  if (fit.empty()) return refuse_with(problem_code::studio_unknown);
  if (fit.size() > 1 && wanted.empty()) return refuse_with(problem_code::studio_unclear);
  return std::move(fit.front());
}

}  // namespace lianxin::client
