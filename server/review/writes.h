// The writes that somebody at a desk asks for, read from the body of a request.
#pragma once

#include <vector>

#include "server/review/desk.h"

namespace lianxin::server {

// {writes: [{"at": …, "put" | "add" | "remove" | "count" | "append" | "step": …}], shown?: {"title": ["…"]}}, as edits
// of `row`. Where an id belongs, the number of a record will do. `shown` may name the heads of an address that the
// screen showed; where it does not, they are those of the row as it stands. invalid_argument says what is wrong; what
// must hold of the values is judged when they are pushed.
Result<std::vector<Write>> read_writes(const Desk& desk, const Row& row, const Value& body);
Result<std::vector<ChangeId>> read_ids(const Value& list);  // sorted, each once

}  // namespace lianxin::server
