// A JSON text with a signature, as one text that can travel in a header or a QR code: both as base64url, with a dot
// between them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/crypto/hash.h"

namespace lianxin {

struct SignedText {
  std::string json;
  Signature signature{};

  // `purpose` goes before the text that is signed, so that no text signed for one purpose passes for another.
  bool is_signed_by(const PublicKey& key, std::string_view purpose) const;
};

std::string write_signed(const SecretKey& secret, std::string_view purpose, std::string_view json);
// Whoever signed it; none where the text is none such, or longer than any of ours.
std::optional<SignedText> read_signed(std::string_view text);

}  // namespace lianxin
