// What an office's QR code holds: where the server is, by which key it is believed, and a one-time code, as one text of
// printable ASCII (server/HTTP.md 1.1).
//
//   lianxin:1?a=https://host:8640&p=PIN&c=ABCD-EFGH-JKMN-PQRS
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace lianxin {

inline constexpr std::size_t enrolment_uri_bytes_max = 512;  // a QR code of it is still read by a poor camera
inline constexpr std::size_t enrolment_pins_max = 4;

struct EnrolmentUri {
  std::string address;
  std::vector<std::string> pins;  // each the SHA-256 of a public key as base64url; none: the system's certificates
  std::string code;
  friend bool operator==(const EnrolmentUri&, const EnrolmentUri&) = default;
};

// out_of_range where it would be longer than a code is read; invalid_argument where a part holds what none may.
Result<std::string> enrolment_uri(const EnrolmentUri& parts);

// Of what was scanned or pasted, blanks around it passed over. What a later version adds is passed over too.
// invalid_argument, whose message is one of the words not_ours, too_new, incomplete.
Result<EnrolmentUri> read_enrolment_uri(std::string_view text);

// Whether a text is the SHA-256 of something as base64url.
bool is_pin(std::string_view text);

}  // namespace lianxin
