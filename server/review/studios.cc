#include "server/review/studios.h"

#include <algorithm>

#include "server/language/said.h"

namespace lianxin::server {
namespace {

Result<Grant> read_grant(const Desk& desk, const Access& access, const StudioId& studio, const Value& item) {
  Grant grant;
  const auto member = MemberId::parse(item.text_at("member"));
  if (!member || !desk.places.knows(desk.device.member, *member, desk.now_ms))
    return said(Errc::invalid_argument, "授权的对象不是已登记的委员或人员：" + in_quotes(item.text_at("member")),
                "a grant names no known member: " + in_quotes(item.text_at("member")));
  grant.member = *member;
  grant.studio = studio;
  grant.role = item.text_at("role");
  if (!may_be_given(grant.role))
    return said(Errc::invalid_argument, "这里不能授予身份 " + in_quotes(grant.role),
                "the role " + in_quotes(grant.role) + " is none that can be given here");
  const auto clearance = sensitivity_named(item.text_at("clearance", "internal"));
  if (!clearance)
    return said(Errc::invalid_argument, "clearance 可以是 public、internal、personal、health",
                "\"clearance\" is public, internal, personal or health");
  if (*clearance > access.clearance)
    return said(Errc::not_allowed, "不能授予高于您自己的查看权限", "a clearance above the giver's own");
  grant.clearance = *clearance;
  grant.from_ms = item.integer_at("from_ms", 0);
  grant.to_ms = item.integer_at("to_ms", INT64_MAX);
  if (grant.from_ms >= grant.to_ms)
    return said(Errc::invalid_argument, "授权的终止时间要晚于起始时间", "a grant ends after it begins");
  return grant;
}

std::string free_code(const Desk& desk, const std::string& org) {
  for (int number = 1;; ++number) {
    const std::string digits = std::to_string(number);
    const std::string code = org + "-L" + (digits.size() < 2 ? "0" : "") + digits;  // L: 联, of several
    if (!desk.places.place_of_code(code)) return code;
  }
}

}  // namespace

Result<MadeStudio> make_studio(const Desk& desk, const Value& body) {
  const std::string org_code(body.text_at("org"));
  const OrgUnit* org = desk.places.org(org_code);
  const StudioPlace* reference = desk.places.place(reference_studio_of(org_code));
  if (!org || !reference || !desk.access(*reference).any())
    return said(Errc::not_found, "没有单位 " + in_quotes(org_code) + "，或您无权查看",
                "there is no org unit " + in_quotes(org_code) + " that you may see");
  const Access access = desk.access(*reference);
  if (!may_make_studio(access))
    return said(Errc::not_allowed, "只有该单位的协调员可以设立工作室",
                "only a coordinator of the org unit makes a studio");
  if (body.text_at("name").empty()) return said(Errc::invalid_argument, "缺少工作室的名称 name", "\"name\" is missing");

  MadeStudio made;
  const RecordId record = new_record_id(desk);
  made.studio = StudioId{record.bytes};
  made.code = body.text_at("code");
  if (made.code.empty()) made.code = free_code(desk, org_code);
  // Of a code in use elsewhere he is told what he would be told of any that is not his org unit's.
  const auto taken = desk.places.places_of_code(made.code);
  made.code_taken =
      std::any_of(taken.begin(), taken.end(), [&](const StudioPlace& place) { return desk.access(place).any(); });
  if (made.code_taken) return made;
  for (const Value& item : body.list_at("grants")) {
    LX_TRY(Grant grant, read_grant(desk, access, made.studio, item));
    made.grants.push_back(std::move(grant));
  }

  Draft draft{record, "studio", std::string(body.text_at("reason")), {}, 0};
  const auto put = [&](const char* field, std::string_view value) {
    if (!value.empty() && desk.catalog.field("studio", field)) {
      draft.writes.push_back({{field, {}, {}}, Op::put, Value(value), {}, {}, {}});
    }
  };
  put("studio_code", made.code);
  put("name", body.text_at("name"));
  put("region_code", body.text_at("region_code", org->region_code));
  // What is made at a desk is a meeting of several studios or the patients of one clinic, unless it says otherwise.
  const CodeList* levels = desk.catalog.code_list("studio_levels");
  const bool is_level = levels && levels->find(org->level);
  put("place_kind", body.text_at("place_kind", "platform"));
  put("studio_kind", body.text_at("studio_kind", "special"));
  put("studio_level", body.text_at("studio_level", is_level ? org->level : "county"));
  LX_TRY(made.acted, act_in(desk, *reference, std::span(&draft, 1)));
  return made;
}

}  // namespace lianxin::server
