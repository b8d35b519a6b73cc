// How a failure travels: as a value that names the act, never the payload. Few codes, chosen by what the
// caller can do about it. Outcomes that the protocol knows (applied, held) are not failures and are not here.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace lianxin {

enum class Errc {
  not_found,         // no such thing; asking again will not help
  invalid_argument,  // the caller's input is wrong; the message says where
  out_of_range,      // past a limit (sync/model/limits.h); the message names it
  conflict,          // true at the moment, perhaps not later: somebody else was first
  not_allowed,       // the asker may not do this
  busy,              // try again later
  corrupt,           // stored bytes are not what was stored; a person must look
  unavailable,       // the disk or the network did not answer
};

struct Error {
  Errc code;
  std::string message;  // for the log: names the act and the ids, never a recorded value
};

// Moved, never copied: tl::expected copies and moves its value within noexcept functions, so that what a copy throws
// when memory runs out would end the process.
template <class T>
struct [[nodiscard]] Result : tl::expected<T, Error> {
  using tl::expected<T, Error>::expected;
  Result() = default;
  Result(Result&&) = default;
  Result& operator=(Result&&) = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  static_assert(std::is_void_v<T> || std::is_nothrow_move_constructible_v<T>);
};
using Status = Result<void>;

inline tl::unexpected<Error> failure(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

// The name of a code as logs and documents print it, such as "not_found".
const char* name_of(Errc code);

}  // namespace lianxin

#define LX_JOIN_(a, b) a##b
#define LX_JOIN(a, b) LX_JOIN_(a, b)
#define LX_TRY_IMPL(decl, expr, temp)                        \
  auto temp = (expr);                                        \
  if (!temp) return tl::unexpected(std::move(temp).error()); \
  decl = std::move(*temp)

// LX_TRY(const Page page, page_after(cursor)); names the value, or returns the error to our caller.
#define LX_TRY(decl, ...) LX_TRY_IMPL(decl, (__VA_ARGS__), LX_JOIN(lx_try_, __LINE__))

// LX_CHECK(store.flush()); goes on, or returns the error to our caller.
#define LX_CHECK(...)                                                                                    \
  do {                                                                                                   \
    if (auto lx_status = (__VA_ARGS__); !lx_status) return tl::unexpected(std::move(lx_status).error()); \
  } while (false)
