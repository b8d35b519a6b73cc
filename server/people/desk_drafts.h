// What people at desks wanted to do and were refused: kept as it was sent, for its author alone, until it is put right
// or thrown away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "sync/crypto/random.h"

namespace lianxin::server {

class SqlDatabase;

struct DeskDraft {
  std::string id;  // 32 hex digits
  std::int64_t made_ms = 0;
  std::string path, body;  // of the POST that was refused
};

// Thread-safe. The references must outlive this.
class DeskDrafts {
 public:
  // What one account may leave lying: more is refused, and told. A draft holds at most a megabyte, as a request does.
  static constexpr std::int64_t drafts_max = 500;

  DeskDrafts(SqlDatabase& database, Random& random) : database_(database), random_(random) {}

  // Its id. out_of_range where the account has as many as it may.
  Result<std::string> keep(const std::string& login, std::int64_t now_ms, const std::string& path,
                           const std::string& body);
  Result<std::vector<DeskDraft>> of(const std::string& login);  // oldest first
  Result<std::optional<DeskDraft>> find(const std::string& login, const std::string& id);
  Result<bool> drop(const std::string& login, const std::string& id);  // false: there is none

 private:
  SqlDatabase& database_;
  Random& random_;
};

}  // namespace lianxin::server
