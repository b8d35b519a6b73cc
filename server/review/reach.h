// What the asker has in a studio by way of other records (sync/model/relation.h), found by the lists' indexes: a unit
// of a county asks about all of its studios with each request.
#pragma once

#include "server/review/desk.h"

namespace lianxin::server {

Result<Reach> reach_at_desk(const Desk& desk, const StudioPlace& place, const Access& access);

}  // namespace lianxin::server
