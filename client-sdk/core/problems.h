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
// One whose sentence goes on with what is named.
Problem problem_naming(std::string_view code, const Label& names);

Problem about(Problem problem, std::string_view field);  // names that field where it names none

// Carries one of our codes through a transaction, which it undoes; with `names` its sentence goes on with them.
tl::unexpected<Error> refuse_with(std::string_view code, const Label& names = {});

Problem problem_of(const Error& error);
// Why an answer is no success; none where it is one (200 or 201) of the media type that was asked for. Only our
// server's own word is taken for a refusal: a problem document (RFC 9457) of the type /problems/CODE, whose code and
// sentences it has. What a sign-in page, a firewall or a proxy in between says is `not_our_server`.
std::optional<Problem> problem_in(const TransportReply& reply, std::string_view media_type);

// The code of our server's refusal; empty where the answer is none, or somebody else's.
std::string refusal_in(const TransportReply& reply);

// What people's words pass where they come in: UTF-8, without U+0000. text_malformed.
Status check_text(std::string_view text);

// Of a change that is held.
Label held_sentence(std::string_view code);

// Of a studio's part that the server did not do; empty for an empty code.
Label untaken_sentence(std::string_view code);

}  // namespace lianxin::client
