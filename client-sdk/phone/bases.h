// Which heads a write answers: those whose value was on the screen when the form was opened (design 3).
#pragma once

#include "client-sdk/store/forms.h"
#include "sync/model/cell.h"

namespace lianxin::client {

// The write of one staged cell, against the row as it was opened. `resolving`: it answers every head at its address.
Write write_of(const Catalog& catalog, std::string_view kind, const Row& as_opened, const Staged& staged,
               bool resolving);

// The state of a ladder that was on the screen.
std::string state_shown(const Catalog& catalog, std::string_view kind, const Row& as_opened, const Address& at);

}  // namespace lianxin::client
