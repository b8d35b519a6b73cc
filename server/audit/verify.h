// Whether an audit log is what was written: every line of it, in its place, up to where the head mark says that it had
// come. Reads files alone, so that an auditor can do it on a copy, with the server's public key and without a server.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/audit/segments.h"

namespace lianxin::server {

struct AuditFinding {
  // altered      bytes of a line are not those that were written, or it is no line at all
  // replaced     a line is whole in itself, and not the one behind which the next was written
  // missing      lines `from` to `to` are not there
  // out_of_place a line stands where it was not written
  // cut          lines `from` to `to` are missing at the end, by the head mark
  // torn         the end has a part of a line: a crash leaves that until the server is started again
  // no_mark      there is a log and no head mark of this server beside the keys
  // file_begins  a file does not begin with the server's signature over the end of the one before
  std::string what;
  std::int64_t from = 0, to = 0;  // numbers of lines
  std::string file;
  std::int64_t line = 0;  // in it, from 1; 0: the file

  std::string text() const;
};

struct AuditVerified {
  static constexpr std::size_t findings_max = 200;

  std::vector<AuditFinding> findings;  // the first findings_max
  std::int64_t findings_count = 0;
  std::int64_t first = 0, lines = 0, files = 0;
  AuditEnd end;
  std::int64_t marked = 0, marked_ms = 0;  // what the head mark says
  std::vector<std::string> noted;          // what the log itself tells of its gaps: mended, cut, missed, pruned

  bool clean() const { return findings_count == 0; }
};

struct AuditToVerify {
  std::filesystem::path folder, head;
  PublicKey key{};                 // the server's
  std::optional<AuditEnd> expect;  // an end that somebody noted elsewhere
};
// unavailable: the disk.
Result<AuditVerified> verify_audit(const AuditToVerify& asked);

}  // namespace lianxin::server
