// A TLS key and a certificate for it that this server signs itself: phones believe it by its key (the pin), which the
// enrolment tells them, and not by any name or by who signed.
#pragma once

#include <string>

#include "schema/result.h"

namespace lianxin::server {

struct TlsIdentity {
  std::string certificate, key;  // PEM
};

// EC P-256, for thirty years: what ends is what the office takes back, not a date that nobody remembers.
Result<TlsIdentity> make_tls_identity();

// Of the first certificate in a PEM file: the SHA-256 of its public key (DER, SubjectPublicKeyInfo) as base64url.
Result<std::string> tls_pin(const std::string& certificate_file);

}  // namespace lianxin::server
