#include "server/people/sessions.h"

#include "schema/bytes.h"
#include "schema/text.h"
#include "server/people/queries.h"
#include "server/people/secrets.h"
#include "server/people/shown_name.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

constexpr std::size_t agent_bytes_max = 200, address_bytes_max = 64;

OpenSession read_session(const SqlRun& run) {
  OpenSession session;
  run.read(session.id, session.made_ms, session.used_ms, session.expires_ms, session.origin.address,
           session.origin.agent, session.origin.by_cookie);
  return session;
}

}  // namespace

std::string open_session(SqlConnection& connection, Random& random, const std::string& login,
                         const SessionOrigin& origin, std::int64_t now_ms) {
  std::string token = make_token(random);
  Bytes<8> id;
  random.fill(id);
  const std::string agent(beginning_of(shown_name(origin.agent), agent_bytes_max));
  const std::string address(beginning_of(origin.address, address_bytes_max));
  connection.exec(people_sql::insert_session, hash_of_secret(token), login, now_ms + Accounts::session_ms, to_hex(id),
                  now_ms, address, agent, origin.by_cookie);
  connection.exec(people_sql::keep_last_sessions, login, Sessions::per_account_max);
  return token;
}

std::string csrf_of(std::string_view token) { return to_base64url(sha256("lianxin csrf v1|" + std::string(token))); }

Result<std::optional<SignedInAs>> Sessions::with_token(std::string_view token, bool by_cookie, std::int64_t now_ms) {
  if (token.empty()) return std::optional<SignedInAs>();
  const Hash hash = hash_of_secret(token);
  const auto read = [](const SqlRun& run) {
    return std::pair(SignedInAs{read_account(run), run.text(5)}, run.integer(6));
  };
  LX_TRY(auto found,
         database_.first(people_sql::account_by_session, read, hash, now_ms, now_ms - idle_ms - noted_ms, by_cookie));
  if (!found) return std::optional<SignedInAs>();
  if (now_ms - found->second > noted_ms) LX_CHECK(database_.exec(people_sql::note_session_used, hash, now_ms));
  return std::optional(std::move(found->first));
}

Result<std::vector<OpenSession>> Sessions::of(const std::string& login, std::int64_t now_ms) {
  return database_.all(people_sql::sessions_of, read_session, login, now_ms, now_ms - idle_ms - noted_ms);
}

Status Sessions::end(const std::string& login, const std::string& id) {
  return database_.write([&](SqlConnection& connection) -> Status {
    if (connection.exec(people_sql::delete_session, login, id) == 0) return failure(Errc::not_found, "no such session");
    return {};
  });
}

Status Sessions::end_others(const std::string& login, const std::string& but_id) {
  return database_.exec(people_sql::delete_other_sessions, login, but_id);
}

Status Sessions::end_all(const std::string& login) { return database_.exec(people_sql::delete_sessions_of, login); }

std::string Sessions::cookie(std::string_view token) const {
  std::string text = std::string(cookie_name()) + "=" + std::string(token) + "; Path=/; HttpOnly; SameSite=Strict";
  if (secure_) text += "; Secure";
  return text + "; Max-Age=" + std::to_string(token.empty() ? 0 : Accounts::session_ms / 1000);
}

}  // namespace lianxin::server
