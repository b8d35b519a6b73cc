#include "sync/cursor.h"

#include <algorithm>

namespace lianxin {

std::string Cursor::text() const {
  Bytes<20> bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(seq >> (56 - 8 * i) & 255);
  std::copy(log.begin(), log.end(), bytes.begin() + 8);
  std::copy(access.begin(), access.end(), bytes.begin() + 16);
  return to_base64url(bytes);
}

std::optional<Cursor> Cursor::parse(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != 20) return std::nullopt;
  Cursor cursor;
  std::uint64_t seq = 0;
  for (std::size_t i = 0; i < 8; ++i) seq = seq << 8 | static_cast<std::uint8_t>((*bytes)[i]);
  cursor.seq = static_cast<Seq>(seq);
  if (cursor.seq < 0) return std::nullopt;
  std::copy_n(bytes->begin() + 8, 8, cursor.log.begin());
  std::copy_n(bytes->begin() + 16, 4, cursor.access.begin());
  return cursor;
}

Bytes<8> short_hash(const Hash& hash) {
  Bytes<8> first;
  std::copy_n(hash.begin(), first.size(), first.begin());
  return first;
}

Bytes<4> access_hash(Sensitivity clearance, bool masked, std::int64_t sensitivity_version) {
  const Hash hash = sha256_of_parts({name_of(clearance), masked ? "masked" : "", std::to_string(sensitivity_version)});
  Bytes<4> first;
  std::copy_n(hash.begin(), first.size(), first.begin());
  return first;
}

Bytes<4> pulling_from_zero(Bytes<4> access) {
  access[0] ^= 0x80;
  return access;
}

}  // namespace lianxin
