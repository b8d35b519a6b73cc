#include "pin_input.h"

#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

namespace lianxin::cli {
namespace {

class WithoutEcho {
 public:
  WithoutEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~WithoutEcho() {
    if (changed_) (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

}  // namespace

std::optional<std::string> pin_in(const std::string& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return std::nullopt;
  const bool open_to_others = S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  std::ifstream in(file);
  std::string line;
  if (open_to_others || !std::getline(in, line) || line.empty()) return std::nullopt;
  return line;
}

std::optional<std::string> ask_for_pin(const char* what) {
  if (::isatty(STDIN_FILENO) == 0) return std::nullopt;
  std::string line;
  {
    const WithoutEcho silent;
    std::cerr << what;
    if (!std::getline(std::cin, line)) return std::nullopt;
  }
  std::cerr << "\n";
  return line;
}

}  // namespace lianxin::cli
