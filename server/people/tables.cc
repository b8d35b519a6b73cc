#include "server/people/tables.h"

#include "server/people/migrations_people.h"

namespace lianxin::server {
namespace {

constexpr const char* sealed[] = {"device",      "enrol_code",      "account",           "session",
                                  "role_grant",  "reference_org",   "directory_version", "state_counter",
                                  "restoration", "restored_studio", "restored_device",   "desk_draft",
                                  "pin_reset"};

}  // namespace

Module people_tables() { return {"auth", people_migrations, sealed}; }

}  // namespace lianxin::server
