// One line of the audit log, to and from its bytes:
//
//   {"before":"64 hex digits","entry":{"act":"sign_in","at_ms":…,"number":17, …},"hash":"64 hex digits"}
//
// Lines are numbered 1, 2, 3 … without a gap. `hash` is SHA-256(the 32 bytes of `before` || the bytes of the entry),
// `before` is the hash of the line before; of the first it is zeros. So a line shows by itself that it is whole, and by
// its neighbours that it stands where it was written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/value.h"
#include "sync/crypto/hash.h"

namespace lianxin::server {

struct AuditEnd {
  std::int64_t number = 0;  // of the last line; 0: before the first
  Hash hash{};              // of it
  friend bool operator==(const AuditEnd&, const AuditEnd&) = default;
};

// With its line feed; `end` becomes that of this line. The entry is given its number.
std::string audit_line(Value::Object entry, AuditEnd& end);

struct AuditLine {
  AuditEnd end;  // this line's
  Hash before{};
  Value entry;

  std::int64_t at_ms() const { return entry.integer_at("at_ms"); }
};

// `line` without its line feed. Nothing where any byte of it is another than was written.
std::optional<AuditLine> read_audit_line(std::string_view line);

// What the server's signature over an end is a signature of: it cannot be taken for any other of its signatures.
std::string signed_end(const AuditEnd& end);

}  // namespace lianxin::server
