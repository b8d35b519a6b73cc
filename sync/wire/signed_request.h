// A sync request as it travels (PROTOCOL 5.1): its first line is signed with the device's key over all that follows it
// and the time at which it is asked. A token alone therefore reads nothing and writes nothing, and what somebody
// recorded on the way is soon good for nothing.
#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"
#include "sync/crypto/hash.h"

namespace lianxin {

// Who signs.
struct Signer {
  DeviceId device;
  const SecretKey& secret;
};

// `at_ms`: by the server's clock, as near as the phone can tell.
std::string signed_request(const Signer& signer, std::int64_t at_ms, std::string_view request);

// What follows the first line of `body`, once the device with that key is known to have signed it within
// limits::signature_ms_max of now. Nothing but that line is read before. invalid_argument, by its message one of codes:
// protocol_too_old, protocol_too_new, clock_apart, bad_signature; any other message says what is no such request.
Result<std::string_view> request_signed_by(const PublicKey& key, std::int64_t now_ms, std::string_view body);

}  // namespace lianxin
