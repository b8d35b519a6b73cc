#include "server/backup/verify.h"

#include <algorithm>

#include "server/backup/verification.h"
#include "server/backup/verify_queries.h"
#include "server/people/keys.h"
#include "server/storage/database_file.h"
#include "server/storage/guard.h"
#include "server/tables.h"

namespace lianxin::server {
namespace {

using Where = std::vector<std::pair<std::string, std::string>>;

// A part that cannot be read at all is a finding as well, and the others are looked at none the less.
template <class F>
Status part(Verification& verification, const char* name, Where where, F&& f) {
  Status done = guard("verify", [&]() -> Status { return f(); });
  if (done || verification.stopped()) return done;
  where.insert(where.begin(), {"part", name});
  where.emplace_back("reason", done.error().message);
  verification.damage("cannot_be_read", std::move(where));
  return {};
}

template <class F>
Status part(Verification& verification, const char* name, F&& f) {
  return part(verification, name, {}, [&]() -> Status {
    f();
    return {};
  });
}

// The last step that this program knows of one module; 0 of any other, which then is from a newer one.
std::int64_t known_steps(const std::string& name) {
  std::int64_t last = 0;
  for (const Module& module : database_modules()) {
    if (module.name == name) last = std::max(last, module.migrations.back().number);
  }
  return last;
}

// False where tables may mean what this program does not know: then nothing more can be said.
bool verify_migrations(Verification& verification) {
  bool known = true;
  SqlRun run = verification.connection.run(queries::last_migrations);
  while (run.step()) {
    const std::string module = run.text(0);
    const std::int64_t last = run.integer(1);
    if (last > known_steps(module)) {
      verification.damage("newer_program", {{"module", module}, {"migration", std::to_string(last)}});
      known = false;
    }
    if (run.integer(2) != last) verification.damage("migration_gap", {{"module", module}});
    verification.verified.migrations[module] = last;
  }
  return known;
}

Status verify_studio(Verification& verification, const StudioId& studio) {
  LogFacts facts(*verification.catalog);
  const Where where{{"studio", studio.text()}};
  bool read = false;
  LX_CHECK(part(verification, "log", where, [&]() -> Status {
    Status logged = verify_log(verification, studio, facts);
    read = logged.has_value();
    return logged;
  }));
  verification.verified.studios[studio] = facts.end;
  if (!read) return {};
  LX_CHECK(part(verification, "chains", where, [&] { return verify_chains(verification, studio, facts); }));
  if (!facts.sound) {
    verification.verified.notes.add("rows_unproved", where);
    return {};
  }
  LX_CHECK(part(verification, "numbers", where, [&]() -> Status {
    verify_numbers(verification, studio, facts);
    return {};
  }));
  return part(verification, "rows", where, [&] { return verify_rows(verification, studio, facts); });
}

Result<std::vector<StudioId>> studios_of(Verification& verification) {
  std::vector<StudioId> studios;
  LX_CHECK(part(verification, "studios", [&] {
    SqlRun run = verification.connection.run(queries::every_studio);
    while (run.step()) studios.push_back(run.id<StudioId>(0));
  }));
  const auto& only = verification.options.studio;
  if (only) std::erase_if(studios, [&](const StudioId& studio) { return studio != *only; });
  return studios;
}

Status verify_all(Verification& verification) {
  const auto tell = [&](const char* code, Where where) { verification.damage(code, std::move(where)); };
  SqlConnection& connection = verification.connection;
  bool known = false;
  LX_CHECK(part(verification, "migrations", [&] { known = verify_migrations(verification); }));
  if (!known) return {};
  LX_CHECK(part(verification, "pages", [&] { check_pages(connection, tell); }));
  if (verification.stopped()) return failure(Errc::unavailable, "verify: told to stop");
  LX_CHECK(part(verification, "seals", [&] { check_seals(connection, database_modules(), tell); }));
  LX_CHECK(part(verification, "kinds", [&] { verify_kinds(verification); }));
  LX_CHECK(part(verification, "people", [&] { verify_people(verification); }));
  LX_CHECK(part(verification, "search", [&] { check_search(connection, tell); }));
  LX_TRY(const std::vector<StudioId> studios, studios_of(verification));
  if (!verification.catalog) {
    if (!studios.empty()) verification.damage("kinds_missing");
    return {};
  }
  for (const StudioId& studio : studios) LX_CHECK(verify_studio(verification, studio));
  return {};
}

}  // namespace

Result<VerifyKeys> keys_in(const std::filesystem::path& folder) {
  VerifyKeys keys;
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return keys;
  const KeyFolder kept(folder);
  LX_TRY(const SelfDevice server, kept.server());
  LX_TRY(keys.devices, kept.public_keys());
  keys.server = server.key;
  LX_CHECK(kept.hold_data_key());
  return keys;
}

Result<StudioId> studio_in(const std::filesystem::path& file, const std::string& code_or_id) {
  if (const auto id = StudioId::parse(code_or_id)) return *id;
  std::optional<StudioId> found;
  LX_CHECK(read_database(file, [&](SqlConnection& connection) -> Status {
    found = connection.first(queries::studio_with_code, column<StudioId>, code_or_id);
    return {};
  }));
  if (!found) return failure(Errc::not_found, "no studio " + code_or_id);
  return *found;
}

Result<Verified> verify_file(const std::filesystem::path& file, const VerifyOptions& options) {
  Verified verified;
  const Status done = read_database(file, [&](SqlConnection& connection) -> Status {
    Verification verification{connection, options, verified, {}, {}, {}};
    return verify_all(verification);
  });
  if (done) return verified;
  const Errc code = done.error().code;
  const bool stopped = options.stop && options.stop();
  if (stopped || code == Errc::not_found || code == Errc::busy) return tl::unexpected(done.error());
  verified.damage.add("cannot_be_read", {{"part", "file"}, {"reason", done.error().message}});
  return verified;
}

}  // namespace lianxin::server
