// A database of before the server kept what belongs to whom: what its logs say of it, found once.
#pragma once

#include "server/people/belongings.h"
#include "server/people/grants.h"
#include "sync/log/store.h"

namespace lianxin::server {

// Each name that something applied in any reference data was about belongs to the org unit in whose log it arrived
// first: by the time of arrival, of one time by org code and seq. Before the journal is heard, which knows better.
Status find_belongings(Belongings& belongings, Grants& grants, Store& store);

}  // namespace lianxin::server
