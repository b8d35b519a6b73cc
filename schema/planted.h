// Bugs that other systems had, planted here on purpose, so that the tests can be asked whether they would find them.
// They exist only where LIANXIN_PLANTED_BUGS is defined (preset `planted`), each off until it is named at run time.
// Everywhere else LX_PLANTED is the literal `false`, and the compiler removes what hangs on it.
#pragma once

#ifdef LIANXIN_PLANTED_BUGS

#include <span>
#include <string_view>

namespace lianxin::planted {

struct Bug {
  std::string_view name;  // as in LX_PLANTED(name)
  std::string_view what;
};

std::span<const Bug> bugs();
bool plant(std::string_view name);  // from now on this one and no other; empty: none. False: there is no such bug

extern std::string_view active_bug;  // the one that is on

}  // namespace lianxin::planted

#define LX_PLANTED(bug) (::lianxin::planted::active_bug == #bug)

#else

#define LX_PLANTED(bug) false

#endif
