#include "sync/wire/receipt.h"

#include <algorithm>

namespace lianxin {
namespace {

// First of the bytes, so that another layout can follow one day without being taken for this one.
constexpr std::uint8_t layout = 1;
constexpr std::size_t signed_bytes = 1 + 16 + 16 + 8 + 32 + 8 + 32 + 8 + 16;
constexpr std::size_t all_bytes = signed_bytes + 64;

// What is signed, told once for both ways.
constexpr auto each_part = [](auto& parts, auto& r) {
  parts.bytes(r.device.bytes);
  parts.bytes(r.studio.bytes);
  parts.number(r.acked_n);
  parts.bytes(r.h);
  parts.number(r.seq);
  parts.bytes(r.log_hash);
  parts.number(r.server_ms);
  parts.bytes(r.server.bytes);
};

struct Appended {
  std::string text;

  void bytes(std::span<const std::uint8_t> bytes) { text += view(bytes); }
  void number(std::int64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
  }
};

// Taken off the front, one after another.
struct Taken {
  std::string_view rest;

  void bytes(std::span<std::uint8_t> out) {
    std::copy_n(rest.begin(), out.size(), out.begin());
    rest.remove_prefix(out.size());
  }
  void number(std::int64_t& out) {
    std::uint64_t number = 0;
    for (const char byte : rest.substr(0, 8)) number = number << 8 | static_cast<std::uint8_t>(byte);
    out = static_cast<std::int64_t>(number);
    rest.remove_prefix(8);
  }
};

std::string signed_part(const Receipt& r) {
  Appended parts{std::string(1, static_cast<char>(layout))};
  each_part(parts, r);
  return parts.text;
}

std::string message_of(const Receipt& r) { return "lianxin acknowledgement v1|" + signed_part(r); }

}  // namespace

std::string Receipt::text() const {
  const std::string bytes = signed_part(*this) + std::string(view(signature));
  return to_base64url(as_bytes(bytes));
}

std::optional<Receipt> Receipt::parse(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != all_bytes || static_cast<std::uint8_t>(bytes->front()) != layout) return std::nullopt;
  Taken parts{std::string_view(*bytes).substr(1)};
  Receipt r;
  each_part(parts, r);
  parts.bytes(r.signature);
  if (r.acked_n < 1 || r.seq < 1) return std::nullopt;
  return r;
}

bool Receipt::signed_with(const PublicKey& key) const {
  return server == device_id_of(key) && verify(key, message_of(*this), signature);
}

Receipt signed_by(const SelfDevice& server, Receipt receipt) {
  receipt.server = server.device;
  receipt.signature = sign(server.secret, message_of(receipt));
  return receipt;
}

}  // namespace lianxin
