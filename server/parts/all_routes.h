// Every route of a server.
#pragma once

#include "server/http/router.h"

namespace lianxin::server {

struct Parts;

Router make_router(Parts& parts);  // `parts` must outlive it

}  // namespace lianxin::server
