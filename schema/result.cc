#include "schema/result.h"

namespace lianxin {

const char* name_of(Errc code) {
  switch (code) {
    case Errc::not_found: return "not_found";
    case Errc::invalid_argument: return "invalid_argument";
    case Errc::out_of_range: return "out_of_range";
    case Errc::conflict: return "conflict";
    case Errc::not_allowed: return "not_allowed";
    case Errc::busy: return "busy";
    case Errc::corrupt: return "corrupt";
    case Errc::unavailable: return "unavailable";
  }
  return "unknown";
}

}  // namespace lianxin
