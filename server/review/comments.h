// What people say about a record, in records of their own.
#pragma once

#include "server/review/desk.h"

namespace lianxin::server {

// Of those in the record's studio that the asker may see, and that are not deleted, oldest first: record, member,
// member_name, created_ms, created_text, field and label where it is about one, text, replies in words.
Result<Value::List> comments_view(const Desk& desk, const StudioPlace& place, const Row& row);

}  // namespace lianxin::server
