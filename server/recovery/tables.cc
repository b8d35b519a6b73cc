#include "server/recovery/tables.h"

#include "server/recovery/migrations_recovery.h"

namespace lianxin::server {
namespace {

constexpr const char* sealed[] = {"journal_place", "journal_mark", "journal_waiting", "journal_erased"};

}  // namespace

Module recovery_tables() { return {"auth", recovery_migrations, sealed}; }

}  // namespace lianxin::server
