#include "sync/wire/signed_text.h"

#include <algorithm>

namespace lianxin {
namespace {

constexpr std::size_t text_bytes_max = 2048;

std::string signed_bytes(std::string_view purpose, std::string_view json) {
  return std::string(purpose) + "|" + std::string(json);
}

}  // namespace

bool SignedText::is_signed_by(const PublicKey& key, std::string_view purpose) const {
  return verify(key, signed_bytes(purpose, json), signature);
}

std::string write_signed(const SecretKey& secret, std::string_view purpose, std::string_view json) {
  return to_base64url(as_bytes(json)) + "." + to_base64url(sign(secret, signed_bytes(purpose, json)));
}

std::optional<SignedText> read_signed(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || text.size() > text_bytes_max) return std::nullopt;
  auto json = from_base64url(text.substr(0, dot));
  const auto signature = from_base64url(text.substr(dot + 1));
  SignedText read;
  if (!json || !signature || signature->size() != read.signature.size()) return std::nullopt;
  std::copy(signature->begin(), signature->end(), read.signature.begin());
  read.json = std::move(*json);
  return read;
}

}  // namespace lianxin
