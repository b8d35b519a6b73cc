#include "server/people/second_factor.h"

#include "schema/bytes.h"
#include "server/disk/sealing.h"
#include "server/people/queries.h"
#include "server/people/secrets.h"
#include "server/people/states.h"
#include "server/people/totp.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

struct Kept {
  std::optional<std::string> sealed, pending;
  std::int64_t step = 0;
  std::string recovery;
};

Kept read_kept(const SqlRun& run) {
  Kept kept;
  if (!run.is_null(0)) kept.sealed = run.text(0);
  if (!run.is_null(1)) kept.pending = run.text(1);
  kept.step = run.integer(2);
  kept.recovery = run.text(3);
  return kept;
}

std::string hash_text(std::string_view code) { return to_hex(hash_of_secret(code)); }

// Without the hash of that code; none where it is not among them.
std::optional<std::string> without(const std::string& hashes, std::string_view typed) {
  const std::string code = normal_enrol_code(typed);
  const std::string hash = hash_text(code);
  const std::size_t at = code.empty() ? std::string::npos : hashes.find(hash);
  if (at == std::string::npos) return std::nullopt;
  return std::string(hashes).erase(at, hash.size());
}

}  // namespace

FactorShown check_second_factor(SqlConnection& connection, StateNotes& notes, const SecretKey& key,
                                const std::string& login, std::string_view typed, std::int64_t now_ms) {
  const auto kept = connection.first(people_sql::second_factor_of, read_kept, login);
  if (!kept || !kept->sealed) return FactorShown::not_asked;
  if (typed.empty()) return FactorShown::missing;
  const auto secret = unseal(key, *kept->sealed, login);
  if (const auto step = secret ? totp_step_of(*secret, typed, now_ms, kept->step) : std::nullopt) {
    connection.exec(people_sql::set_totp_step, login, *step);
    return FactorShown::right;
  }
  const auto left = without(kept->recovery, typed);
  if (!left) return FactorShown::wrong;
  connection.exec(people_sql::set_recovery, login, *left);
  notes.account(login);
  return FactorShown::right;
}

Result<SecondFactors::Begun> SecondFactors::begin(const std::string& login) {
  Bytes<totp_secret_bytes> secret;
  random_.fill(secret);
  const std::string_view plain = view(secret);
  const std::string sealed = seal(key_, random_, plain, login);
  LX_CHECK(database_.write([&](SqlConnection& connection) -> Status {
    if (connection.exec(people_sql::set_totp_pending, login, as_bytes(sealed)) == 0) {
      return failure(Errc::not_found, "no such account");
    }
    return {};
  }));
  return Begun{base32_text(plain), totp_uri(plain, login)};
}

Result<std::optional<std::vector<std::string>>> SecondFactors::confirm(const std::string& login, std::string_view code,
                                                                       std::int64_t now_ms) {
  std::vector<std::string> codes;
  std::string hashes;
  for (std::size_t i = 0; i < recovery_codes; ++i) {
    codes.push_back(make_enrol_code(random_));
    hashes += hash_text(codes.back());
  }
  bool right = false;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    const auto kept = connection.first(people_sql::second_factor_of, read_kept, login);
    if (!kept || !kept->pending) return failure(Errc::not_found, "no second factor was begun");
    const auto secret = unseal(key_, *kept->pending, login);
    const auto step = secret ? totp_step_of(*secret, code, now_ms, 0) : std::nullopt;
    right = step.has_value();
    if (!right) return {};
    connection.exec(people_sql::set_second_factor, login, as_bytes(*kept->pending), *step, hashes);
    connection.exec(people_sql::delete_sessions_of, login);
    notes.account(login);
    return {};
  }));
  return right ? std::optional(std::move(codes)) : std::nullopt;
}

Status SecondFactors::remove(const std::string& login) {
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (connection.exec(people_sql::drop_second_factor, login) == 0) {
      return failure(Errc::not_found, "no such account");
    }
    connection.exec(people_sql::delete_sessions_of, login);
    notes.account(login);
    return {};
  });
}

}  // namespace lianxin::server
