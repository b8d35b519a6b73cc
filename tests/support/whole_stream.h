// A streamed body as one text.
#pragma once

#include <optional>
#include <string>

#include "server/http/message.h"

namespace lianxin::test {

// None where it was cut short.
inline std::optional<std::string> whole_of(const server::NextPiece& stream) {
  std::string whole;
  for (;;) {
    switch (stream(whole)) {
      case server::Piece::follows: continue;
      case server::Piece::last: return whole;
      case server::Piece::failed: return std::nullopt;
    }
  }
}

}  // namespace lianxin::test
