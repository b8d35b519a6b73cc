// Fills a server with a year of a county's work, fast: in this process and through the real push(), in pushes as large
// as they may be. All that a log can hold is in it: edits that follow and edits that clash, steps that come before what
// they build on, counters, deletes, verdicts, official numbers, held changes decided and not, lines that no one can
// read and ids that were used before.
#pragma once

#include "server/parts/parts.h"

namespace lianxin::test {

using namespace server;

struct FillOptions {
  int studios = 3;
  std::int64_t changes = 1000;  // at least so many are pushed, over all studios
  unsigned seed = 1;
  std::size_t push_changes = 500;
};

struct Filled {
  std::int64_t pushes = 0, applied = 0, held = 0, acts = 0;
};

// Into a server that create() has just made. Every phone, person and id follows from the seed but what the server
// itself makes: tokens and the ids of its own changes.
Result<Filled> fill(Parts& server, const FillOptions& options);

}  // namespace lianxin::test
