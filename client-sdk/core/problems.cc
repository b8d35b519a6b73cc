#include "client-sdk/core/problems.h"

#include <algorithm>

#include "schema/assert.h"
#include "schema/json.h"
#include "schema/refusals.h"

namespace lianxin::client {
namespace {

const ProblemCode* find(std::string_view code) {
  const std::span<const ProblemCode> all = problem_codes();
  const auto at = std::find_if(all.begin(), all.end(), [&](const ProblemCode& one) { return one.code == code; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

Problem problem(std::string_view code, std::string field, std::string detail) {
  const ProblemCode* one = find(code);
  LX_ASSERT(one);
  return {one->kind,        std::string(code), std::move(field), std::string(one->zh), std::string(one->en),
          std::move(detail)};
}

tl::unexpected<Error> refuse_with(std::string_view code) {
  LX_ASSERT(find(code));
  return failure(Errc::invalid_argument, std::string(code));
}

Problem problem_of(const Error& error) {
  if (find(error.message)) return problem(error.message);
  const bool damaged = error.code == Errc::corrupt;
  return problem(damaged ? problem_code::file_damaged : problem_code::storage, {}, error.message);
}

Label held_sentence(std::string_view code) {
  return {sentence_for(code, Fate::held, "zh"), sentence_for(code, Fate::held, "en")};
}

std::optional<Problem> problem_in(const TransportReply& reply) {
  if (reply.delivery != Delivery::answered) {
    return problem(reply.delivery == Delivery::not_sent ? problem_code::not_reached : problem_code::no_answer, {},
                   reply.detail);
  }
  if (reply.status == 200 || reply.status == 201) return std::nullopt;
  const bool busy = reply.status == 503 || reply.status == 429;
  const bool later = busy || reply.status >= 500 || reply.status == 408;
  Problem found = problem(busy    ? problem_code::server_busy
                          : later ? problem_code::server_error
                                  : problem_code::server_refused,
                          {}, "HTTP " + std::to_string(reply.status));
  const Result<Value> document = parse_json(reply.body);
  if (!document || !document->object()) return found;
  if (const std::string_view code = document->text_at("code"); !code.empty()) {
    if (find(code)) return problem(code, {}, std::move(found.detail));  // ours as well: it says more than the title
    found.code = code;
  }
  std::string sentence(document->text_at("title"));
  if (const std::string_view more = document->text_at("detail"); !more.empty()) {
    sentence += (sentence.empty() ? "" : " ") + std::string(more);
  }
  if (!sentence.empty()) found.zh = found.en = sentence;  // the server speaks the language it was asked in
  return found;
}

}  // namespace lianxin::client
