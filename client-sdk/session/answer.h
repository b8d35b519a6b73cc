// What stands in the answers to calls, which are JSON unless the call says otherwise.
#pragma once

#include <optional>

#include "client-sdk/core/problems.h"
#include "schema/json.h"

namespace lianxin::client {

inline constexpr const char* json_type = "application/json";
inline constexpr const char* sync_type = "application/x-ndjson";

// The body of a success, read by `read`; none where it is not what such an answer is.
template <class Reply>
std::optional<Reply> read_answer(Result<Reply> (*read)(const Value&), const TransportReply& reply) {
  if (problem_in(reply, json_type)) return std::nullopt;
  const Result<Value> body = parse_json(reply.body);
  if (!body) return std::nullopt;
  Result<Reply> answer = read(*body);
  return answer ? std::optional(std::move(*answer)) : std::nullopt;
}

}  // namespace lianxin::client
