// What the last page of a pull does: the set takes the place of the rows, and the rows are compared with the server's.
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

// The set takes the place of the rows, which are those of `cursor` then: the records of both are shown otherwise now.
void swap_in_set(Rows& rows, StudioState& studio, const std::string& cursor, Taken& taken);

// Once the rows of the last page are put, into the set or not.
Status take_last_page(const Part& part, StudioState& studio, bool into_set, Taken& taken);

}  // namespace lianxin::client
