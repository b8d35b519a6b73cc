// Why a cell shows what it shows, for people.
#pragma once

#include "server/review/desk.h"
#include "sync/model/cell.h"

namespace lianxin::server {

// The one rule of PROTOCOL 3 that decided, named, and in words: {"code", "zh", "en"}.
Value why_shown(const Desk& desk, const CellRule& rule, const Address& at, const Cell& cell);

}  // namespace lianxin::server
