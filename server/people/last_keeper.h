// No place is left without somebody who can let people in: the last administrator goes once there is another.
#pragma once

#include <string>

#include "schema/result.h"
#include "server/people/grants.h"
#include "server/people/places.h"

namespace lianxin::server {

class SqlConnection;

// Asked within the transaction that ends the grant, or disables the account: of two administrators who go at the same
// time one stays. conflict where nobody else who can sign in may keep the accounts there.
Status check_another_keeper(SqlConnection& connection, const Places& places, std::int64_t now_ms,
                            const KeptGrant& ending);
Status check_another_keeper(SqlConnection& connection, const Places& places, std::int64_t now_ms,
                            const std::string& login, const MemberId& member);

}  // namespace lianxin::server
