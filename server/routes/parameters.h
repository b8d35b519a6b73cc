// What the routes of the desk take in their queries: each parameter is declared once, with what a value of it may be.
// A name that a route does not declare is refused by the router; a value that cannot be one is refused here, before
// the handler, so that no filter is left out of an answer in silence.
#pragma once

#include <span>

#include "server/review/desk.h"
#include "server/routes/routes.h"

namespace lianxin::server {

struct Parameter {
  enum class Form {
    free,    // any text; what it names is looked up by the handler, and is not found there
    kind,    // of the catalog, or one of `allowed`
    day,     // YYYY-MM-DD
    month,   // YYYY-MM, and it must be given
    state,   // of a workflow, of the kind asked for where one is
    review,  // of the review
    region,  // the beginning of a region code
    flag,    // 1
    rows,    // 1 to 500
  };
  std::string_view name;
  Form form = Form::free;
  std::span<const std::string_view> allowed = {};
};
using Parameters = std::span<const Parameter>;

std::vector<std::string> names_of(Parameters parameters);

// bad_request, which names the parameter and what it may be, for the first whose value is none. An empty value is as
// good as none.
std::optional<Refused> refusal_of_values(const Desk& desk, const Request& request, Parameters parameters);

}  // namespace lianxin::server
