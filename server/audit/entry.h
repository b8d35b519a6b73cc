// One act as the audit log keeps it: who did what, from where, about what, and what came of it; when is added as it is
// written. Ids, stable codes, counts and addresses alone: never what somebody recorded or typed, nor a name, a login, a
// password, a code of enrolment or a token.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/ids.h"
#include "schema/value.h"
#include "server/audit/acts.h"

namespace lianxin::server {

// Who acts; what is not known is zero or empty.
struct Actor {
  enum class Kind { stranger, phone, desk, command, server };
  Kind kind = Kind::stranger;
  MemberId member;
  DeviceId device;      // the phone, or that of the account's desk
  std::string session;  // session_mark() of its token
  std::string from;     // the numeric address
};

struct Entry {
  // A request with more is told in several entries (parts_of).
  static constexpr std::size_t records_max = 500;
  static constexpr std::string_view done = "done";

  Act act = Act::other;
  std::string outcome{done};  // or the stable code of why it was not
  Actor by;
  StudioId studio;
  std::vector<RecordId> records;  // shown or changed
  std::string about;              // the id of whom or what else it is about: a device, a member, a change, a grant
  std::string reason;             // a code, of acts that need one
  std::int64_t count = 0;         // of rows, of repeats; left out where 0
  std::vector<std::pair<std::string, std::string>> with;  // names of ours, values that are codes, days, ids or numbers

  bool is_done() const { return outcome == done; }
  void add(std::string_view name, std::string_view value);  // to `with`, unless the value is empty
};

Value::Object to_object(const Entry& entry);

// The same entry, each with at most records_max of its records; one where there are no more.
std::vector<Entry> parts_of(Entry entry);

// Names a session without opening it: the beginning of its token's SHA-256. Empty for no token.
std::string session_mark(std::string_view token);

}  // namespace lianxin::server
