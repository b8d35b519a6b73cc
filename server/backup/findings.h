// What a verification has to say: one line each, with a stable code and the place, and never a recorded value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/value.h"

namespace lianxin::server {

struct Finding {
  std::string code;                                        // such as log_hash_wrong
  std::vector<std::pair<std::string, std::string>> where;  // such as studio ID, seq 812

  std::string text() const;  // log_hash_wrong studio ID seq 812
  Value value() const;       // {"code": "log_hash_wrong", "studio": ID, "seq": "812"}
};

// The first kept_max in order, and how many there were in all: one torn page can speak of every row of a studio.
class Findings {
 public:
  static constexpr std::size_t kept_max = 1000;

  void add(std::string code, std::vector<std::pair<std::string, std::string>> where = {});
  const std::vector<Finding>& kept() const { return kept_; }
  std::int64_t count() const { return count_; }
  bool has(std::string_view code) const;

 private:
  std::vector<Finding> kept_;
  std::int64_t count_ = 0;
};

}  // namespace lianxin::server
