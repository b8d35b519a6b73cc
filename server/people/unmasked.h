// What was unmasked, case by case: for one account's member, one record and one field, for some minutes. Kept in memory
// alone: a server that starts anew has forgotten it, and shows less.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>

#include "schema/ids.h"
#include "schema/result.h"

namespace lianxin::server {

class Unmasked {
 public:
  static constexpr std::int64_t open_ms = 15 * 60 * 1000;
  static constexpr std::size_t open_max = 4096;  // of all together; past it: busy

  // Until when it is open now.
  Result<std::int64_t> open(const MemberId& member, const StudioId& studio, const RecordId& record,
                            const std::string& field, std::int64_t now_ms);

  using Fields = std::set<std::string, std::less<>>;
  Fields opened(const MemberId& member, const StudioId& studio, const RecordId& record, std::int64_t now_ms);

 private:
  using Place = std::tuple<MemberId, StudioId, RecordId, std::string>;
  std::mutex mutex_;
  std::map<Place, std::int64_t> until_;  // Unix milliseconds
};

}  // namespace lianxin::server
