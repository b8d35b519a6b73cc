// The proof with which heads of a lost history are offered (PROTOCOL 6.2).
#pragma once

#include "sync/model/cursor.h"
#include "sync/model/self_device.h"

namespace lianxin {

// What a phone shows that pulled from this server before its log was set back.
inline Cursor lost_cursor(const StudioId& studio, const SelfDevice& server) {
  Cursor cursor{1'000'000, {1, 2, 3}, {}, {}};
  cursor.mark = mark_of(cursor, studio, server.secret);
  return cursor;
}

}  // namespace lianxin
