// What a page does to the rows, and to the way in which they are pulled (PROTOCOL 5.5).
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

struct PageTaken {
  std::int64_t rows = 0;
  bool summed = false;            // it was the last one: all rows were summed, and compared with the server's
  bool current = false;           // and nothing more is to be done about them now
  std::vector<RecordId> records;  // that are shown otherwise now
};

Result<PageTaken> take_page(const Part& part, StudioState& studio);

}  // namespace lianxin::client
