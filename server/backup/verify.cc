#include "server/backup/verify.h"

#include <algorithm>

#include "server/people/migrations_auth.h"
#include "server/backup/verification.h"
#include "server/backup/verify_queries.h"
#include "server/storage/sqlite/database.h"
#include "server/storage/guard.h"
#include "server/storage/sqlite/migrations_log.h"
#include "server/storage/sqlite/seal.h"
#include "server/storage/sqlite/search_check.h"

namespace lianxin::server {
namespace {

// A part that cannot be read at all is a finding as well, and the others are looked at none the less.
template <class F>
Status part(Verification& verification, const char* name, std::vector<std::pair<std::string, std::string>> where,
            F&& f) {
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

void verify_pages(Verification& verification) {
  {
    SqlRun run = verification.connection.run(queries::integrity);
    while (run.step()) {
      const std::string said = run.text(0);
      if (said != "ok") verification.damage("pages_wrong", {{"reason", said}});
    }
  }
  SqlRun run = verification.connection.run(queries::foreign_keys);
  while (run.step()) verification.damage("reference_wrong", {{"table", run.text(0)}, {"to", run.text(2)}});
}

void verify_seals(Verification& verification) {
  if (!is_sealed(SqliteConnection::of(verification.connection))) return verification.damage("seal_missing");
  for (const std::string& table : broken_seals(SqliteConnection::of(verification.connection))) {
    verification.damage("seal_wrong", {{"table", table}});
  }
}

// The steps that this program knows of one module; 0 of any other, which then is from a newer one.
std::int64_t known_steps(const std::string& module) {
  if (module == "log") return std::end(log_migrations)[-1].number;
  if (module == "auth") return std::end(auth_migrations)[-1].number;
  return 0;
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
  const std::vector<std::pair<std::string, std::string>> where{{"studio", studio.text()}};
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

void verify_search(Verification& verification) {
  if (!search_index_agrees(SqliteConnection::of(verification.connection))) verification.damage("search_index_wrong");
  SqlRun run = verification.connection.run(queries::search_strays);
  if (run.step() && run.integer(0) > 0) verification.damage("search_stray", {{"rows", run.text(0)}});
}

Status verify_all(Verification& verification) {
  // Read once from end to end: more memory for pages saves reading them again.
  SqliteConnection::of(verification.connection).exec("PRAGMA cache_size = -65536");
  bool known = false;
  LX_CHECK(part(verification, "migrations", [&] { known = verify_migrations(verification); }));
  if (!known) return {};
  LX_CHECK(part(verification, "pages", [&] { verify_pages(verification); }));
  if (verification.stopped()) return failure(Errc::unavailable, "verify: told to stop");
  LX_CHECK(part(verification, "seals", [&] { verify_seals(verification); }));
  LX_CHECK(part(verification, "kinds", [&] { verify_kinds(verification); }));
  LX_CHECK(part(verification, "people", [&] { verify_people(verification); }));
  LX_CHECK(part(verification, "search", [&] { verify_search(verification); }));
  LX_TRY(const std::vector<StudioId> studios, studios_of(verification));
  if (!verification.catalog) {
    if (!studios.empty()) verification.damage("kinds_missing");
    return {};
  }
  for (const StudioId& studio : studios) LX_CHECK(verify_studio(verification, studio));
  return {};
}

}  // namespace

Result<StudioId> studio_in(const std::filesystem::path& file, const std::string& code_or_id) {
  if (const auto id = StudioId::parse(code_or_id)) return *id;
  std::optional<StudioId> found;
  LX_CHECK(SqliteDatabase::read_file(file, [&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(queries::studio_with_code);
    if (run.bind(1, code_or_id).step()) found = run.id<StudioId>(0);
    return {};
  }));
  if (!found) return failure(Errc::not_found, "no studio " + code_or_id);
  return *found;
}

Result<Verified> verify_file(const std::filesystem::path& file, const VerifyOptions& options) {
  Verified verified;
  const Status done = SqliteDatabase::read_file(file, [&](SqlConnection& connection) -> Status {
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
