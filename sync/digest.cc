#include "sync/digest.h"

#include <algorithm>

#include "sync/hash.h"

namespace lianxin {
namespace {

std::uint64_t big_endian(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

Digest& Digest::operator+=(const Digest& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  return *this;
}

Digest& Digest::operator-=(const Digest& other) {
  high -= other.high + (low < other.low ? 1 : 0);
  low -= other.low;
  return *this;
}

std::string Digest::text() const {
  Bytes<16> bytes;
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i) & 255);
    bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i) & 255);
  }
  return to_hex(bytes);
}

std::optional<Digest> Digest::parse(std::string_view text) {
  Bytes<16> bytes;
  if (!from_hex(text, bytes)) return std::nullopt;
  return Digest{big_endian(bytes.data()), big_endian(bytes.data() + 8)};
}

Digest cell_digest(const RecordId& record, std::string_view kind, std::string_view address, const Cell& cell) {
  std::string text;
  append_cell(text, cell);
  const Hash hash = sha256_of_parts({view(record.bytes), kind, address, text});
  return {big_endian(hash.data()), big_endian(hash.data() + 8)};
}

DigestsBySensitivity row_digests(const Catalog& catalog, const Row& row) {
  DigestsBySensitivity digests{};
  for (const auto& [address, cell] : row.cells) {
    const Sensitivity sensitivity = sensitivity_of(catalog, row.kind, address.substr(0, address.find('/')));
    digests[static_cast<std::size_t>(sensitivity)] += cell_digest(row.record, row.kind, address, cell);
  }
  return digests;
}

Digest sum_up_to(const DigestsBySensitivity& digests, Sensitivity clearance) {
  Digest sum;
  for (std::size_t level = 0; level <= static_cast<std::size_t>(clearance); ++level) sum += digests[level];
  return sum;
}

Digest delivered_digest(const Row& row) {
  Digest sum;
  for (const auto& [address, cell] : row.cells) {
    if (std::find(row.above.begin(), row.above.end(), address) != row.above.end()) continue;
    sum += cell_digest(row.record, row.kind, address, cell);
  }
  return sum;
}

}  // namespace lianxin
