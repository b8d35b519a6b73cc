// One line of the journal, to and from its bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/journal/journal.h"

namespace lianxin::server {

// With its line feed. `place` becomes that of this entry.
std::string journal_line(Value::Object entry, std::int64_t at_ms, JournalPlace& place);

struct JournalLine {
  JournalEntry entry;
  bool follows = false;  // its hash is that of its bytes behind the entry before it
};

// `line` without its line feed. Nothing where it is no line of a journal at all.
std::optional<JournalLine> read_journal_line(std::string_view line, const Hash& before);

}  // namespace lianxin::server
