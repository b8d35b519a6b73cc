// What keeps a server's data safe: backup, verify, restore, drill.
#include <chrono>
#include <cstdio>
#include <iostream>

#include "schema/json.h"
#include "server/backup/backup.h"
#include "server/backup/drill.h"
#include "server/backup/encrypt.h"
#include "server/backup/restore.h"
#include "server/backup/times.h"
#include "server/commands/commands.h"
#include "server/disk/files.h"
#include "server/people/keys.h"
#include "server/storage/database_file.h"
#include "server/storage/sql.h"
#include "server/tables.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

fs::path backups_of(const ServerOptions& options, const std::string& asked) {
  return asked.empty() ? options.data / "backups" : fs::path(asked);
}

std::int64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

Value values_of(const Findings& findings) {
  Value::List list;
  for (const Finding& finding : findings.kept()) list.push_back(finding.value());
  return list;
}

void print_json(const Verified& verified) {
  std::cout << to_json(Value::Object{{"clean", verified.clean()},
                                     {"damage", values_of(verified.damage)},
                                     {"damage_count", verified.damage.count()},
                                     {"notes", values_of(verified.notes)},
                                     {"notes_count", verified.notes.count()},
                                     {"studios", static_cast<std::int64_t>(verified.studios.size())},
                                     {"lines", verified.lines},
                                     {"rows", verified.rows},
                                     {"devices", verified.devices},
                                     {"signatures", verified.signatures},
                                     {"signatures_unproved", verified.signatures_unproved}})
            << "\n";
}

void print_damage(const Verified& verified) {
  for (const Finding& finding : verified.damage.kept()) std::cout << finding.text() << "\n";
  const std::int64_t more = verified.damage.count() - static_cast<std::int64_t>(verified.damage.kept().size());
  if (more > 0) std::cout << "… and " << more << " more\n";
}

void tell_counts(const Verified& verified) {
  for (const Finding& finding : verified.notes.kept()) std::cerr << "note: " << finding.text() << "\n";
  std::cerr << verified.studios.size() << " studios, " << verified.lines << " lines, " << verified.rows << " rows, "
            << verified.devices << " devices, " << verified.signatures << " signatures";
  if (verified.signatures_unproved > 0) std::cerr << " (" << verified.signatures_unproved << " unproved: no key)";
  std::cerr << ": " << (verified.clean() ? "clean" : "DAMAGED") << "\n";
}

// A file that is a backup must have the bytes that its manifest tells of, besides.
Status check_manifest(const fs::path& file, Verified& verified) {
  for (const Backup& backup : backups_in(file.parent_path())) {
    if (backup.file.filename() != file.filename()) continue;
    Status same = check_bytes(backup);
    if (!same && same.error().code != Errc::corrupt) return same;
    if (!same) verified.damage.add("bytes_not_as_in_manifest", {{"file", file.filename().string()}});
  }
  return {};
}

Status note_backup(const DataFolder& data, const BackupMade& made) {
  LX_TRY(const SelfDevice self, KeyFolder(data.keys()).server());
  LX_TRY(const auto audit, Audit::open({data.audit(), data.audit_head(), self.secret}, now_ms));
  Entry entry = command_entry(made.good ? Act::backup_made : Act::backup_failed);
  entry.add("backup", made.backup.file.filename().string());
  return audit->note(entry);
}

struct Standing {
  std::optional<Seq> in_backup, now, before;
};

std::string text_of(const std::optional<Seq>& seq) { return seq ? std::to_string(*seq) : "-"; }

void print_standings(const std::map<StudioId, StudioPoint>& backup, const std::map<StudioId, StudioPoint>& now,
                     const std::map<StudioId, StudioPoint>& before) {
  std::map<StudioId, Standing> standings;
  for (const auto& [studio, point] : backup) standings[studio].in_backup = point.seq;
  for (const auto& [studio, point] : now) standings[studio].now = point.seq;
  for (const auto& [studio, point] : before) standings[studio].before = point.seq;
  std::cout << "studio\tseq in backup\tseq now\tseq before\n";
  for (const auto& [studio, at] : standings) {
    std::cout << studio.text() << "\t" << text_of(at.in_backup) << "\t" << text_of(at.now) << "\t" << text_of(at.before)
              << "\n";
  }
}

struct PutBack {
  Backup backup;
  fs::path aside;
  std::map<StudioId, StudioPoint> before;
};

Result<PutBack> put_back_as_of(const ServerOptions& options, const RestoreOptions& restore,
                               std::optional<std::int64_t> as_of_ms) {
  LX_TRY(const auto folder, DataFolder::open(options.data, DataFolder::Use::restore));
  LX_TRY(const bool finished, finish_put_back(options.data));
  if (finished) std::cerr << "A restore that had been cut short was finished first.\n";
  VerifyOptions verify;
  LX_TRY(verify.keys, keys_in(folder->keys()));
  LX_TRY(const auto key, KeyFolder(folder->keys()).hold_data_key());
  if (!verify.keys.server) {
    return failure(Errc::not_found, "there is no server key in " + folder->keys().string() +
                                        "; put the copy of keys/ there that was kept apart");
  }
  PutBack put;
  LX_TRY(put.backup, pick_backup(backups_of(options, restore.from), as_of_ms, verify,
                                 [](const std::string& why) { std::cerr << "passed over: " << why << "\n"; }));
  // What cannot be read of the present database cannot be told; it is kept in any case.
  if (auto before = points_in(folder->database())) put.before = std::move(*before);
  LX_TRY(put.aside, put_back(put.backup, options.data, now_ms()));
  if (key) LX_CHECK(encrypt_database(folder->database(), *key));  // a backup may be of before
  return put;
}

}  // namespace

Result<int> run_backup(const ServerOptions& options, const std::string& to) {
  LX_TRY(const auto data, DataFolder::open(options.data, DataFolder::Use::command));
  VerifyOptions verify;
  LX_TRY(verify.keys, keys_in(data->keys()));
  const fs::path folder = backups_of(options, to);
  sweep_restore(options.data);
  LX_TRY(const BackupMade made, make_backup(data->database(), folder, verify, now_ms()));
  LX_CHECK(note_backup(*data, made));
  std::cout << made.backup.file.string() << "\n";
  std::fprintf(stderr, "copied in %.1f s, verified in %.1f s\n", made.copy_seconds, made.verify_seconds);
  tell_counts(made.verified);
  // How many good ones are kept is for whoever asks for them to say; of damaged copies the newest are enough.
  if (const auto gone = prune_backups(folder, SIZE_MAX); !gone) std::cerr << gone.error().message << "\n";
  if (made.good) return 0;
  for (const Finding& finding : made.verified.damage.kept()) std::cerr << finding.text() << "\n";
  return failure(Errc::corrupt, "the copy is damaged and no backup; it is kept as " + made.backup.file.string());
}

Result<int> run_verify(const ServerOptions& options, const VerifyCommand& command) {
  fs::path file = command.file.empty() ? options.data : fs::path(command.file), keys = options.data / "keys";
  std::unique_ptr<DataFolder> data;
  std::error_code error;
  if (fs::is_directory(file, error)) {
    LX_TRY(data, DataFolder::open(file, DataFolder::Use::command));
    keys = data->keys();
    file = data->database();
  }
  VerifyOptions verify;
  LX_TRY(verify.keys, keys_in(keys));
  if (!command.studio.empty()) {
    LX_TRY(verify.studio, studio_in(file, command.studio));
  }
  LX_TRY(Verified verified, verify_file(file, verify));
  LX_CHECK(check_manifest(file, verified));
  if (command.json) {
    print_json(verified);
  } else {
    print_damage(verified);
    tell_counts(verified);
  }
  return verified.clean() ? 0 : 1;
}

Result<int> run_restore(const ServerOptions& options, const RestoreOptions& restore) {
  const bool latest = restore.as_of == "latest";
  const auto as_of_ms = latest ? std::nullopt : parse_time(restore.as_of);
  if (!latest && !as_of_ms) {
    return failure(Errc::invalid_argument,
                   "--as-of is `latest`, a time with its zone (2026-11-21T20:07+08:00) or Unix milliseconds");
  }
  LX_TRY(const PutBack put, put_back_as_of(options, restore, as_of_ms));
  // Opened once as a server opens it, so that what the journal tells of is caught up with now and not at the first
  // phone.
  std::map<StudioId, StudioPoint> now;
  {
    const auto parts = Parts::open(options, Parts::Purpose::serve);
    if (!parts) return failed("restore: the backup is in its place, but cannot be opened", parts.error());
    LX_TRY(now, points_in((*parts)->folder->database()));
    Entry entry = command_entry(Act::restored);
    entry.add("backup", put.backup.file.filename().string());
    LX_CHECK((*parts)->audit->note(entry));
  }
  print_standings(put.backup.manifest.studios, now, put.before);
  std::cerr << "Put back " << put.backup.file.string() << ", made " << utc_text(put.backup.manifest.made_ms)
            << ", which holds " << put.backup.manifest.lines() << " lines.\n";
  if (put.backup.manifest.made_ms > now_ms()) {
    std::cerr << "Its date is in the future: a clock was wrong when it was made, or this machine's is wrong now.\n";
  }
  if (!put.aside.empty()) std::cerr << "What was there before is kept in " << put.aside.string() << ".\n";
  std::cerr << "Start the server: phones give back what they hold of the rest as they come in.\n";
  return 0;
}

Result<int> run_drill_command(const ServerOptions& options, const std::string& scratch) {
  LX_TRY(const auto data, DataFolder::open(options.data, DataFolder::Use::command));
  const std::int64_t now = now_ms();
  const fs::path folder = scratch.empty() ? options.data / ("drill-" + utc_stamp(now)) : fs::path(scratch);
  LX_TRY(const Drill drill, run_drill(options.data, folder, now));
  double total = 0;
  for (const DrillStep& step : drill.steps) {
    std::printf("%-28s %8.1f s   %s\n", step.name.c_str(), step.seconds, step.result.c_str());
    total += step.seconds;
  }
  std::printf("%-28s %8.1f s   %s\n", "together", total, drill.good() ? "good" : "DIFFERENT");
  std::fflush(stdout);
  for (const Finding& finding : drill.differences.kept()) std::cout << finding.text() << "\n";
  return drill.good() ? 0 : 1;
}

Result<int> run_encrypt(const ServerOptions& options) {
  LX_TRY(const auto folder, DataFolder::open(options.data, DataFolder::Use::restore));
  const KeyFolder keys(folder->keys());
  SystemRandom random;
  LX_CHECK(keys.server());  // not a new folder of keys beside a database whose own are elsewhere
  LX_CHECK(keys.create_data_key(random));
  LX_TRY(const auto key, keys.hold_data_key());
  LX_TRY(const bool encrypted, encrypt_database(folder->database(), *key));
  std::cerr << (encrypted ? "The database is encrypted now, under keys/data.secret: copy that file to where the other "
                            "keys are kept. Backups made before are not, nor what lies in replaced/: remove them "
                            "once there is a new backup. The journal is not either.\n"
                          : "The database is encrypted already.\n");
  return 0;
}

Result<int> run_seal(const ServerOptions& options) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::serve));
  std::vector<std::string> tables;
  LX_CHECK(parts->database->write([&](SqlConnection& connection) -> Status {
    tables = seal_anew(connection, database_modules());
    return {};
  }));
  LX_CHECK(parts->audit->note(command_entry(Act::tables_sealed)));
  for (const std::string& table : tables) std::cout << table << "\n";
  return 0;
}

}  // namespace lianxin::server
