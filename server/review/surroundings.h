// What stands around a record that somebody at a desk is about to write, as far as the asker sees it.
#pragma once

#include "schema/checks.h"
#include "server/review/desk.h"

namespace lianxin::server {

// Looks into the studios that the asker reaches, each time a check asks. Lives no longer than `desk` and `place`.
Surroundings surroundings_of(const Desk& desk, const StudioPlace& place, const RecordId& record);

}  // namespace lianxin::server
