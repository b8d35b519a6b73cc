// A record as the server keeps and delivers it: its cells, and what stands beside them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sync/model/cell.h"

namespace lianxin {

// A change of this record that was stored whole and not applied. All who see the row see this much of it.
struct HeldMark {
  enum class Decision : std::uint8_t { open, corrected, dismissed };
  ChangeId id;
  std::string code;   // why, one of schema/refusals.h
  std::string field;  // the address that is wrong; may be empty
  MemberId member;    // zero where the line could not be read
  Decision decision = Decision::open;
  friend bool operator==(const HeldMark&, const HeldMark&) = default;
};

// A member's last applied write of a field (not of `_…`): by it a delete and an edit know whether they saw each other.
struct LastWrite {
  Seq seq = 0;
  ChangeId id;
  friend bool operator==(const LastWrite&, const LastWrite&) = default;
};

struct Row {
  RecordId record;
  std::string kind;  // "_unreadable" for a line that no one could read, "_overflow" for one that its record had no
                     // room to hold
  // Of a comment or an attachment, which is as guarded as what it is about: beyond `internal`, or nothing. Judged when
  // it began, and never again: what was delivered does not become too guarded for whoever has it.
  Sensitivity guard = Sensitivity::public_;
  Seq last_seq = 0;  // the last change that touched what this row shows
  MemberId created_by;
  DeviceId created_on;
  Hlc created;
  std::map<std::string, Cell, std::less<>> cells;  // by address text
  std::vector<HeldMark> held;                      // by id
  std::map<MemberId, LastWrite> last_writes;
  std::vector<std::string>
      above;  // in a delivered row: cells above the reader's clearance, that hold only his own heads

  const Cell* cell(std::string_view address) const;
  HeldMark* held_mark(const ChangeId& id);
  Seq written() const;  // the seq of the last applied write of a field
  // Something of it was applied. Until then its kind and author are only what a held change claims, and bind nobody.
  bool begun() const;
  friend bool operator==(const Row&, const Row&) = default;
};

inline constexpr std::string_view unreadable_kind = "_unreadable";
inline constexpr std::string_view overflow_kind = "_overflow";

// One JSON object, the same bytes for equal rows. `append_cell` is the part that a digest hashes.
std::string encode_row(const Row& row);
Result<Row> decode_row(std::string_view text);  // corrupt where it is not a row
void append_cell(std::string& out, const Cell& cell);
Value head_value(const Head& head);
Result<Head> head_of(const Value& value);
std::optional<ChangeId> witnessed_id(const Write& write);  // of the head that it gives back, where it gives one back

}  // namespace lianxin
