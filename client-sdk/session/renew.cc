#include "client-sdk/session/renew.h"

#include "client-sdk/session/server_address.h"
#include "sync/wire/certificate.h"

namespace lianxin::client {
namespace {

bool is_for(const Identity& who, std::string_view certificate) {
  const auto shown = certificate_in(certificate);
  return shown && shown->device == who.device && shown->key == who.key;
}

// One that leads nowhere, or to where the phone is, is none.
std::optional<ServerMove> usable(std::string_view text, const Identity& who) {
  std::optional<ServerMove> move = read_move(text, who.certificate);
  if (!move || (move->address == who.server && move->pins == who.pins)) return std::nullopt;
  const Result<std::string> address = server_address(move->address);
  if (!address || !server_pins(*address, joined_pins(*move))) return std::nullopt;
  return move;
}

// Only within a transaction.
Result<std::optional<ServerMove>> stored_move(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  LX_TRY(const std::optional<std::string> text, Meta(phone.db()).get(meta_names::next_server));
  return text ? usable(*text, who) : std::nullopt;
}

// The newest that was announced; what was taken back is forgotten.
Status keep_move(PhoneCore& phone, const Identity& who, const std::string& text) {
  Meta meta(phone.db());
  LX_TRY(const std::optional<std::string> stored, meta.get(meta_names::next_server));
  if (stored == text || (!stored && text.empty())) return {};
  if (!usable(text, who)) {
    if (stored) meta.erase(meta_names::next_server);
    return {};
  }
  meta.set(meta_names::next_server, text);
  return {};
}

}  // namespace

Status take_renewals(PhoneCore& phone, const DeviceId& asked, const SyncReply& reply) {
  return phone.db().write([&]() -> Status {
    LX_CHECK(phone.in_turn());
    LX_TRY(Identity who, phone.identity());
    if (who.device != asked) return {};
    const bool certified = is_for(who, reply.certificate);
    LX_CHECK(keep_move(phone, who, reply.move));
    if (reply.token.empty() && !certified) return {};
    if (!reply.token.empty()) who.token = reply.token;
    if (certified) who.certificate = reply.certificate;
    Meta(phone.db()).set_identity(who);
    return {};
  });
}

std::optional<ServerMove> next_server(PhoneCore& phone) {
  return phone.db().read([&] { return stored_move(phone); }).value_or(std::nullopt);
}

std::optional<ServerMove> untried_server(PhoneCore& phone) {
  const auto found = phone.db().write([&]() -> Result<std::optional<ServerMove>> {
    LX_TRY(std::optional<ServerMove> move, stored_move(phone));
    Meta meta(phone.db());
    LX_TRY(const std::optional<std::string> tried, meta.get(meta_names::tried_server));
    const std::string announced = move ? std::to_string(move->announced_ms) : std::string();
    if (!move || tried == announced) return std::optional<ServerMove>();
    meta.set(meta_names::tried_server, announced);
    return move;
  });
  return found.value_or(std::nullopt);
}

std::string joined_pins(const ServerMove& move) {
  std::string joined;
  for (const std::string& pin : move.pins) joined += (joined.empty() ? "" : ",") + pin;
  return joined;
}

}  // namespace lianxin::client
