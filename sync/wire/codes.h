// What a reply says where something was not done, and what a phone does about it: first of a studio's part of it
// (PROTOCOL 5.8), then of the whole (8). Stable: programs compare them. Whatever the code, what waits stays on the
// phone.
#pragma once

#include <string_view>

#include "schema/refusals.h"
#include "schema/result.h"

namespace lianxin::codes {

// The studio was past studios_max in its request, and not looked at. The next request asks for it.
using refusals::too_many_studios;

// The server has no such studio, perhaps not any more. Its rows stay until it has.
using refusals::studio_unknown;

// No grant of the phone's member holds there. What was recorded while one did is taken all the same; the rows go.
using refusals::not_granted;

// A device that was cut off has brought as many lines as are taken of one. A person decides what becomes of the rest.
using refusals::over_quota;

// The push is not signed by its device: nothing of it was taken.
using refusals::bad_signature;

// The part is none that the server could take, or its push holds more than one may: nothing of it was taken. A fault of
// the phone's.
using refusals::bad_request;
using refusals::payload_too_large;

// The push names a line by its id (4.5) that is not here any more: the phone asks again which are.
using refusals::not_found;

// Heads are offered without proof that the log was set back (6.2): the rows stay on the phone.
using refusals::history_unproved;

// For now: the phone tries again as where no answer came.
using refusals::busy;

// The server's own: the phone goes on with its other studios and tries this one at its next sync.
using refusals::conflict;
using refusals::internal;
using refusals::storage_unavailable;

// The phone's version of the protocol is not spoken here any more, or not yet: the app is to be updated, or the server.
inline constexpr std::string_view protocol_too_old = "protocol_too_old";
inline constexpr std::string_view protocol_too_new = "protocol_too_new";

// The request is signed for a time that is not the server's: it says which that is, and the phone signs once more.
inline constexpr std::string_view clock_apart = "clock_apart";

// The code of a push, a page or an offer that failed: what is not allowed carries it as its message, and so does a
// signature that is not the device's.
inline std::string_view of(const Error& error) {
  switch (error.code) {
    case Errc::not_found: return not_found;
    case Errc::invalid_argument: return error.message == bad_signature ? bad_signature : bad_request;
    case Errc::out_of_range: return payload_too_large;
    case Errc::conflict: return conflict;
    case Errc::not_allowed: return error.message;
    case Errc::busy: return busy;
    case Errc::corrupt: return internal;
    case Errc::unavailable: return storage_unavailable;
  }
  return internal;
}

}  // namespace lianxin::codes
