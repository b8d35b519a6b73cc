// Every route of a server.
#pragma once

#include <functional>

#include "server/http/router.h"

namespace lianxin::server {

struct Parts;

// `parts` must outlive both.
Router make_router(Parts& parts);
Router make_metrics_router(Parts& parts);  // GET /metrics, which is not everybody's: it has a port of its own

// What HttpOptions::refused of its server is to be.
std::function<void(const Route* route, const Request& request, const Response& refusal)> refusals_noted(Parts& parts);

}  // namespace lianxin::server
