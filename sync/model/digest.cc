#include "sync/model/digest.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/json_parts.h"
#include "sync/model/relation.h"

namespace lianxin {
namespace {

std::uint64_t big_endian(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

Digest hash_of_cell(const RecordId& record, std::string_view kind, std::string_view address, std::string_view cell) {
  return digest_of(sha256_of_parts({view(record.bytes), kind, address, cell}));
}

Result<std::string> unescaped(std::string_view name) {
  if (name.find('\\') == std::string_view::npos) return std::string(name);
  const Result<Value> value = parse_json('"' + std::string(name) + '"');
  if (!value || !value->text()) return failure(Errc::corrupt, "not an address");
  return *value->text();
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

Digest digest_of(const Hash& hash) { return {big_endian(hash.data()), big_endian(hash.data() + 8)}; }

Digest cell_digest(const RecordId& record, std::string_view kind, std::string_view address, const Cell& cell) {
  std::string text;
  append_cell(text, cell);
  return hash_of_cell(record, kind, address, text);
}

DigestsBySensitivity row_digests(const Catalog& catalog, const Row& row) {
  DigestsBySensitivity digests{};
  const bool marked = is_withheld(row);
  for (const auto& [address, cell] : row.cells) {
    const std::string_view field = std::string_view(address).substr(0, address.find('/'));
    if (marked && is_withheld_field(catalog, row.kind, field, row.guard)) continue;
    const Sensitivity sensitivity = std::max(row.guard, sensitivity_of(catalog, row.kind, field));
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

// Most of a row is cells, and to build them only to write them out again is most of the work. What stands around them
// is read as ever.
Result<Digest> delivered_digest_of(std::string_view encoded, const RecordId* kept_under) {
  LX_TRY(const std::vector<JsonPart> parts, json_parts(encoded));
  const auto cells =
      std::find_if(parts.begin(), parts.end(), [](const JsonPart& part) { return part.name == "cells"; });
  if (cells == parts.end()) return failure(Errc::corrupt, "not a row: cells");
  const auto before = static_cast<std::size_t>(cells->text.data() - encoded.data());
  std::string around(encoded.substr(0, before));
  around += "{}";
  around += encoded.substr(before + cells->text.size());
  LX_TRY(const Row row, decode_row(around));
  if (kept_under && row.record != *kept_under) return failure(Errc::corrupt, "the row of another record");
  LX_TRY(const std::vector<JsonPart> by_address, json_parts(cells->text));
  Digest sum;
  for (const JsonPart& cell : by_address) {
    LX_TRY(const std::string address, unescaped(cell.name));
    if (std::find(row.above.begin(), row.above.end(), address) != row.above.end()) continue;
    sum += hash_of_cell(row.record, row.kind, address, cell.text);
  }
  return sum;
}

}  // namespace lianxin
