#include "client-sdk/store/key_wrap.h"

namespace lianxin::client {
namespace {

constexpr char version = 1;
constexpr std::size_t head_bytes = 1 + 1 + 1 + 3 + 16 + 8 + 4, sum_bytes = 8;
constexpr std::size_t sealed_bytes = AeadKey::overhead + 32;

// What a file may ask of the phone that opens it: 128 MiB, a few seconds.
constexpr int log_n_max = 17, r_max = 8, p_max = 4;

std::string head_of(const KeyWrap& wrap) {
  std::string head{version,
                   static_cast<char>(wrap.from),
                   static_cast<char>(wrap.by_pin),
                   static_cast<char>(wrap.cost.log_n),
                   static_cast<char>(wrap.cost.r),
                   static_cast<char>(wrap.cost.p)};
  head += view(wrap.salt);
  head += view(wrap.key_id);
  head += view(wrap.outer_mark);
  return head;
}

std::string sum_of(std::string_view text) { return std::string(view(first_bytes<sum_bytes>(sha256(text)))); }

bool within(int value, int most) { return value >= 1 && value <= most; }

template <std::size_t N>
void take(std::string_view& text, Bytes<N>& out) {
  std::copy_n(as_bytes(text).begin(), N, out.begin());
  text.remove_prefix(N);
}

Bytes<4> mark_of(const Secret& outer, const Bytes<16>& salt) {
  return first_bytes<4>(hkdf_sha256(view(outer.bytes), view(salt), "lianxin key mark").bytes);
}

}  // namespace

std::string KeyWrap::text() const {
  std::string text = head_of(*this) + sealed;
  return text + sum_of(text);
}

std::optional<KeyWrap> KeyWrap::parse(std::string_view text) {
  if (text.size() != head_bytes + sealed_bytes + sum_bytes) return std::nullopt;
  const std::string_view summed = text.substr(0, text.size() - sum_bytes);
  if (sum_of(summed) != text.substr(summed.size()) || text[0] != version) return std::nullopt;
  KeyWrap wrap;
  wrap.from = text[1] == static_cast<char>(From::app) ? From::app : From::key_file;
  wrap.by_pin = text[2] != 0;
  wrap.cost = {text[3], text[4], text[5]};
  if (!within(wrap.cost.log_n, log_n_max) || !within(wrap.cost.r, r_max) || !within(wrap.cost.p, p_max)) {
    return std::nullopt;
  }
  std::string_view rest = summed.substr(6);
  take(rest, wrap.salt);
  take(rest, wrap.key_id);
  take(rest, wrap.outer_mark);
  wrap.sealed = rest;
  return wrap;
}

Result<Secret> KeyWrap::wrapping_key(const Secret& outer, std::string_view pin) const {
  std::string secret(view(outer.bytes));
  if (by_pin) {
    const std::optional<Secret> stretched = scrypt(pin, view(salt), cost);
    if (!stretched) return failure(Errc::unavailable, "no_memory");
    secret += view(stretched->bytes);
  }
  const Secret wrapping = hkdf_sha256(secret, view(salt), "lianxin file key");
  wipe(secret);
  return wrapping;
}

bool KeyWrap::is_outer(const Secret& outer) const { return mark_of(outer, salt) == outer_mark; }
void KeyWrap::set_outer(const Secret& outer) { outer_mark = mark_of(outer, salt); }

void KeyWrap::close(const Secret& wrapping, const Secret& file_key, const AeadKey::Nonce& nonce) {
  sealed = AeadKey(wrapping).seal(nonce, head_of(*this), view(file_key.bytes));
}

std::optional<Secret> KeyWrap::open(const Secret& wrapping) const {
  std::optional<std::string> plain = AeadKey(wrapping).open(head_of(*this), sealed);
  if (!plain) return std::nullopt;
  Secret file_key;
  std::copy_n(as_bytes(*plain).begin(), file_key.bytes.size(), file_key.bytes.begin());
  wipe(*plain);
  return file_key;
}

}  // namespace lianxin::client
