// What a desk's write names as its base: the heads that its screen showed (PROTOCOL 2.2, 3.1). A desk may say which
// they were; where it does not, they are those of the row as it stands.
#pragma once

#include <vector>

#include "schema/kind.h"
#include "sync/model/row.h"

namespace lianxin::server {

// An ordinary edit names what was shown, and every head of the same value; of a quiet field every head. A set's element
// names all reasons for it to be in. Counts and entries name nothing.
std::vector<ChangeId> bases_shown(const Catalog& catalog, const Row& row, const Address& at, Op op);

// A resolution names everything that stands side by side.
std::vector<ChangeId> bases_all(const Row& row, const Address& at);

// The step from what the ladder shows to `to`: upwards it names the shown head; downwards, sideways, or where two equal
// steps are settled, every head, and the shown one among them.
Write step_to(const Catalog& catalog, const Row& row, const std::string& field, const std::string& to);

// The writes that somebody at a desk asks for: [{"at": …, "put" | "add" | "remove" | "count" | "append" | "step": …}].
// `shown` may name the heads of an address that the screen showed: {"title": ["…"]}. invalid_argument says what is
// wrong; what must hold of the values is judged at ingest.
Result<std::vector<Write>> read_writes(const Catalog& catalog, const Row& row, const Value& list, const Value& shown);
Result<std::vector<ChangeId>> read_ids(const Value& list);

}  // namespace lianxin::server
