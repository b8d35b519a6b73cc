#include "server/tables.h"

#include "server/kinds/tables.h"
#include "server/people/tables.h"
#include "server/recovery/tables.h"
#include "server/storage/engine.h"

namespace lianxin::server {

std::span<const Module> database_modules() {
  static const Module modules[] = {people_tables(), kinds_tables(), recovery_tables(), log_tables()};
  return modules;
}

}  // namespace lianxin::server
