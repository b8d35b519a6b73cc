// Enrolment codes that were issued: which are still open, and how one is withdrawn. How a phone uses one is
// enrolment.h's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ids.h"
#include "schema/result.h"
#include "sync/crypto/hash.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

struct IssuedCode {
  Hash hash{};  // of the code, which nobody knows any more but whoever was given it
  StudioId studio;
  MemberId member;
  bool shared = false;
  std::string issued_by;
  std::int64_t issued_ms = 0, expires_ms = 0;
  std::optional<DeviceId> used_by;
  std::int64_t withdrawn_ms = 0;  // 0: it was not

  std::string name() const;  // 16 hex digits, of its hash: what lists show, and what it is withdrawn by
};

// What happens to codes is told to the journal before it is answered. Thread-safe. Both references must outlive this.
class Codes {
 public:
  Codes(SqlDatabase& database, Journal& journal) : database_(database), journal_(journal) {}

  // Neither used, nor withdrawn, nor too old; in the order in which they were issued, behind one of them.
  Result<std::vector<IssuedCode>> open_after(const std::optional<Hash>& hash, std::size_t rows_max,
                                             std::int64_t now_ms);
  Result<std::optional<IssuedCode>> find(std::string_view name);

  // It enrols nobody any more. conflict where a phone has used it or it was withdrawn before.
  Status withdraw(const Hash& hash, std::int64_t now_ms);

 private:
  SqlDatabase& database_;
  Journal& journal_;
};

}  // namespace lianxin::server
