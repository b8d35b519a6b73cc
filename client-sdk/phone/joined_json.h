// What joined records show as one, as JSON.
#pragma once

#include "lianxin/views.h"
#include "schema/value.h"

namespace lianxin::client {

Value joined_json(const JoinedView& joined);

}  // namespace lianxin::client
