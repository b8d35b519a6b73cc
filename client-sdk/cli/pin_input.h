// PINs come from a file or from the keyboard, never from the command line: every program on the machine reads that.
#pragma once

#include <optional>
#include <string>

namespace lianxin::cli {

// The first line of a file that only its owner reads, or of what is no regular file. None: it is not there, is open to
// others, or its first line is empty.
std::optional<std::string> pin_in(const std::string& file);

// What is typed, shown to nobody. None where there is no keyboard, as under a service.
std::optional<std::string> ask_for_pin(const char* what);

}  // namespace lianxin::cli
