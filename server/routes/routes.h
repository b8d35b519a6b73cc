// The route groups of phones and machines. Each adds its routes to a router; `server` must outlive it. What
// coordinators use is added by server/review.
#pragma once

#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/server.h"

namespace lianxin::server {

void add_device_routes(Router& router, Server& server);   // POST /v1/enrol, /v1/readmit, /v1/rekey
void add_sync_routes(Router& router, Server& server);     // POST /v1/sync, GET /v1/kinds
void add_session_routes(Router& router, Server& server);  // POST and DELETE /v1/sessions, GET /v1/session
void add_probe_routes(Router& router, Server& server);    // GET /healthz, GET /metrics, GET /openapi.json

// The whole of the above.
Router make_router(Server& server);

// Who asks, or the answer that tells them to sign in. A retired device is answered with `gone`: it asks for its new key.
struct Refused {
  Response response;
};
template <class T>
using OrRefused = tl::expected<T, Refused>;

OrRefused<Device> device_of(Server& server, const Request& request);
OrRefused<Account> account_of(Server& server, const Request& request);

// A JSON object of a body, or the answer that says what is wrong with it.
OrRefused<Value> json_body(const Request& request);

inline tl::unexpected<Refused> refuse(Response response) { return tl::unexpected(Refused{std::move(response)}); }

}  // namespace lianxin::server
