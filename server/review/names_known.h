// Who may be named in the texts of a record: persons that it names itself, and those who are recorded in its studio.
#pragma once

#include "server/review/desk.h"
#include "sync/model/mask.h"

namespace lianxin::server {

// Until the next call for another record. nullptr: they could not all be read, so that no text is known to be free of
// them.
const Names* names_known(const Desk& desk, const StudioPlace& place, const Row& row);

}  // namespace lianxin::server
