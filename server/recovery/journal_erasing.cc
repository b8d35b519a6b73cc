#include "server/recovery/journal_erasing.h"

#include "server/journal/journal.h"
#include "server/recovery/queries.h"
#include "server/storage/sql.h"
#include "sync/log/logged_line.h"

namespace lianxin::server {
namespace {

JournalPlace read_place(const SqlRun& run) { return {run.integer(0), run.bytes<32>(1)}; }

void add_erasures(const Value& lines, Erasures& erasures) {
  for (const Value& item : *lines.list()) {
    const Result<Change> change = parse_line(item.text_at("line"));
    if (!change) continue;
    for (const Write& write : change->writes) {
      std::optional<Erased> erased = erased_in(write.at, write.value);
      if (!erased) continue;
      const auto known = erasures.try_emplace(erased->id, *erased).first;
      known->second.fields.merge(erased->fields);
    }
  }
}

// Of one entry's lines; true where something was in them.
bool leave_out_of(Value& lines, const Erasures& erasures) {
  bool less = false;
  for (Value& item : *lines.list()) {
    const auto id = ChangeId::parse(item.text_at("id"));
    if (!id || !item.object()) continue;
    Logged logged;
    logged.id = *id;
    logged.line = item.text_at("line");
    if (const std::optional<Logged> left = left_of(logged, erasures)) {
      item.object()->insert_or_assign("line", left->line);
      less = true;
    }
  }
  return less;
}

Value* lines_of(Value::Object& entry) {
  const auto lines = entry.find("lines");
  return lines != entry.end() && lines->second.list() ? &lines->second : nullptr;
}

}  // namespace

Status leave_erased_out(const RecoveryParts& parts) {
  LX_TRY(const auto looked, parts.database.first(recovery_sql::journal_erased, read_place));
  LX_TRY(const JournalPlace end, parts.journal.end());
  if (looked && *looked == end) return {};
  Erasures erasures;
  const auto look = [&](const JournalEntry& entry) -> Status {
    Value::Object what = entry.what;
    if (Value* lines = lines_of(what)) add_erasures(*lines, erasures);
    return {};
  };
  auto heard = parts.journal.each_after(looked.value_or(JournalPlace{}), look);
  if (!heard && heard.error().code == Errc::not_found) heard = parts.journal.each_after({}, look);
  if (!heard) return tl::unexpected(heard.error());
  if (!erasures.empty()) {
    LX_CHECK(parts.journal.lessen([&](Value::Object& entry) {
      Value* lines = lines_of(entry);
      return lines && leave_out_of(*lines, erasures);
    }));
  }
  return parts.database.exec(recovery_sql::put_journal_erased, end.number, end.hash);
}

}  // namespace lianxin::server
