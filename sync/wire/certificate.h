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
  std::optional<DeviceId> rekeyed_from = {};  // whose place it took: cut off with that one
};

// JSON text, a dot, and the signature over that text as base64url; the text too is base64url, so that the whole can
// travel in a header or a QR code.
std::string sign_certificate(const SecretKey& server, const Certificate& certificate);

// Empty where the text is no certificate or another key signed it.
std::optional<Certificate> read_certificate(const PublicKey& server, std::string_view text);

// Of one's own, whoever signed it.
std::optional<Certificate> certificate_in(std::string_view text);

}  // namespace lianxin
