// Studios made at the desk, and what is moved from one org unit to another.
#include "server/language/said.h"
#include "server/review/moves.h"
#include "server/review/studios.h"
#include "server/routes/at_desk.h"
#include "server/routes/refusals.h"

namespace lianxin::server {
namespace {

constexpr Member grant_members[] = {{"member", Member::Form::text, true},
                                    {"role", Member::Form::text, true},
                                    {"clearance"},
                                    {"from_ms", Member::Form::whole},
                                    {"to_ms", Member::Form::whole}};
constexpr Member studio_members[] = {{"name", Member::Form::text, true},
                                     {"org", Member::Form::text, true},
                                     {"code"},
                                     {"region_code"},
                                     {"place_kind"},
                                     {"studio_kind"},
                                     {"studio_level"},
                                     members::reason,
                                     {"grants", Member::Form::objects, false, grant_members}};

constexpr Member move_members[] = {{"kind", Member::Form::text, true},
                                   {"id", Member::Form::text, true},
                                   {"to", Member::Form::text, true},
                                   members::reason};

OrRefused<Response> make(Grants& grants, Moments& moments, const Desk& desk, const Request& request,
                         const Value& body) {
  LX_TRY(const MadeStudio made, make_studio(desk, body));
  if (made.code_taken) {
    return refuse(Problem::studio_code_taken,
                  both("工作室代码 " + in_quotes(made.code) + " 已被使用",
                       "the studio code " + in_quotes(made.code) + " is taken"),
                  {{"field", "code"}, {"given", made.code}});
  }
  if (!made.acted.ok()) return refusal_response(desk, request, made.acted.refused, {nullptr, {}, "studio", {}});
  for (const Grant& grant : made.grants) LX_CHECK(grants.add(grant));  // asked twice in one list it is one grant
  moments.note_change();
  request.entry->studio = made.studio;
  request.entry->count = static_cast<std::int64_t>(made.grants.size());
  return json_response(Value::Object{{"studio", made.studio.text()},
                                     {"code", made.code},
                                     {"name", body.text_at("name")},
                                     {"grants", static_cast<std::int64_t>(made.grants.size())}},
                       201);
}

OrRefused<Response> move(Moments& moments, const Desk& desk, const Request& request, const Value& body) {
  Move move{std::string(body.text_at("kind")),
            {},
            std::string(body.text_at("to")),
            std::string(body.text_at("reason")),
            desk.login};
  const auto id = RecordId::parse(body.text_at("id"));
  if (id) {
    move.record = *id;
  } else if (move.kind == "studio") {
    LX_TRY(const StudioPlace* place, studio_asked(desk, body.text_at("id")));
    move.record = RecordId{place->studio.bytes};
  } else {
    return said(Errc::invalid_argument, "id 不是标识：" + in_quotes(body.text_at("id")),
                "\"id\" is no id: " + in_quotes(body.text_at("id")));
  }
  const Rules rules{desk.catalog, desk.places.grants(), {}, desk.self, desk.random, desk.now_ms, &desk.places};
  LX_TRY(const Moved moved, move_record(desk.store, desk.places, rules, desk.device, move));
  if (moved.act.refused) {
    return refusal_response(desk, request, {{*moved.act.refused, move.kind, {}}},
                            {nullptr, move.record, move.kind, {}});
  }
  moments.note_change();
  request.entry->about = move.record.text();
  request.entry->add("kind", move.kind);
  request.entry->add("from", moved.from);
  request.entry->add("to", move.to);
  return json_response(Value::Object{
      {"kind", move.kind}, {"id", move.record.text()}, {"from", moved.from}, {"to", move.to}, {"seq", moved.act.seq}});
}

}  // namespace

void add_studios_routes(DeskRoutes& routes, Grants& grants, Moments& moments) {
  routes.post("/v1/studios", studio_members, [&](const Desk& desk, const Request& request, const Value& body) {
    return make(grants, moments, desk, request, body);
  });
  routes.post("/v1/moves", move_members, [&](const Desk& desk, const Request& request, const Value& body) {
    return move(moments, desk, request, body);
  });
}

}  // namespace lianxin::server
