// What people wrote about a record, as far as it is on this phone.
#pragma once

#include "client-sdk/phone/names.h"
#include "lianxin/views.h"

namespace lianxin::client {

// Oldest first. Within a transaction.
std::vector<CommentView> comments_about(PhoneCore& phone, Names& names, const RecordId& record);

}  // namespace lianxin::client
