// Bugs that other systems had, planted on purpose, so that the tests can be asked whether they would find them. What
// each is stands in the patches beside this, which plant.cmake applies to copies of the sources in the planted build;
// no source names one. All are off but the one that the environment names: LIANXIN_PLANT=cursor_not_strict.
#pragma once

#include <string_view>

namespace lianxin::planted {

bool is_on(std::string_view bug);  // thread-safe

}  // namespace lianxin::planted

#define LX_PLANTED(bug) ::lianxin::planted::is_on(#bug)
