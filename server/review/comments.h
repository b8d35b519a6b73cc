// What people say about a record, in records of their own.
#pragma once

#include "server/review/desk.h"

namespace lianxin::server {

// Of those in the record's studio that the asker may see, and that are not deleted, oldest first: record, member,
// member_name, created_ms, created_text, field and label where it is about one, text, replies in words. A page has the
// last comments_max by their ids, which grow with time; `next` is there where there are more below it.
inline constexpr std::size_t comments_max = 100;
struct CommentPage {
  Value::List comments;
  std::optional<RecordId> next;
};
Result<CommentPage> comments_about(const Desk& desk, const StudioPlace& place, const Row& row,
                                   const std::optional<RecordId>& before = {});

// {"comments": […], "next": …}. not_found where the asker may not see the record.
Result<Value> comments_view(const Desk& desk, const StudioPlace& place, const RecordId& record,
                            const std::optional<RecordId>& before);

}  // namespace lianxin::server
