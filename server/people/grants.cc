#include "server/people/grants.h"

#include "server/people/queries.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

KeptGrant read_grant(const SqlRun& run) {
  KeptGrant kept;
  Grant& grant = kept.grant;
  std::optional<StudioId> studio;
  std::optional<std::string> org_code;
  std::string clearance;
  run.read(kept.id, grant.member, grant.role, studio, org_code, grant.from_ms, grant.to_ms, clearance);
  grant.studio = studio.value_or(StudioId{});
  grant.org_code = org_code.value_or("");
  grant.clearance = sensitivity_named(clearance).value_or(Sensitivity::public_);
  return kept;
}

bool covers(const Grant& kept, const Grant& asked) {
  return kept.role == asked.role && kept.studio == asked.studio && kept.org_code == asked.org_code &&
         kept.clearance == asked.clearance && kept.from_ms <= asked.from_ms && kept.to_ms >= asked.to_ms;
}

}  // namespace

Result<Grants::Given> Grants::give(const Grant& grant) {
  if (grant.studio.is_zero() == grant.org_code.empty()) {
    return failure(Errc::invalid_argument, "a grant names a studio or an org unit");
  }
  if (grant.from_ms >= grant.to_ms) return failure(Errc::invalid_argument, "a grant ends after it begins");
  Given given;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    given.added = false;
    for (const KeptGrant& kept : connection.all(people_sql::grants_of_member, read_grant, grant.member)) {
      if (!covers(kept.grant, grant)) continue;
      given.kept = kept;
      return {};
    }
    const auto studio = grant.org_code.empty() ? std::optional(grant.studio) : std::nullopt;
    const auto org_code = grant.org_code.empty() ? std::nullopt : std::optional(grant.org_code);
    const auto id = connection.only(people_sql::insert_grant, column<std::int64_t>, grant.member, grant.role, studio,
                                    org_code, grant.from_ms, grant.to_ms, name_of(grant.clearance));
    connection.exec(people_sql::next_directory_version);
    notes.grant(id);
    given = {{id, grant}, true};
    return {};
  }));
  return given;
}

Result<bool> Grants::add(const Grant& grant) {
  LX_TRY(const Given given, give(grant));
  return given.added;
}

Status Grants::end(std::int64_t id, std::int64_t at_ms, const Check& check) {
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (!connection.run(people_sql::grant_by_id, id).step()) {
      return failure(Errc::not_found, "no grant " + std::to_string(id));
    }
    if (check) LX_CHECK(check(connection));
    connection.exec(people_sql::end_grant, id, at_ms);
    connection.exec(people_sql::next_directory_version);
    notes.grant(id);
    return {};
  });
}

Result<std::optional<KeptGrant>> Grants::find(std::int64_t id) {
  return database_.first(people_sql::grant_by_id, read_grant, id);
}

Result<std::vector<KeptGrant>> Grants::after(std::int64_t id, std::size_t rows_max) {
  return database_.all(people_sql::grants_after, read_grant, id, rows_max);
}

std::vector<KeptGrant> all_grants(SqlConnection& connection) {
  return connection.all(people_sql::all_grants, read_grant);
}

Result<std::vector<KeptGrant>> Grants::all() { return database_.all(people_sql::all_grants, read_grant); }

Result<bool> Grants::add_org(std::string_view org_code) {
  bool added = false;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    added = connection.exec(people_sql::insert_org, std::string(org_code)) > 0;
    if (!added) return {};
    connection.exec(people_sql::next_directory_version);
    notes.org(std::string(org_code));
    return {};
  }));
  return added;
}

Result<std::vector<std::string>> Grants::orgs() { return database_.all(people_sql::all_orgs, column<std::string>); }

Result<std::int64_t> Grants::version() {
  LX_TRY(const auto version, database_.first(people_sql::directory_version, column<std::int64_t>));
  return version.value_or(0);
}

}  // namespace lianxin::server
