// Every route of a server.
#pragma once

#include "server/http/router.h"

namespace lianxin::server {

struct Parts;

// `parts` must outlive both.
Router make_router(Parts& parts);
Router make_metrics_router(Parts& parts);  // GET /metrics, which is not everybody's: it has a port of its own

}  // namespace lianxin::server
