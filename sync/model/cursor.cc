#include "sync/model/cursor.h"

#include <algorithm>

namespace lianxin {
namespace {

constexpr std::size_t place_size = 16, bare_size = 20, marked_size = 36, long_size = 52;

void put_place(const LogPlace& place, std::uint8_t* to) {
  for (std::size_t i = 0; i < 8; ++i) to[i] = static_cast<std::uint8_t>(place.seq >> (56 - 8 * i) & 255);
  std::copy(place.log.begin(), place.log.end(), to + 8);
}

LogPlace place_at(std::string_view bytes) {
  std::uint64_t seq = 0;
  for (std::size_t i = 0; i < 8; ++i) seq = seq << 8 | static_cast<std::uint8_t>(bytes[i]);
  LogPlace place{static_cast<Seq>(seq), {}};
  std::copy_n(bytes.begin() + 8, 8, place.log.begin());
  return place;
}

std::string bytes_of(const LogPlace& place) {
  Bytes<place_size> bytes;
  put_place(place, bytes.data());
  return std::string(view(bytes));
}

}  // namespace

std::string Cursor::text() const {
  Bytes<long_size> bytes{};
  put_place({seq, log}, bytes.data());
  std::copy(access.begin(), access.end(), bytes.begin() + place_size);
  if (mark) std::copy(mark->begin(), mark->end(), bytes.begin() + bare_size);
  if (mark && up_to) put_place(*up_to, bytes.data() + marked_size);
  return to_base64url(std::span(bytes).first(!mark ? bare_size : !up_to ? marked_size : long_size));
}

std::optional<Cursor> Cursor::parse(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || (bytes->size() != bare_size && bytes->size() != marked_size && bytes->size() != long_size)) {
    return std::nullopt;
  }
  const LogPlace place = place_at(*bytes);
  Cursor cursor{place.seq, place.log, {}, {}, {}};
  std::copy_n(bytes->begin() + place_size, 4, cursor.access.begin());
  if (bytes->size() >= marked_size) std::copy_n(bytes->begin() + bare_size, 16, cursor.mark.emplace().begin());
  if (bytes->size() == long_size) cursor.up_to = place_at(std::string_view(*bytes).substr(marked_size));
  if (cursor.seq < 0 || (cursor.up_to && cursor.up_to->seq < cursor.seq)) return std::nullopt;
  return cursor;
}

Bytes<16> mark_of(const Cursor& cursor, const StudioId& studio, const SecretKey& server) {
  const Hash key = sha256_of_parts({"lianxin cursor key v1", view(server)});
  std::string places = bytes_of({cursor.seq, cursor.log});
  if (cursor.up_to) places += bytes_of(*cursor.up_to);
  return first_bytes<16>(hmac_sha256(key, std::string(view(studio.bytes)) + places));
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
