// Who takes part where: listed, given, ended.
#include "server/language/said.h"
#include "server/people/grant_acts.h"
#include "server/review/desk.h"
#include "server/routes/at_desk.h"
#include "server/routes/opaque_number.h"

namespace lianxin::server {
namespace {

constexpr Parameter list_parameters[] = {
    {"place"}, {"ended", Parameter::Form::flag}, parameters::after, parameters::limit};
constexpr Member give_members[] = {{"member", Member::Form::text, true}, {"role", Member::Form::text, true},
                                   {"place", Member::Form::text, true},  {"clearance"},
                                   {"from_ms", Member::Form::whole},     {"to_ms", Member::Form::whole}};
constexpr Member end_members[] = {{"at_ms", Member::Form::whole}, members::reason};

std::string name_of_grant(const Desk& desk, std::int64_t id) { return opaque_number(desk.self, "grant", id); }

Value grant_value(const Desk& desk, const KeptGrant& kept) {
  const Grant& grant = kept.grant;
  const StudioPlace* place = place_of(desk.places, grant);
  return Value::Object{{"grant", name_of_grant(desk, kept.id)},
                       {"member", grant.member.text()},
                       {"member_name", desk.known_name(grant.member)},
                       {"role", grant.role},
                       {"place", place ? place->code : grant.org_code},
                       {"place_name", place ? desk.known_name(place->studio) : std::string()},
                       {"clearance", name_of(grant.clearance)},
                       {"from_ms", grant.from_ms},
                       {"to_ms", grant.to_ms == INT64_MAX ? Value() : Value(grant.to_ms)},
                       {"in_force", in_force(grant, desk.now_ms)}};
}

Result<std::int64_t> grant_named(const Desk& desk, std::string_view text) {
  if (const auto id = number_behind(desk.self, "grant", text)) return *id;
  return said(Errc::invalid_argument, "授权用列表里的 grant 来指明", "a grant is named by its \"grant\" in the list");
}

Result<Response> list(Grants& grants, const Desk& desk, const Request& request) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.query_at("place")));
  std::optional<std::int64_t> after;
  if (const std::string_view asked = request.query_at("after"); !asked.empty()) {
    LX_TRY(after, grant_named(desk, asked));
  }
  LX_TRY(const auto page,
         grants_at(keeper_at(desk), grants, *place, request.query_at("ended") == "1", after, rows_asked(request)));
  Value::List list;
  request.entry->count = static_cast<std::int64_t>(page.rows.size());
  for (const KeptGrant& kept : page.rows) list.push_back(grant_value(desk, kept));
  Value::Object reply{{"grants", std::move(list)}};
  if (page.next) reply.emplace("next", name_of_grant(desk, *page.next));
  return json_response(std::move(reply));
}

Result<Grant> grant_asked(const Desk& desk, const Value& body) {
  Grant grant;
  LX_TRY(const StudioPlace* place, studio_asked(desk, body.text_at("place")));
  const auto member = MemberId::parse(body.text_at("member"));
  if (!member) return said(Errc::invalid_argument, "member 要写人员的标识", "\"member\" is a member's id");
  const auto clearance = sensitivity_named(body.text_at("clearance", "internal"));
  if (!clearance)
    return said(Errc::invalid_argument, "clearance 可以是 public、internal、personal、health",
                "\"clearance\" is public, internal, personal or health");
  grant.member = *member;
  grant.role = body.text_at("role");
  if (place->reference) {
    grant.org_code = place->code;
  } else {
    grant.studio = place->studio;
  }
  grant.clearance = *clearance;
  grant.from_ms = body.integer_at("from_ms", 0);
  grant.to_ms = body.integer_at("to_ms", INT64_MAX);
  return grant;
}

void note_grant(const Desk& desk, const Request& request, const KeptGrant& kept) {
  request.entry->studio = kept.grant.studio;
  request.entry->about = kept.grant.member.text();
  request.entry->add("grant", name_of_grant(desk, kept.id));
  request.entry->add("role", kept.grant.role);
  request.entry->add("org", kept.grant.org_code);
  request.entry->add("clearance", name_of(kept.grant.clearance));
}

Result<Response> give(Grants& grants, Moments& moments, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const Grant grant, grant_asked(desk, body));
  LX_TRY(const Grants::Given given, give_grant(keeper_at(desk), grants, grant));
  moments.note_change();
  note_grant(desk, request, given.kept);
  return json_response(grant_value(desk, given.kept), given.added ? 201 : 200);
}

Result<Response> end(Grants& grants, Moments& moments, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const std::int64_t id, grant_named(desk, request.capture("grant")));
  LX_TRY(const KeptGrant kept,
         end_grant(keeper_at(desk), grants, id, body.integer_at("at_ms", 0), std::string(body.text_at("reason"))));
  moments.note_change();
  note_grant(desk, request, kept);
  return json_response(grant_value(desk, kept));
}

}  // namespace

void add_grants_routes(DeskRoutes& routes, Grants& grants, Moments& moments) {
  routes.get("/v1/grants", list_parameters,
             [&grants](const Desk& desk, const Request& request) { return list(grants, desk, request); });
  routes.post("/v1/grants", give_members, [&](const Desk& desk, const Request& request, const Value& body) {
    return give(grants, moments, desk, request, body);
  });
  routes.post("/v1/grants/{grant}/end", end_members, [&](const Desk& desk, const Request& request, const Value& body) {
    return end(grants, moments, desk, request, body);
  });
}

}  // namespace lianxin::server
