#include "server/people/grants.h"

#include "server/people/queries.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

KeptGrant read_grant(const SqlRun& run) {
  KeptGrant kept;
  kept.id = run.integer(0);
  kept.grant.member = run.id<MemberId>(1);
  kept.grant.role = run.text(2);
  if (!run.is_null(3)) kept.grant.studio = run.id<StudioId>(3);
  if (!run.is_null(4)) kept.grant.org_code = run.text(4);
  kept.grant.from_ms = run.integer(5);
  kept.grant.to_ms = run.integer(6);
  kept.grant.clearance = sensitivity_named(run.text(7)).value_or(Sensitivity::public_);
  return kept;
}

bool covers(const Grant& kept, const Grant& asked) {
  return kept.role == asked.role && kept.studio == asked.studio && kept.org_code == asked.org_code &&
         kept.clearance == asked.clearance && kept.from_ms <= asked.from_ms && kept.to_ms >= asked.to_ms;
}

}  // namespace

Result<bool> Grants::add(const Grant& grant) {
  if (grant.studio.is_zero() == grant.org_code.empty()) {
    return failure(Errc::invalid_argument, "a grant names a studio or an org unit");
  }
  if (grant.from_ms >= grant.to_ms) return failure(Errc::invalid_argument, "a grant ends after it begins");
  bool added = false;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    added = false;
    std::int64_t id = 0;
    {
      SqlRun run = connection.run(people_sql::grants_of_member);
      run.bind(1, grant.member);
      while (run.step()) {
        if (covers(read_grant(run).grant, grant)) return {};
      }
    }
    {
      SqlRun run = connection.run(people_sql::insert_grant);
      run.bind(1, grant.member).bind(2, grant.role);
      if (grant.org_code.empty()) {
        run.bind(3, grant.studio).bind_null(4);
      } else {
        run.bind_null(3).bind(4, grant.org_code);
      }
      run.bind(5, grant.from_ms).bind(6, grant.to_ms).bind(7, std::string(name_of(grant.clearance))).step();
      id = run.integer(0);
    }
    connection.run(people_sql::next_directory_version).exec();
    notes.grant(id);
    added = true;
    return {};
  }));
  return added;
}

Status Grants::end(std::int64_t id, std::int64_t at_ms) {
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    {
      SqlRun run = connection.run(people_sql::grant_exists);
      if (!run.bind(1, id).step()) return failure(Errc::not_found, "no grant " + std::to_string(id));
    }
    connection.run(people_sql::end_grant).bind(1, id).bind(2, at_ms).exec();
    connection.run(people_sql::next_directory_version).exec();
    notes.grant(id);
    return {};
  });
}

Result<std::vector<KeptGrant>> Grants::all() {
  std::vector<KeptGrant> grants;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::all_grants);
    while (run.step()) grants.push_back(read_grant(run));
    return {};
  }));
  return grants;
}

Result<bool> Grants::add_org(std::string_view org_code) {
  bool added = false;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    added = connection.run(people_sql::insert_org).bind(1, std::string(org_code)).exec() > 0;
    if (!added) return {};
    connection.run(people_sql::next_directory_version).exec();
    notes.org(std::string(org_code));
    return {};
  }));
  return added;
}

Result<std::vector<std::string>> Grants::orgs() {
  std::vector<std::string> codes;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::all_orgs);
    while (run.step()) codes.push_back(run.text(0));
    return {};
  }));
  return codes;
}

Result<std::int64_t> Grants::version() {
  std::int64_t version = 0;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::directory_version);
    if (run.step()) version = run.integer(0);
    return {};
  }));
  return version;
}

}  // namespace lianxin::server
