// What a phone holds as proof of its enrolment: signed with the server's key, which lies outside the database, so that
// a device enrolled after the last backup can still be known again by a restored server, and a phone knows its server
// again at another address (PROTOCOL 9).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/crypto/hash.h"

namespace lianxin {

struct Certificate {
  DeviceId device;
  PublicKey key{};
  MemberId member;
  StudioId studio;  // it was enrolled in
  bool shared = false;
  std::int64_t enrolled_ms = 0;
  std::int64_t ends_ms = 0;  // from then on it admits nobody any more; a phone that syncs before gets another
  std::optional<DeviceId> rekeyed_from = {};  // whose place it took: cut off with that one
};

// Long enough for a phone that lay in a drawer, and renewed by any sync in its second half.
inline constexpr std::int64_t certificate_ms = 2LL * 365 * 24 * 60 * 60 * 1000;
constexpr bool ends_before_long(std::int64_t ends_ms, std::int64_t now_ms) {
  return ends_ms < now_ms + certificate_ms / 2;
}

// A signed text (signed_text.h).
std::string sign_certificate(const SecretKey& server, const Certificate& certificate);

// Empty where the text is no certificate or another key signed it; whether it has ended is for the reader to say.
std::optional<Certificate> read_certificate(const PublicKey& server, std::string_view text);

// Of one's own, whoever signed it.
std::optional<Certificate> certificate_in(std::string_view text);

}  // namespace lianxin
