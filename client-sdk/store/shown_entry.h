// What a list shows of a record and is not found, ordered or counted by: one text, which lies sealed in its entry.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lianxin::client {

struct ShownEntry {
  std::string title, region, state, provisional_no, official_no;
  std::string created_by;       // a member's id
  std::string missing, marked;  // names of fields, with blanks between

  std::string text() const;
  static std::optional<ShownEntry> parse(std::string_view text);
};

}  // namespace lianxin::client
