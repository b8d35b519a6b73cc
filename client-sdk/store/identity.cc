#include "client-sdk/store/identity.h"

#include <charconv>

#include "schema/json.h"
#include "sync/model/parts.h"

namespace lianxin::client {
namespace {

constexpr Query get_meta{"get_meta", "SELECT sealed FROM meta WHERE name = $1"};
constexpr Query set_meta{"set_meta", R"sql(
  INSERT INTO meta (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed
)sql"};
constexpr Query erase_meta{"erase_meta", "DELETE FROM meta WHERE name = $1"};

Error damaged(std::string_view) { return {Errc::corrupt, "the stored identity cannot be read"}; }

// All but the key and what follows from it.
constexpr auto identity_parts = [](auto& part, auto& identity) {
  part.plain("server", identity.server);
  part.plain("device_name", identity.device_name);
  part.texts("pins", identity.pins, When::if_any);
  part.plain("token", identity.token);
  part.plain("certificate", identity.certificate);
  part.hex("secret", identity.secret);
  part.text("member", identity.member);
  part.text("current", identity.current);
  part.plain("member_name", identity.member_name);
  part.plain("shared", identity.shared);
};

}  // namespace

Result<Identity> read_identity(std::string_view stored) {
  LX_TRY(const Value parts, parse_json(stored));
  LX_TRY(Identity identity, read_parts<Identity>(identity_parts, parts, damaged));
  // To derive the key takes longer than all the rest; files of the first version do not have it beside its secret.
  if (!from_hex(parts.text_at("key"), identity.key)) identity.key = public_key_of(identity.secret);
  identity.device = device_id_of(identity.key);
  return identity;
}

Result<std::optional<std::string>> Meta::get(const char* name) {
  return db_.unsealed(get_meta, sealed_at(Column::meta, name), std::string(name));
}

void Meta::set(const char* name, std::string_view value) {
  db_.exec(set_meta, std::string(name), Blob{db_.seal(sealed_at(Column::meta, name), value)});
}

void Meta::erase(const char* name) { db_.exec(erase_meta, std::string(name)); }

Result<std::optional<Identity>> Meta::identity() {
  LX_TRY(const std::optional<std::string> stored, get(meta_names::identity));
  if (!stored) return std::optional<Identity>();
  LX_TRY(Identity identity, read_identity(*stored));
  return std::optional<Identity>(std::move(identity));
}

void Meta::set_identity(const Identity& identity) {
  Value parts = written(identity_parts, identity);
  parts.object()->emplace("key", to_hex(identity.key));
  set(meta_names::identity, to_json(parts));
}

Result<std::int64_t> Meta::number(const char* name) {
  LX_TRY(const std::optional<std::string> stored, get(name));
  std::int64_t number = 0;
  if (stored) std::from_chars(stored->data(), stored->data() + stored->size(), number);
  return number;
}

Result<Hlc> Meta::last_clock() {
  LX_TRY(const std::optional<std::string> stored, get(meta_names::last_clock));
  const std::optional<Hlc> last = stored ? Hlc::parse(*stored) : std::nullopt;
  return last.value_or(Hlc{});
}

}  // namespace lianxin::client
