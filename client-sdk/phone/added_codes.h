// Codes that an office has added to an open list, by records of kind `code_list`.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

using AddedCodes = std::map<std::pair<std::string, std::string>, Label>;  // by list and code; a name may be empty

// Of the records that can be read. Within a transaction.
AddedCodes added_codes(PhoneCore& phone, const Catalog& catalog);

}  // namespace lianxin::client
