// A change: one device's edit of one record, made at one moment by one member, carrying only the fields the person
// touched. It is made once, as a line of bytes, and hashed, sent and stored as those bytes (PROTOCOL 2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ids.h"
#include "schema/result.h"
#include "schema/value.h"
#include "sync/model/clock.h"

namespace lianxin {

using Seq = std::int64_t;  // a place in one studio's log: 1, 2, 3 … ; 0 is before the first
using N = std::int64_t;    // a change's place in its device's log in one studio: 1, 2, 3 …

// Where a cell lies: field, field/element, or field/element/attribute. Parts are never empty and hold no '/'.
struct Address {
  std::string field, element, attribute;

  std::string text() const;
  static std::optional<Address> parse(std::string_view text);
  friend auto operator<=>(const Address&, const Address&) = default;
};

enum class Op : std::uint8_t {
  put,      // register: this value. A set's attribute is a register
  add,      // set: the element is in
  remove,   // set: what the author saw of the element goes
  count,    // counter: this much more, or less
  step,     // ladder: from one state to another
  append,   // append: one entry more
  witness,  // by the server's own device: a head that a phone gave back (PROTOCOL 6)
  erased,   // what is left of a write that was erased: no device makes one (sync/log/logged_line.h)
};

// `value` is the value put, the increment, the entry, or the state stepped to; null for add and remove.
struct Write {
  Address at;
  Op op = Op::put;
  Value value;
  std::string from;             // step: the state it starts from
  std::vector<ChangeId> bases;  // the heads whose value was on the screen when the form was opened; sorted, no twins
  Value witnessed;              // witness: the head, as head_value() writes one
};

// How far a phone had caught up when the form was opened: a seq, and the first eight bytes of the log hash there.
struct Seen {
  Seq seq = 0;
  Bytes<8> hash{};
  friend bool operator==(const Seen&, const Seen&) = default;
};

struct Change {
  ChangeId id;
  StudioId studio;
  RecordId record;
  std::string kind;
  MemberId member;
  Hlc claimed;
  ClockReading made;
  std::int64_t kinds_version = 0;
  Seen seen;
  Bytes<16> salt{};    // so that a line's hash says nothing about a short value
  std::string reason;  // where one is owed: deletes, corrections, verdicts
  std::vector<Write> writes;
};

// The line of a change: one JSON object, no newline. Made once by the device; never made again from the struct.
std::string line_of(const Change& change);

// Whether every text in it is UTF-8 and has no U+0000: the line of another could be read by nobody.
bool is_well_formed(const Change& change);

// The change in a line, or why it is none. Strict about shape and bounds, blind to kinds: that is judge.h.
Result<Change> parse_line(std::string_view line);

}  // namespace lianxin
