#include "sync/wire/server_move.h"

#include <algorithm>

#include "schema/json.h"
#include "sync/model/parts.h"
#include "sync/wire/certificate.h"
#include "sync/wire/signed_text.h"

namespace lianxin {
namespace {

constexpr std::string_view purpose = "lianxin move v1";
constexpr std::size_t pins_max = 4;

struct Announced {
  ServerMove move;
  PublicKey key{};  // the server's: a phone has no other record of it than what it signed
};

constexpr auto announced_parts = [](auto& part, auto& announced) {
  part.present("address", announced.move.address);
  part.texts("pins", announced.move.pins, When::always);
  part.plain("announced_ms", announced.move.announced_ms);
  part.base64url("public_key", announced.key);
};

Error wrong(std::string_view name) { return {Errc::invalid_argument, "move: " + std::string(name)}; }

}  // namespace

std::string sign_move(const SecretKey& server, const ServerMove& move) {
  return write_signed(server, purpose, to_json(written(announced_parts, Announced{move, public_key_of(server)})));
}

std::optional<ServerMove> read_move(std::string_view text, std::string_view certificate) {
  const auto signed_text = read_signed(text);
  if (!signed_text) return std::nullopt;
  const Result<Value> parts = parse_json(signed_text->json);
  if (!parts) return std::nullopt;
  Result<Announced> announced = read_parts<Announced>(announced_parts, *parts, wrong);
  const bool genuine =
      announced && read_certificate(announced->key, certificate) && signed_text->is_signed_by(announced->key, purpose);
  if (!genuine || announced->move.pins.size() > pins_max) return std::nullopt;
  return std::move(announced->move);
}

}  // namespace lianxin
