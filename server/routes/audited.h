// Every answer on its way out is noted in the audit log, in this one place: what was done by whoever is found to have
// asked, under the act that the route stands for. Handlers add to Request::entry what only they know.
#pragma once

#include <optional>

#include "server/audit/audit.h"
#include "server/http/router.h"

namespace lianxin::server {

enum class Noting {
  quiet,    // nothing but refusals: probes, what the public may read, totals
  shows,    // noted before the answer goes out where it shows records; where that fails it does not go out
  tells,    // the same, whatever it shows
  gives,    // to a phone: noted before the answer goes out, which goes out in any case
  changes,  // not begun while the log cannot be written; noted once done, and kept where that fails
  lets_in,  // as changes, and every failure is counted as a refusal
};
struct RouteAct {
  std::string_view method, pattern;
  Act act;
  Noting noting;
};
const RouteAct* act_of(std::string_view method, std::string_view pattern);  // nullptr: no such route

Router::Around noting(Audit& audit);  // which must outlive the router

// What was refused before it came to a handler, for want of a token or for too many requests: counted.
void note_refused(Audit& audit, const Route* route, const Request& request, const Response& refusal);

}  // namespace lianxin::server
