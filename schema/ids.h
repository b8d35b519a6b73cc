// Ids are types: a studio's id cannot be handed in where a record's is meant. All are 16 bytes. People and other
// programs see those of records, studios and members as UUID text (RFC 9562), those of devices and changes as hex.
#pragma once

#include <compare>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "schema/bytes.h"

namespace lianxin {

enum class IdText { uuid, hex };

std::string uuid_text(const Bytes<16>& bytes);
std::optional<Bytes<16>> uuid_bytes(std::string_view text);  // 8-4-4-4-12 hex digits of either case

template <class Tag, IdText form>
struct Id {
  Bytes<16> bytes{};

  friend auto operator<=>(const Id&, const Id&) = default;

  bool is_zero() const { return *this == Id{}; }
  std::string text() const { return form == IdText::uuid ? uuid_text(bytes) : to_hex(bytes); }

  static std::optional<Id> parse(std::string_view text) {
    Id id;
    if (form == IdText::hex) return from_hex(text, id.bytes) ? std::optional(id) : std::nullopt;
    const auto parsed = uuid_bytes(text);
    if (!parsed) return std::nullopt;
    id.bytes = *parsed;
    return id;
  }
};

using StudioId = Id<struct StudioTag, IdText::uuid>;
using RecordId = Id<struct RecordTag, IdText::uuid>;
using MemberId = Id<struct MemberTag, IdText::uuid>;
using DeviceId = Id<struct DeviceTag, IdText::hex>;  // the first half of SHA-256(public key)
using ChangeId = Id<struct ChangeTag, IdText::hex>;

// A UUID of version 7: `unix_ms` (48 bits used) and 10 random bytes.
Bytes<16> uuid_v7(std::uint64_t unix_ms, const Bytes<10>& random);

}  // namespace lianxin

template <class Tag, lianxin::IdText form>
struct std::hash<lianxin::Id<Tag, form>> {
  std::size_t operator()(const lianxin::Id<Tag, form>& id) const noexcept {
    std::size_t value;  // ids are random or hashes: their last bytes spread well enough
    std::memcpy(&value, id.bytes.data() + id.bytes.size() - sizeof value, sizeof value);
    return value;
  }
};
