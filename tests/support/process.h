// Real processes for tests: run one to its end, or keep one running and kill it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace lianxin::test {

struct Ended {
  int code = -1;  // exit code, or 128 + signal
  std::string out, err;
};

// Runs `words[0]` with the rest as arguments, feeds `input`, waits for it.
Ended run(const std::vector<std::string>& words, const std::string& input = {});

// The same, but SIGKILL comes after `within`, wherever the process then is; `code` is 137 where it came in time.
Ended run_and_kill(const std::vector<std::string>& words, std::chrono::microseconds within,
                   const std::string& input = {});

// Fails loudly (throws std::runtime_error with what it printed) unless it exits with 0; returns what it printed.
std::string run_ok(const std::vector<std::string>& words, const std::string& input = {});

// A process that runs beside the test; its output goes to `log_path`. Killed when this goes.
class Process {
 public:
  Process() = default;
  Process(const std::vector<std::string>& words, const std::string& log_path);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  bool running();
  void kill9();  // SIGKILL, and reaps it
  int stop();    // SIGTERM, and its exit code

 private:
  pid_t pid_ = -1;
};

}  // namespace lianxin::test
