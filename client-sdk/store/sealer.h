// Seals the values of a phone's file and opens them again. Each column that holds sealed values has a key of its own,
// derived from the file's, and a value is bound to its row: in another place it does not open.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "lianxin/device.h"
#include "schema/ids.h"
#include "sync/crypto/aead.h"
#include "sync/crypto/hash.h"

namespace lianxin::client {

enum class Column { meta, grant, line, row, row_sum, form, shown, search, acknowledgement, pin };
inline constexpr std::size_t columns = static_cast<std::size_t>(Column::pin) + 1;

// Where a value lies: a column, and of which row. A row's key parts are of one length each, or one text.
struct SealedAt {
  Column column;
  std::string row;
};
template <class Tag, IdText form>
std::string_view key_bytes(const Id<Tag, form>& id) {
  return view(id.bytes);
}
template <std::size_t N>
std::string_view key_bytes(const Bytes<N>& bytes) {
  return view(bytes);
}
inline std::string_view key_bytes(std::string_view text) { return text; }
template <class... Keys>
SealedAt sealed_at(Column column, const Keys&... keys) {
  SealedAt at{column, {}};
  (at.row.append(key_bytes(keys)), ...);
  return at;
}

// Not thread-safe: the database's lock guards it.
class Sealer {
 public:
  Sealer(const Secret& file_key, RandomSource& random);

  std::string seal(const SealedAt& at, std::string_view plain);
  // None: it went bad, or lies in another place than it was sealed for.
  std::optional<std::string> open(const SealedAt& at, std::string_view sealed);
  // What is left of a value that does not open: with one bit of it flipped, all but that bit. None: it never was one.
  std::optional<std::string> left_of(const SealedAt& at, std::string_view sealed);

  std::int64_t opened() const { return opened_; }  // values so far: what a call did not read, it did not open

  Hash keyed_hash(std::string_view bytes) const;  // the same for equal bytes in this file, and in no other

 private:
  AeadKey& key_of(Column column);

  Secret file_key_, hash_key_;
  RandomSource& random_;
  std::int64_t opened_ = 0;
  std::array<std::optional<AeadKey>, columns> keys_;  // made when first needed
};

}  // namespace lianxin::client
