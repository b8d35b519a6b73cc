// What recovery works with.
#pragma once

#include "server/kinds/moment.h"
#include "server/recovery/own_lines.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

// All references must outlive whatever keeps a copy.
struct RecoveryParts {
  SqlDatabase& database;
  Journal& journal;
  Store& store;
  Moments& moments;  // by which lines that come back are judged
  OwnDevices own;
};

}  // namespace lianxin::server
