// The bytes of one round trip (PROTOCOL 5.1): newline-delimited JSON, so that change lines travel as the bytes they
// are. Parsed once, here, into the structs of messages.h. Neither side trusts the other: every bound is checked while
// reading.
#pragma once

#include "schema/value.h"
#include "sync/wire/messages.h"

namespace lianxin {

// Reading fails with invalid_argument where the bytes are no message of this protocol's, for a reply by its message
// codes::protocol_too_old or codes::protocol_too_new where it is of a version that is not spoken; and with
// out_of_range, naming the limit, where they hold more than they may (PROTOCOL 7). A request is what follows its signed
// first line (signed_request.h).
std::string encode_request(const SyncRequest& request);
Result<SyncRequest> decode_request(std::string_view body);
std::string encode_reply(const SyncReply& reply);
Result<SyncReply> decode_reply(std::string_view body);

// A grant as one JSON object: as it stands in a reply, and in the answer to an enrolment.
Value granted_value(const GrantedStudio& grant);
Result<GrantedStudio> granted_of(const Value& value);

}  // namespace lianxin
