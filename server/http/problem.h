// Every refusal the server can give, in one table: an RFC 9457 problem document with a stable code, in Chinese or in
// English, that also says what to do next. A code, once published, never changes its meaning.
#pragma once

#include <span>
#include <string_view>

#include "schema/result.h"
#include "server/http/message.h"

namespace lianxin::server {

enum class Problem {
  bad_request,
  bad_envelope,
  protocol_too_old,
  protocol_too_new,
  not_signed_in,
  token_missing,
  certificate_unknown,
  certificate_ended,
  wrong_credentials,
  totp_needed,
  totp_wrong,
  forbidden,
  csrf_missing,
  second_factor_required,
  not_found,
  code_unknown,
  method_not_allowed,
  request_timeout,
  conflict,
  ambiguous,
  gone,
  code_used,
  code_locked,
  payload_too_large,
  uri_too_long,
  unsupported_media_type,
  unsupported_encoding,
  range_not_supported,
  bad_signature,
  clock_apart,
  refused,
  password_length,
  password_common,
  studio_code_taken,
  too_many_requests,
  head_too_large,
  internal,
  not_implemented,
  busy,
  storage_unavailable,
  http_version_not_supported,
};

struct ProblemText {
  Problem problem;
  std::string_view code;  // what programs compare: the name above
  int status;
  int retry_after_s;  // 0 where waiting does not help
  std::string_view title_zh, title_en;
  std::string_view next_zh, next_en;  // what the person, or their coordinator, can do about it
};

std::span<const ProblemText> all_problems();  // in the order of the enumeration
const ProblemText& text_of(Problem problem);

// The document, with Retry-After and WWW-Authenticate where they belong. `detail` says what was wrong this time, such
// as the limit that was passed, in both languages (said.h) or as a bare code; it is sent, so it names no recorded value
// that the asker does not see. Left out where empty, and in a Chinese document where it is an English sentence. `more`
// are members for programs, such as the parameter that is not known; one named `code` or `type` takes the place of
// ours.
Response problem(Problem which, Language language, std::string_view detail = {}, Value::Object more = {});
Response problem(Problem which, const Request& request, std::string_view detail = {}, Value::Object more = {});

// What a failure means to a client. Its message goes into the log (Response::note) and, where it was said to the caller
// in both languages or is about his own input, into `detail`; never for failures of our own.
Problem problem_of(Errc code);
Response problem(const Error& error, Language language);
Response problem(const Error& error, const Request& request);

}  // namespace lianxin::server
