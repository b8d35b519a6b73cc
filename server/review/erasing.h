// What a privacy officer does when a resident asks to be forgotten, or a time is up: finds where else the person
// stands, and has it erased (sync/server/erase.h). An officer need not be able to read what is erased: nothing here
// shows a value.
#pragma once

#include "server/review/desk.h"
#include "sync/server/erase.h"

namespace lianxin::server {

// A record in which the person of another stands, beside that one itself.
struct Mention {
  const StudioPlace* place = nullptr;
  RecordId record;
  std::string kind;
  std::vector<std::string> linked;  // the fields that name the record
  std::vector<std::string> fields;  // those that hold one of its names or telephone numbers: for a person to look at
};

struct Mentions {
  std::vector<Mention> found;
  bool more = false;  // past mentions_max; erasing those that were found makes room for the others
};

inline constexpr std::size_t mentions_max = 500;

// Of a record, in all studios where the asker may erase. Before it is erased: afterwards nobody knows what to look for.
// not_allowed, not_found; unavailable: the store's.
Result<Mentions> mentions_of(const Desk& desk, const StudioPlace& place, const RecordId& record);

// not_allowed; not_found; invalid_argument: the reason is missing or too long, names a number or a telephone, or a
// field cannot be erased.
Result<ErasingDone> erase_record(const Desk& desk, const StudioPlace& place, const Erasing& erasing);

inline constexpr std::size_t erasing_reason_characters_max = 500;

}  // namespace lianxin::server
