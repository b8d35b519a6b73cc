// Every code that the SDK itself may answer with, and its sentences. Codes of the rules come from schema/validate.h,
// those of the server from its problem documents.
#pragma once

#include <string>
#include <string_view>

#include "lianxin/problem.h"
#include "lianxin/transport.h"
#include "lianxin/views.h"
#include "schema/result.h"
#include "schema/validate.h"

namespace lianxin::client {

// One of ours. An unknown code is a bug of the SDK.
Problem problem(std::string_view code, std::string field = {}, std::string detail = {});

// Carries one of our codes through a transaction, which it undoes.
tl::unexpected<Error> refuse_with(std::string_view code);

Problem problem_of(const Error& error);
Problem problem_of(const Refusal& refusal);
// From an answer that is no success: the document's own code and sentences where it has any (RFC 9457).
Problem problem_of(const TransportReply& reply);

Label sentence_of(std::string_view code);

// A Result at the SDK's border.
template <class T>
Expected<T> at_border(Result<T> result) {
  if (!result) return problem_of(result.error());
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

}  // namespace lianxin::client
