#include "client-sdk/phone/studio_choice.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/store/grants.h"
#include "sync/wire/certificate.h"

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

struct Place {
  StudioState studio;
  GrantedStudio grant;
};

// Who makes records of the kind, by the names of their roles; the server itself is none to turn to.
Label who_begins(const Kind& kind) {
  Label names{"填写人：", "They are:"};
  bool first = true;
  for (const std::string& role : kind.writers) {
    if (Access{{}, {role}, Sensitivity::public_}.is_server()) continue;
    names.zh += (first ? "" : "、") + std::string(role_label(role, "zh"));
    names.en += (first ? " " : ", ") + std::string(role_label(role, "en"));
    first = false;
  }
  names.zh += "。";
  names.en += ".";
  return names;
}

Label names_of(const std::vector<Place>& places) {
  Label names;
  for (const Place& place : places) {
    const std::string code = place.grant.code.empty() ? place.studio.id.text() : place.grant.code;
    const std::string name = code + " " + place.grant.name;
    names.zh += (names.zh.empty() ? "可选：" : "；") + name;
    names.en += (names.en.empty() ? "There are: " : "; ") + name;
  }
  return names;
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
  std::vector<Place> fit;
  bool any_role = false, is_here = wanted.empty();
  for (StudioState& studio : Studios(phone.db()).all()) {
    if (!studio.granted) continue;
    GrantedStudio grant = grant_shown(phone, studio.id);
    Place place{std::move(studio), std::move(grant)};
    const bool meant = !wanted.empty() && is_named(place.grant, wanted);
    is_here |= meant;
    any_role |= access_in(place.grant, member).any();
    if (!may_begin(place.grant, kind, member)) continue;
    if (meant) return std::move(place.studio);
    fit.push_back(std::move(place));
  }
  if (!is_here || (fit.empty() && !any_role)) return refuse_with(problem_code::studio_unknown);
  if (fit.empty()) return refuse_with(problem_code::kind_not_yours, who_begins(kind));
  if (wanted.empty() && fit.size() == 1) return std::move(fit.front().studio);
  LX_TRY(const Identity who, phone.identity());
  const std::optional<Certificate> enrolled = certificate_in(who.certificate);
  for (Place& place : fit) {
    if (wanted.empty() && enrolled && place.studio.id == enrolled->studio) return std::move(place.studio);
  }
  return refuse_with(problem_code::studio_unclear, names_of(fit));
}

}  // namespace lianxin::client
