// Reads the audit log for those who may: what an actor, a device or a record has to do with, over a time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/audit/segments.h"

namespace lianxin::server {

struct AuditAsked {
  std::int64_t from_ms = 0, to_ms = INT64_MAX;  // [from, to)
  // Ids and names as the log writes them; empty: any.
  std::string member, device, record, studio, act;
  std::int64_t after = 0;  // the number of a line: only what comes behind it

  bool takes(const Value& entry) const;
};

struct AuditPage {
  std::vector<AuditLine> lines;
  std::int64_t next = 0;  // to ask on with, as `after`; 0: that was all
};

// The lines that are asked for and that `may_see` lets through, in order. It ends at `lines_max` of them, or when
// bytes_read_max have been read: then the page may be short or empty, and has a `next`.
inline constexpr std::size_t bytes_read_max = 16 << 20;
Result<AuditPage> audit_page(const std::filesystem::path& folder, const AuditAsked& asked, std::size_t lines_max,
                             const std::function<bool(const Value& entry)>& may_see);

// Every such line; an error of `f` ends it and is returned.
Status each_audit_line(const std::filesystem::path& folder, const AuditAsked& asked,
                       const std::function<Status(const AuditLine& line)>& f);

// Which records were shown to, exported by or given to whom is asked about, and when first and last.
struct AffectedRecord {
  std::int64_t first_ms = 0, last_ms = 0, times = 0;
  std::set<std::string> acts;
};
Result<std::map<std::string, AffectedRecord>> affected(const std::filesystem::path& folder, const AuditAsked& asked);

}  // namespace lianxin::server
