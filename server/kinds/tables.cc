#include "server/kinds/tables.h"

#include "server/kinds/migrations_kinds.h"

namespace lianxin::server {
namespace {

constexpr const char* sealed[] = {"kinds_version"};

}  // namespace

Module kinds_tables() { return {"auth", kinds_migrations, sealed}; }

}  // namespace lianxin::server
