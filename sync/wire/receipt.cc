#include "sync/wire/receipt.h"

#include <algorithm>

namespace lianxin {
namespace {

// First of the bytes, so that another layout can follow one day without being taken for this one.
constexpr std::uint8_t layout = 1;
constexpr std::size_t signed_bytes = 1 + 16 + 16 + 8 + 32 + 8 + 32 + 8 + 16;
constexpr std::size_t all_bytes = signed_bytes + 64;

void append_number(std::string& out, std::int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 255);
  }
}

std::string signed_part(const Receipt& r) {
  std::string out(1, static_cast<char>(layout));
  out += view(r.device.bytes);
  out += view(r.studio.bytes);
  append_number(out, r.acked_n);
  out += view(r.h);
  append_number(out, r.seq);
  out += view(r.log_hash);
  append_number(out, r.server_ms);
  out += view(r.server.bytes);
  return out;
}

std::string message_of(const Receipt& r) { return "lianxin acknowledgement v1|" + signed_part(r); }

// Takes parts off the front, one after another.
class Parts {
 public:
  explicit Parts(std::string_view bytes) : rest_(bytes) {}

  template <std::size_t size>
  void take(Bytes<size>& out) {
    std::copy_n(rest_.begin(), size, out.begin());
    rest_.remove_prefix(size);
  }
  std::int64_t number() {
    Bytes<8> bytes;
    take(bytes);
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
    return static_cast<std::int64_t>(number);
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::string Receipt::text() const {
  const std::string bytes = signed_part(*this) + std::string(view(signature));
  return to_base64url(as_bytes(bytes));
}

std::optional<Receipt> Receipt::parse(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != all_bytes || static_cast<std::uint8_t>(bytes->front()) != layout) return std::nullopt;
  Parts parts(std::string_view(*bytes).substr(1));
  Receipt r;
  parts.take(r.device.bytes);
  parts.take(r.studio.bytes);
  r.acked_n = parts.number();
  parts.take(r.h);
  r.seq = parts.number();
  parts.take(r.log_hash);
  r.server_ms = parts.number();
  parts.take(r.server.bytes);
  parts.take(r.signature);
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
