#include "client-sdk/store/identity.h"

#include <charconv>

#include "schema/json.h"

namespace lianxin::client {
namespace {

constexpr Query get_meta{"get_meta", "SELECT sealed FROM meta WHERE name = $1"};
constexpr Query set_meta{"set_meta", R"sql(
  INSERT INTO meta (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed
)sql"};
constexpr Query erase_meta{"erase_meta", "DELETE FROM meta WHERE name = $1"};

Error damaged() { return {Errc::corrupt, "the stored identity cannot be read"}; }

}  // namespace

Result<Identity> read_identity(std::string_view stored) {
  LX_TRY(const Value parts, parse_json(stored));
  Identity identity;
  identity.server = parts.text_at("server");
  identity.device_name = parts.text_at("device_name");
  identity.token = parts.text_at("token");
  identity.certificate = parts.text_at("certificate");
  identity.member_name = parts.text_at("member_name");
  identity.shared = parts.boolean_at("shared");
  const auto member = MemberId::parse(parts.text_at("member"));
  const auto current = MemberId::parse(parts.text_at("current"));
  if (!from_hex(parts.text_at("secret"), identity.secret) || !member || !current) return tl::unexpected(damaged());
  identity.member = *member;
  identity.current = *current;
  // To derive the key takes longer than all the rest; files of the first version do not have it beside its secret.
  if (!from_hex(parts.text_at("key"), identity.key)) identity.key = public_key_of(identity.secret);
  identity.device = device_id_of(identity.key);
  return identity;
}

Result<std::optional<std::string>> Meta::get(const char* name) {
  std::optional<std::string> sealed;
  db_.each(
      get_meta, [&](SQLite::Statement& row) { sealed = blob_at(row, 0); }, std::string(name));
  if (!sealed) return std::optional<std::string>();
  LX_TRY(std::string plain, db_.unseal(*sealed));
  return std::optional<std::string>(std::move(plain));
}

void Meta::set(const char* name, std::string_view value) {
  db_.exec(set_meta, std::string(name), Blob{db_.seal(value)});
}

void Meta::erase(const char* name) { db_.exec(erase_meta, std::string(name)); }

Result<std::optional<Identity>> Meta::identity() {
  LX_TRY(const std::optional<std::string> stored, get(meta_names::identity));
  if (!stored) return std::optional<Identity>();
  LX_TRY(Identity identity, read_identity(*stored));
  return std::optional<Identity>(std::move(identity));
}

void Meta::set_identity(const Identity& identity) {
  set(meta_names::identity, to_json(Value::Object{{"server", identity.server},
                                                  {"device_name", identity.device_name},
                                                  {"token", identity.token},
                                                  {"certificate", identity.certificate},
                                                  {"secret", to_hex(identity.secret)},
                                                  {"key", to_hex(identity.key)},
                                                  {"member", identity.member.text()},
                                                  {"current", identity.current.text()},
                                                  {"member_name", identity.member_name},
                                                  {"shared", identity.shared}}));
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
