// Codes by which phones enrol: listed, issued, withdrawn.
#include "server/language/said.h"
#include "server/people/code_acts.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr Parameter list_parameters[] = {parameters::after, parameters::limit};
constexpr Member issue_members[] = {{"studio", Member::Form::text, true},
                                    {"member", Member::Form::text, true},
                                    {"shared", Member::Form::truth},
                                    {"days", Member::Form::whole}};
constexpr Member withdraw_members[] = {members::reason};

Value code_value(const Desk& desk, const IssuedCode& code) {
  const StudioPlace* place = desk.places.place(code.studio);
  return Value::Object{{"code_id", code.name()},
                       {"studio", code.studio.text()},
                       {"studio_code", place ? place->code : std::string()},
                       {"member", code.member.text()},
                       {"member_name", desk.known_name(code.member)},
                       {"shared", code.shared},
                       {"issued_by", code.issued_by},
                       {"issued_ms", code.issued_ms},
                       {"expires_ms", code.expires_ms},
                       {"withdrawn_ms", code.withdrawn_ms}};
}

Result<Response> list(Codes& codes, const Desk& desk, const Request& request) {
  std::optional<std::string> after;
  if (const std::string_view asked = request.query_at("after"); !asked.empty()) after = asked;
  LX_TRY(const auto page, codes_kept(keeper_at(desk), codes, std::move(after), rows_asked(request)));
  Value::List list;
  request.entry->count = static_cast<std::int64_t>(page.rows.size());
  for (const IssuedCode& code : page.rows) list.push_back(code_value(desk, code));
  Value::Object reply{{"codes", std::move(list)}};
  if (page.next) reply.emplace("next", *page.next);
  return json_response(std::move(reply));
}

Result<Response> issue(Enrolment& enrolment, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, body.text_at("studio")));
  const auto member = MemberId::parse(body.text_at("member"));
  if (!member) return said(Errc::invalid_argument, "member 要写人员的标识", "\"member\" is a member's id");
  constexpr std::int64_t days_default = 7;
  LX_TRY(std::string code, issue_code(keeper_at(desk), enrolment, *place, *member, body.boolean_at("shared"),
                                      body.integer_at("days", days_default)));
  request.entry->studio = place->studio;
  request.entry->about = member->text();
  return json_response(Value::Object{{"code", std::move(code)}}, 201);
}

Result<Response> withdraw(Codes& codes, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const IssuedCode code,
         withdraw_code(keeper_at(desk), codes, request.capture("code"), std::string(body.text_at("reason"))));
  request.entry->studio = code.studio;
  request.entry->about = code.member.text();
  return json_response(code_value(desk, code));
}

}  // namespace

void add_codes_routes(DeskRoutes& routes, Codes& codes, Enrolment& enrolment) {
  routes.get("/v1/codes", list_parameters,
             [&codes](const Desk& desk, const Request& request) { return list(codes, desk, request); });
  routes.post(
      "/v1/codes", issue_members,
      [&enrolment](const Desk& desk, const Request& request, const Value& body) {
        return issue(enrolment, desk, request, body);
      },
      DeskRoutes::body_bytes_max, route_no_gzip);
  routes.post("/v1/codes/{code}/withdraw", withdraw_members,
              [&codes](const Desk& desk, const Request& request, const Value& body) {
                return withdraw(codes, desk, request, body);
              });
}

}  // namespace lianxin::server
