// One line of the journal, to and from its bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/journal/journal.h"

namespace lianxin::server {

// With its line feed. `place` becomes that of this entry. Without a seal the entry lies as it is.
std::string journal_line(Value::Object entry, std::int64_t at_ms, JournalPlace& place, const JournalSeal* seal);

struct JournalLine {
  JournalEntry entry;
  bool follows = false;  // its hash is that of its bytes behind the entry before it, or what is left of it is sealed
  bool sealed = false;
};

// `line` without its line feed. Nothing where it is no line of a journal at all, or none that this seal opens.
std::optional<JournalLine> read_journal_line(std::string_view line, const Hash& before, const JournalSeal* seal);

bool is_sealed_line(std::string_view line);  // by its form, whatever it was sealed under

// The same entry at the same place, sealed; of one that holds less than was written it is said so.
std::string sealed_line(const JournalEntry& entry, bool is_less, const JournalSeal& seal);

}  // namespace lianxin::server
