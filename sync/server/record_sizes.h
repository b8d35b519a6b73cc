// How long the rows of one write transaction are: as they are stored, and at most what each line has added since.
#pragma once

#include <map>

#include "sync/rules/room.h"

namespace lianxin {

class RecordSizes {
 public:
  void put(const RecordId& record, std::size_t bytes) { bytes_[record] = bytes; }  // as it is stored
  void grow(const RecordId& record, std::size_t bytes) { bytes_[record] += bytes; }

  // Whether the row may become that much longer within `bytes_max`. Where it seems not, it is counted anew, for what a
  // line replaces was not taken off: but no more than a few long rows in a transaction, for everybody waits meanwhile.
  bool has_room(const Row& row, std::size_t growth, std::size_t bytes_max);

 private:
  std::map<RecordId, std::size_t> bytes_;
  std::size_t counted_anew_ = 0;  // bytes
};

// `sizes` and `row` must outlive what is returned.
inline HasRoom room_in(RecordSizes& sizes, const Row& row) {
  return [&](std::size_t growth, std::size_t bytes_max) { return sizes.has_room(row, growth, bytes_max); };
}

}  // namespace lianxin
