// LX_ASSERT guards promises of our own, and stays on in release builds: a server that goes on after breaking one
// may acknowledge what it did not keep. Never assert on what came from a phone, a file or the network.
#pragma once

namespace lianxin {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace lianxin

#define LX_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::lianxin::assertion_failed(#condition, __FILE__, __LINE__))
