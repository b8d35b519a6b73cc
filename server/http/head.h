// The head of a request (RFC 9112) and the framing of its body, read strictly. Where two readers could disagree on
// where a request ends, one of them answers requests nobody sent (request smuggling); so whatever is not plainly
// right is refused, and the connection closed. Pure: bytes in, values out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "server/http/message.h"
#include "server/http/problem.h"

namespace lianxin::server {

// Past these a request is refused: uri_too_long for the target, head_too_large for the others.
inline constexpr std::size_t head_bytes_max = 16 * 1024;
inline constexpr std::size_t head_fields_max = 64;
inline constexpr std::size_t target_bytes_max = 4 * 1024;

struct RequestHead {
  enum class Framing { none, length, chunked };

  std::string method;  // one of those the server knows; others are not_implemented
  std::string path;    // begins with '/', not decoded
  std::string query;   // after the '?', not decoded
  NamedTexts fields;   // names in lower case; values trimmed, free of control characters, not decoded
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;  // for Framing::length
  bool keep_alive = true;
  bool chunked_replies = true;  // false for HTTP/1.0
  bool expects_continue = false;

  std::string_view field(std::string_view lower_case_name) const;  // the first, or empty
};

// Where the head ends in `bytes` (one past its empty line), or npos where it has not all come. `searched` is how many
// bytes an earlier call has seen in vain.
std::size_t end_of_head(std::string_view bytes, std::size_t searched);

// `head` as far as end_of_head(), empty line included.
tl::expected<RequestHead, Problem> parse_head(std::string_view head);

// Takes a chunked body apart, in whatever pieces it comes. Chunk extensions are skipped; trailers are refused.
class ChunkedDecoder {
 public:
  enum class [[nodiscard]] Step{needs_more, done, malformed, too_large};

  // Takes bytes off the front of `wire` and appends the content to `body`, which is never let grow past
  // `body_bytes_max`. What follows the body stays in `wire`.
  Step take(std::string& wire, std::string& body, std::size_t body_bytes_max);

 private:
  enum class Part { size, data, after_data, after_last };
  Part part_ = Part::size;
  std::uint64_t left_ = 0;  // of the chunk at hand
};

}  // namespace lianxin::server
