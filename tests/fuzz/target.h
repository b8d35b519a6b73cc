// One fuzz target is one program: bytes in, and nothing may break, whatever they are. Under clang with libFuzzer it
// looks for such bytes; elsewhere replay.cc hands it the kept ones, so that what was found once is tried with every
// commit. A target says what must hold by LX_ASSERT, which stays on and ends the program. It keeps nothing from one
// input to the next, unless it says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace lianxin::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return size == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char*>(data), size);
}

// Of the targets whose inputs hold several requests each: how many were answered, told when the program ends.
class RequestsAnswered {
 public:
  RequestsAnswered() = default;
  RequestsAnswered(const RequestsAnswered&) = delete;
  RequestsAnswered& operator=(const RequestsAnswered&) = delete;
  ~RequestsAnswered() { std::fprintf(stderr, "requests_answered: %llu\n", count_); }
  void operator++() { ++count_; }

 private:
  unsigned long long count_ = 0;
};

}  // namespace lianxin::fuzz
