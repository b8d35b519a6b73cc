// A reader's place in one studio: the server makes it, the phone gives it back unread (PROTOCOL 5.2).
#pragma once

#include "schema/kind.h"
#include "sync/crypto/hash.h"
#include "sync/model/change.h"

namespace lianxin {

// One place in a studio's log.
struct LogPlace {
  Seq seq = 0;
  Bytes<8> log{};  // the first bytes of the log hash there
  friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

struct Cursor {
  Seq seq = 0;
  Bytes<8> log{};                 // as LogPlace
  Bytes<4> access{};              // of (clearance, sight, sensitivity_version), marked while a pull from zero goes on
  std::optional<Bytes<16>> mark;  // its server's, by which it knows the cursor again as its own: mark_of()

  // Where more was to come: the head of the log then. What is not here yet because it changed up to there is in no page
  // after `seq` of a log that does not reach so far.
  std::optional<LogPlace> up_to{};

  std::string text() const;  // base64url of 20 bytes, or of 36 with a mark, or of 52 with a mark and up_to
  static std::optional<Cursor> parse(std::string_view text);
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

// Of its places. Only the server can make it, and only for a place that its log of this studio had: a log in which
// that place is another, or none, was set back (PROTOCOL 6.2). It says nothing of whose it is, so it outlives a new
// key.
Bytes<16> mark_of(const Cursor& cursor, const StudioId& studio, const SecretKey& server);
bool is_own(const Cursor& cursor, const StudioId& studio, const SecretKey& server);

Bytes<8> short_hash(const Hash& hash);
// `sight`: empty where the reader sees all up to his clearance; else what it is made of (sync/server/sight.h).
Bytes<4> access_hash(Sensitivity clearance, std::string_view sight, std::int64_t sensitivity_version);

// The mark of a pull from zero that is not complete: its pages carry every value (PROTOCOL 5.3).
Bytes<4> pulling_from_zero(Bytes<4> access);

}  // namespace lianxin
