// Studios made at the desk.
#include "server/review/studios.h"
#include "server/routes/at_desk.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

Result<Response> make(Grants& grants, Moments& moments, const Desk& desk, const Request& request, const Value& body) {
  LX_TRY(const MadeStudio made, make_studio(desk, body));
  if (!made.acted.ok()) return refusal_response(desk, request, made.acted.refused);
  for (const Grant& grant : made.grants) LX_CHECK(grants.add(grant));  // asked twice in one list it is one grant
  moments.note_change();
  log_event("studio_made", {{"studio", made.studio.text()},
                            {"by", desk.device.member.text()},
                            {"grants", std::to_string(made.grants.size())}});
  return json_response(Value::Object{{"studio", made.studio.text()},
                                     {"code", made.code},
                                     {"name", body.text_at("name")},
                                     {"grants", static_cast<std::int64_t>(made.grants.size())}},
                       201);
}

}  // namespace

void add_studios_routes(DeskRoutes& routes, Grants& grants, Moments& moments) {
  routes.post("/v1/studios", [&](const Desk& desk, const Request& request, const Value& body) {
    return make(grants, moments, desk, request, body);
  });
}

}  // namespace lianxin::server
