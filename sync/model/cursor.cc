#include "sync/model/cursor.h"

#include <algorithm>

namespace lianxin {
namespace {

constexpr std::size_t place_size = 16, bare_size = 20, marked_size = 36;

Bytes<bare_size> bare_bytes(const Cursor& cursor) {
  Bytes<bare_size> bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(cursor.seq >> (56 - 8 * i) & 255);
  std::copy(cursor.log.begin(), cursor.log.end(), bytes.begin() + 8);
  std::copy(cursor.access.begin(), cursor.access.end(), bytes.begin() + 16);
  return bytes;
}

}  // namespace

std::string Cursor::text() const {
  const Bytes<bare_size> bare = bare_bytes(*this);
  if (!mark) return to_base64url(bare);
  Bytes<marked_size> bytes;
  std::copy(mark->begin(), mark->end(), std::copy(bare.begin(), bare.end(), bytes.begin()));
  return to_base64url(bytes);
}

std::optional<Cursor> Cursor::parse(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || (bytes->size() != bare_size && bytes->size() != marked_size)) return std::nullopt;
  Cursor cursor;
  std::uint64_t seq = 0;
  for (std::size_t i = 0; i < 8; ++i) seq = seq << 8 | static_cast<std::uint8_t>((*bytes)[i]);
  cursor.seq = static_cast<Seq>(seq);
  if (cursor.seq < 0) return std::nullopt;
  std::copy_n(bytes->begin() + 8, 8, cursor.log.begin());
  std::copy_n(bytes->begin() + 16, 4, cursor.access.begin());
  if (bytes->size() == marked_size) std::copy_n(bytes->begin() + bare_size, 16, cursor.mark.emplace().begin());
  return cursor;
}

Bytes<16> mark_of(const Cursor& cursor, const StudioId& studio, const SecretKey& server) {
  const Hash key = sha256_of_parts({"lianxin cursor key v1", view(server)});
  const Bytes<bare_size> bare = bare_bytes(cursor);
  const auto place = view(bare).substr(0, place_size);
  return first_bytes<16>(hmac_sha256(key, std::string(view(studio.bytes)) + std::string(place)));
}

bool is_own(const Cursor& cursor, const StudioId& studio, const SecretKey& server) {
  return cursor.mark && equal_in_constant_time(mark_of(cursor, studio, server), *cursor.mark);
}

Bytes<8> short_hash(const Hash& hash) { return first_bytes<8>(hash); }

Bytes<4> access_hash(Sensitivity clearance, std::string_view sight, std::int64_t sensitivity_version) {
  return first_bytes<4>(sha256_of_parts({name_of(clearance), sight, std::to_string(sensitivity_version)}));
}

Bytes<4> pulling_from_zero(Bytes<4> access) {
  access[0] ^= 0x80;
  return access;
}

}  // namespace lianxin
