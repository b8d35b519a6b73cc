// Every call of Phone and Form passes here on its way out: a failure, or want of memory, becomes a Problem.
#pragma once

#include <new>

#include "client-sdk/core/problems.h"

namespace lianxin::client {

template <class T>
Expected<T> at_border(Result<T> result) {
  if (!result) return problem_of(result.error());
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}
template <class T>
Expected<T> at_border(Result<Expected<T>> result) {
  if (!result) return problem_of(result.error());
  return std::move(*result);
}
template <class T>
Expected<T> at_border(Expected<T> expected) {
  return expected;
}

// Runs `f`, which gives a Result or an Expected.
template <class F>
auto border(F&& f) -> decltype(at_border(f())) {
  try {
    return at_border(f());
  } catch (const std::bad_alloc&) {
    return problem(problem_code::no_memory);
  }
}

}  // namespace lianxin::client
