// A change that a desk or the server itself is about to make.
#pragma once

#include "sync/model/change.h"

namespace lianxin {

struct Draft {
  RecordId record;
  std::string kind, reason;
  std::vector<Write> writes;
  Seq seen = 0;  // the seq that the desk's screen showed
};

}  // namespace lianxin
