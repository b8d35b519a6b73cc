// Problems from what they come of: our own codes, failures, refusals of the rules (schema/validate.h), and the server's
// problem documents.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lianxin/codes.h"
#include "lianxin/problem.h"
#include "lianxin/transport.h"
#include "lianxin/views.h"
#include "schema/result.h"

namespace lianxin::client {

// One of ours. An unknown code is a bug of the SDK.
Problem problem(std::string_view code, std::string field = {}, std::string detail = {});

// Carries one of our codes through a transaction, which it undoes.
tl::unexpected<Error> refuse_with(std::string_view code);

Problem problem_of(const Error& error);
// Why an answer is no success; none where it is one (200 or 201). A document's own code and sentences where it has any
// (RFC 9457).
std::optional<Problem> problem_in(const TransportReply& reply);

// Of a change that is held.
Label held_sentence(std::string_view code);

}  // namespace lianxin::client
