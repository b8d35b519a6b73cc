#include "sync/server/acknowledgement.h"

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

std::string signed_part(const Acknowledgement& a) {
  std::string out(1, static_cast<char>(layout));
  out += view(a.device.bytes);
  out += view(a.studio.bytes);
  append_number(out, a.acked_n);
  out += view(a.h);
  append_number(out, a.seq);
  out += view(a.log_hash);
  append_number(out, a.server_ms);
  out += view(a.server.bytes);
  return out;
}

std::string message_of(const Acknowledgement& a) { return "lianxin acknowledgement v1|" + signed_part(a); }

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

std::string Acknowledgement::text() const {
  const std::string bytes = signed_part(*this) + std::string(view(signature));
  return to_base64url(as_bytes(bytes));
}

std::optional<Acknowledgement> Acknowledgement::parse(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != all_bytes || static_cast<std::uint8_t>(bytes->front()) != layout) return std::nullopt;
  Parts parts(std::string_view(*bytes).substr(1));
  Acknowledgement a;
  parts.take(a.device.bytes);
  parts.take(a.studio.bytes);
  a.acked_n = parts.number();
  parts.take(a.h);
  a.seq = parts.number();
  parts.take(a.log_hash);
  a.server_ms = parts.number();
  parts.take(a.server.bytes);
  parts.take(a.signature);
  if (a.acked_n < 1 || a.seq < 1) return std::nullopt;
  return a;
}

bool Acknowledgement::signed_with(const PublicKey& key) const {
  return server == device_id_of(key) && verify(key, message_of(*this), signature);
}

Acknowledgement acknowledged_by(const SelfDevice& server, Acknowledgement what) {
  what.server = server.device;
  what.signature = sign(server.secret, message_of(what));
  return what;
}

Result<StillThere> still_there(ReadTxn& snapshot, const Acknowledgement& told) {
  StillThere now;
  LX_TRY(const ChainHead chain, snapshot.chain(told.device));
  LX_TRY(const std::optional<ChainEntry> entry, snapshot.chain_entry(told.device, told.acked_n));
  LX_TRY(const StudioHead head, snapshot.head());
  LX_TRY(const std::optional<Hash> log_hash, snapshot.log_hash(told.seq));
  now.acked_n = chain.n;
  now.changes = entry && entry->h == told.h;
  now.seq = head.seq;
  now.log = log_hash == told.log_hash;
  return now;
}

}  // namespace lianxin
