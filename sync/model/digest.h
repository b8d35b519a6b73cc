// The sum, mod 2^128, of a hash of every cell: order does not matter, and one cell goes out and in alone.
#pragma once

#include <array>

#include "sync/crypto/hash.h"
#include "sync/model/policy.h"
#include "sync/model/row.h"

namespace lianxin {

struct Digest {
  std::uint64_t high = 0, low = 0;

  Digest& operator+=(const Digest& other);
  Digest& operator-=(const Digest& other);
  std::string text() const;  // 32 hex digits
  static std::optional<Digest> parse(std::string_view text);
  friend bool operator==(const Digest&, const Digest&) = default;
};

Digest digest_of(const Hash& hash);  // its first 16 bytes

using DigestsBySensitivity = std::array<Digest, 4>;

Digest cell_digest(const RecordId& record, std::string_view kind, std::string_view address, const Cell& cell);

// Server: a row's cells, by how guarded they are; those that are withheld (relation.h) nobody is given.
DigestsBySensitivity row_digests(const Catalog& catalog, const Row& row);
Digest sum_up_to(const DigestsBySensitivity& digests, Sensitivity clearance);

// Phone: what a delivered row contributes (cells in `above` do not).
Digest delivered_digest(const Row& row);
// The same of the text that encode_row() made of it. Its cells are hashed as they lie there; corrupt where the rest is
// no row, or (where that is said) not the row of the record that it is kept under.
Result<Digest> delivered_digest_of(std::string_view encoded, const RecordId* kept_under = nullptr);

}  // namespace lianxin
