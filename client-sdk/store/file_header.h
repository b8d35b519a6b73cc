// Whose file it is: read from its first bytes before anything is written to it, for a path may name another program's.
#pragma once

#include <string>

#include "schema/result.h"

namespace lianxin::client {

// "LXPH": where SQLite keeps the number of the program that a file belongs to.
inline constexpr int application_id = 0x4C585048;

// corrupt with the code `file_not_ours` or `file_too_new`: the file, its mode and what lies beside it stay as they are.
// Nothing where it is ours; and where it is not there, is empty, or its first page names no owner and no table, as that
// of ours while it is made: then fits() decides.
Status check_header(const std::string& path, int newest_version);

// Of what SQLite says of an open file, its journal and log included. The same codes.
Status fits(int owner, int version, int tables, int newest_version);

}  // namespace lianxin::client
