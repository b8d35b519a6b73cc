// Lines of the audit log as a table (RFC 4180). No cell is a text that somebody typed: ids, codes, numbers, addresses.
#pragma once

#include <string>

#include "server/audit/line.h"

namespace lianxin::server {

std::string audit_csv_head();
std::string audit_csv_line(const AuditLine& line);

}  // namespace lianxin::server
