// The kinds that simulated servers and phones go by.
#pragma once

#include "tests/client-sdk/fake_server.h"

namespace lianxin::sim {

// The kinds of tests/sync/test_kinds.h as files, as phones fetch them. Version 2 has one field more (`weather`),
// version 3 one kind more (`notice`).
const KindSet& sim_kinds(std::int64_t version = 1);

// Those of version 1, but no title and no verdict is longer than five characters: a server may be stricter than its
// phones think.
const KindSet& strict_kinds();

// Those of version 1 and, as they are shipped, those that reference data is made of; version 2.
const KindSet& kinds_with_reference();

}  // namespace lianxin::sim
