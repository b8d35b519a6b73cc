// The audit log for those who answer for it: verified, given out, cut by age.
#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <iostream>

#include "schema/json.h"
#include "server/audit/csv.h"
#include "server/audit/query.h"
#include "server/audit/verify.h"
#include "server/backup/times.h"
#include "server/commands/commands.h"

namespace lianxin::server {
namespace {

Result<std::int64_t> time_asked(const std::string& name, const std::string& text, std::int64_t otherwise) {
  if (text.empty()) return otherwise;
  if (const auto ms = parse_time(text)) return *ms;
  return failure(Errc::invalid_argument,
                 name + " is a time with its zone (2026-11-21T20:07+08:00) or Unix milliseconds");
}

template <class Id>
Result<std::string> id_asked(const char* name, const std::string& text) {
  if (text.empty()) return std::string();
  if (const auto id = Id::parse(text)) return id->text();  // as the log writes it
  return failure(Errc::invalid_argument, std::string(name) + " is an id");
}

Result<AuditAsked> asked_of(const AuditCommand& command) {
  AuditAsked asked;
  LX_TRY(asked.from_ms, time_asked("--from", command.from, 0));
  LX_TRY(asked.to_ms, time_asked("--to", command.to, INT64_MAX));
  LX_TRY(asked.member, id_asked<MemberId>("--actor", command.actor));
  LX_TRY(asked.device, id_asked<DeviceId>("--device", command.device));
  LX_TRY(asked.record, id_asked<RecordId>("--record", command.record));
  return asked;
}

// "NUMBER:HASH", as `audit verify` prints it.
Result<std::optional<AuditEnd>> end_asked(const std::string& text) {
  if (text.empty()) return std::optional<AuditEnd>();
  AuditEnd end;
  const std::size_t colon = text.find(':');
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), end.number);
  if (error != std::errc{} || at != text.data() + colon ||
      !from_hex(std::string_view(text).substr(colon + 1), end.hash)) {
    return failure(Errc::invalid_argument, "--head is NUMBER:HASH, as an earlier `audit verify` printed it");
  }
  return std::optional(end);
}

Entry entry_of_command(Act act, const AuditCommand& command) {
  Entry entry = command_entry(act);
  for (const auto& [name, value] :
       {std::pair("from", command.from), std::pair("to", command.to), std::pair("actor", command.actor),
        std::pair("device", command.device), std::pair("record", command.record)}) {
    entry.add(name, value);
  }
  return entry;
}

}  // namespace

Entry command_entry(Act act) {
  Entry entry;
  entry.act = act;
  entry.by.kind = Actor::Kind::command;
  entry.add("uid", std::to_string(::getuid()));
  return entry;
}

int note_done(Parts& parts, Act act, const std::string& about, const StudioId& studio) {
  Entry entry = command_entry(act);
  entry.studio = studio;
  entry.about = about;
  const Status noted = parts.audit->note(entry);
  return noted ? 0 : failed("done, but not in the audit log", noted.error());
}

Result<int> run_audit_verify(const ServerOptions& options, const AuditCommand& command) {
  LX_TRY(const auto data, DataFolder::open(options.data, DataFolder::Use::command));
  LX_TRY(const SelfDevice self, KeyFolder(data->keys()).server());
  AuditToVerify asked{data->audit(), data->audit_head(), self.key, {}};
  LX_TRY(asked.expect, end_asked(command.head));
  LX_TRY(const AuditVerified found, verify_audit(asked));
  for (const AuditFinding& finding : found.findings) std::cout << finding.text() << "\n";
  const auto more = found.findings_count - static_cast<std::int64_t>(found.findings.size());
  if (more > 0) std::cout << "… and " << more << " more\n";
  for (const std::string& note : found.noted) std::cerr << "note: " << note << "\n";
  std::cerr << found.files << " files, lines " << found.first << " to " << found.end.number << "; the head mark of "
            << utc_text(found.marked_ms) << " vouches for " << found.marked << ", "
            << std::max<std::int64_t>(0, found.end.number - found.marked)
            << " came since: " << (found.clean() ? "clean" : "DAMAGED") << "\n";
  std::cerr << "head " << found.end.number << ":" << to_hex(found.end.hash)
            << "   (note it down elsewhere; later: audit verify --head NUMBER:HASH)\n";
  return found.clean() ? 0 : 1;
}

Result<int> run_audit_export(const ServerOptions& options, const AuditCommand& command) {
  LX_TRY(const AuditAsked asked, asked_of(command));
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_CHECK(parts->audit->note(entry_of_command(Act::audit_exported, command)));
  if (command.csv) std::cout << audit_csv_head();
  LX_CHECK(each_audit_line(parts->folder->audit(), asked, [&](const AuditLine& line) -> Status {
    std::cout << (command.csv ? audit_csv_line(line) : to_json(line.entry) + "\n");
    return {};
  }));
  std::cout.flush();
  return std::cout ? Result<int>(0) : Result<int>(failure(Errc::unavailable, "write the export"));
}

Result<int> run_audit_affected(const ServerOptions& options, const AuditCommand& command) {
  if (command.device.empty() && command.actor.empty()) {
    return failure(Errc::invalid_argument, "say of whom: --device ID or --actor ID");
  }
  LX_TRY(const AuditAsked asked, asked_of(command));
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  Entry entry = entry_of_command(Act::audit_exported, command);
  entry.add("asked", "affected");
  LX_CHECK(parts->audit->note(entry));
  LX_TRY(const auto records, affected(parts->folder->audit(), asked));
  std::cout << "record\tfirst\tlast\ttimes\tacts\n";
  for (const auto& [record, seen] : records) {
    std::cout << record << "\t" << utc_text(seen.first_ms) << "\t" << utc_text(seen.last_ms) << "\t" << seen.times
              << "\t";
    for (const std::string& act : seen.acts) std::cout << (act == *seen.acts.begin() ? "" : ",") << act;
    std::cout << "\n";
  }
  std::cerr << records.size() << " records\n";
  return 0;
}

Result<int> run_audit_prune(const ServerOptions& options, const AuditCommand& command) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Segments::Pruned pruned, parts->audit->prune(command.keep_days, command.dry_run));
  if (pruned.files == 0) {
    std::cerr << "No file is older than that.\n";
    return 0;
  }
  std::cout << (command.dry_run ? "would take away" : "took away") << " " << pruned.files << " files, lines "
            << pruned.first << " to " << pruned.last << "\n";
  return 0;
}

}  // namespace lianxin::server
