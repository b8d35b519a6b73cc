#include "server/people/code_acts.h"

#include "server/language/said.h"
#include "server/people/people_act.h"

namespace lianxin::server {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000, days_max = 90;

Status check_issuing(const Keeper& keeper, const StudioPlace& place, const MemberId& member, std::int64_t days) {
  LX_CHECK(check_right(keeper, looks_after, &place));
  if (days < 1 || days > days_max)
    return said(Errc::invalid_argument, "登记码的有效期为 1 到 90 天", "a code is good for 1 to 90 days");
  if (keeper.at_machine()) return {};
  const Access of_member = keeper.places.access(member, place, keeper.now_ms);
  if (!of_member.any())
    return said(Errc::invalid_argument, "这个人在 " + place.code + " 没有授权，请先授权",
                "this member has no grant in " + place.code + "; give one first");
  const Access own = keeper.places.access(*keeper.member, place, keeper.now_ms);
  if (may_keep_grants(own) && of_member.clearance > own.clearance)
    return said(Errc::not_allowed, "这个人的查看权限高于您，请由管理员发登记码",
                "this member's clearance is above yours; an administrator issues the code");
  return {};
}

Status check_kept(const Keeper& keeper, const std::optional<IssuedCode>& code) {
  if (code && keeper.at_machine()) return {};
  return check_right(keeper, looks_after, code ? keeper.places.place(code->studio) : nullptr);
}

}  // namespace

Result<std::string> issue_code(const Keeper& keeper, Enrolment& enrolment, const StudioPlace& place,
                               const MemberId& member, bool shared, std::int64_t days) {
  const auto issue = [&]() -> Result<std::string> {
    LX_CHECK(check_issuing(keeper, place, member, days));
    return enrolment.issue_code(
        {place.studio, member, shared, keeper.name, keeper.now_ms, keeper.now_ms + days * day_ms});
  };
  return noted({keeper.name, "code_issued", member.text(), place.code, {}}, issue());
}

Result<IssuedCode> withdraw_code(const Keeper& keeper, Codes& codes, std::string_view name, const std::string& reason) {
  LX_TRY(std::optional<IssuedCode> code, codes.find(name));
  const StudioPlace* place = code ? keeper.places.place(code->studio) : nullptr;
  const auto withdraw = [&]() -> Result<IssuedCode> {
    LX_CHECK(check_kept(keeper, code));
    LX_CHECK(codes.withdraw(code->hash, keeper.now_ms));
    LX_TRY(std::optional<IssuedCode> now, codes.find(name));
    return std::move(now).value_or(*code);
  };
  return noted({keeper.name, "code_withdrawn", std::string(name), place ? place->code : std::string(), reason},
               withdraw());
}

Result<KeptPage<IssuedCode, std::string>> codes_kept(const Keeper& keeper, Codes& codes,
                                                     std::optional<std::string> after, std::size_t rows_max) {
  const auto fetch = [&](const std::optional<std::string>& name, std::size_t batch) -> Result<std::vector<IssuedCode>> {
    if (!name) return codes.open_after(std::nullopt, batch, keeper.now_ms);
    LX_TRY(const std::optional<IssuedCode> last, codes.find(*name));
    if (!last) return std::vector<IssuedCode>();
    return codes.open_after(last->hash, batch, keeper.now_ms);
  };
  return kept_page<IssuedCode, std::string>(
      std::move(after), rows_max, fetch, [&](const IssuedCode& code) { return check_kept(keeper, code).has_value(); },
      [](const IssuedCode& code) { return code.name(); });
}

}  // namespace lianxin::server
