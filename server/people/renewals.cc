#include "server/people/renewals.h"

#include "server/people/device_rows.h"
#include "server/people/queries.h"
#include "server/people/secrets.h"
#include "server/people/states.h"
#include "server/storage/sql.h"
#include "sync/wire/certificate.h"

namespace lianxin::server {

std::string following_token(const SelfDevice& self, const DeviceId& device, std::int64_t made_ms) {
  const Hash key = sha256_of_parts({"lianxin token key v1", view(self.secret)});
  return to_base64url(hmac_sha256(key, device.text() + "|" + std::to_string(made_ms)));
}

Status Renewals::note_used(Device& device, std::string_view token, std::int64_t now_ms) {
  const Hash hash = hash_of_secret(token);
  if (!device.next_token || *device.next_token != hash) return {};
  device.next_token.reset();
  device.token_ms = now_ms;
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (connection.exec(people_sql::take_offered_token, device.id, hash, now_ms) > 0) notes.device(device.id);
    return {};
  });
}

Result<Renewals::Given> Renewals::due(const Device& device, std::int64_t certificate_ends_ms, std::int64_t now_ms) {
  if (device.status != DeviceStatus::active) return Given{};
  LX_TRY(std::string token, token_due(device, now_ms));
  LX_TRY(std::string certificate, certificate_due(device, certificate_ends_ms, now_ms));
  return Given{std::move(token), std::move(certificate)};
}

Result<std::string> Renewals::token_due(const Device& device, std::int64_t now_ms) {
  if (now_ms - device.token_ms < token_ms_max) return std::string();
  const bool offered = device.next_token && now_ms - device.next_token_ms < token_ms_max;
  std::string token = following_token(self_, device.id, offered ? device.next_token_ms : now_ms);
  const Hash hash = hash_of_secret(token);
  if (offered && *device.next_token == hash) return token;  // once more: the reply that held it may be lost
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    offer_token(connection, device.id, hash, now_ms);
    notes.device(device.id);
    return {};
  }));
  return token;
}

Result<std::string> Renewals::certificate_due(const Device& device, std::int64_t ends_ms, std::int64_t now_ms) {
  if (!ends_before_long(ends_ms, now_ms)) return std::string();
  std::optional<Certificate> certificate = read_certificate(self_.key, device.certificate);
  if (!certificate) return failure(Errc::corrupt, "the certificate of device " + device.id.text());
  if (!ends_before_long(certificate->ends_ms, now_ms)) return device.certificate;
  certificate->ends_ms = now_ms + certificate_ms;
  std::string renewed = sign_certificate(self_.secret, *certificate);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    connection.exec(people_sql::set_certificate, device.id, renewed);
    notes.device(device.id);
    return {};
  }));
  return renewed;
}

}  // namespace lianxin::server
