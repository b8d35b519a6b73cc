#include "sync/server/record_sizes.h"

#include "sync/model/limits.h"

namespace lianxin {

bool RecordSizes::has_room(const Row& row, std::size_t growth, std::size_t bytes_max) {
  std::size_t& bytes = bytes_[row.record];
  if (bytes + growth <= bytes_max) return true;
  if (counted_anew_ >= limits::recounted_bytes_max) return false;
  bytes = encode_row(row).size();
  counted_anew_ += bytes;
  return bytes + growth <= bytes_max;
}

}  // namespace lianxin
