#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace lianxin::test {
namespace {

struct Pipe {
  int read_end = -1, write_end = -1;

  Pipe() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  static void close_end(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
};

pid_t spawn(const std::vector<std::string>& words, int in, int out, int err) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_adddup2(&actions, err, 2);
  pid_t pid = -1;
  const int failed = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// True while the pipe is open.
bool read_some(int fd, std::string& into) {
  std::array<char, 4096> buffer;
  const ssize_t size = read(fd, buffer.data(), buffer.size());
  if (size > 0) into.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && errno == EINTR);
}

using Instant = std::chrono::steady_clock::time_point;

// How long poll() may wait, in milliseconds rounded up; -1: for ever.
int until(const std::optional<Instant>& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

// Runs it to its end, or until `deadline`, when it is killed.
Ended run_until(const std::vector<std::string>& words, const std::string& input, std::optional<Instant> deadline) {
  signal(SIGPIPE, SIG_IGN);
  Pipe in, out, err;
  const pid_t pid = spawn(words, in.read_end, out.write_end, err.write_end);
  Pipe::close_end(in.read_end);
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);

  Ended ended;
  std::size_t written = 0;
  bool out_open = true, err_open = true;
  if (input.empty()) Pipe::close_end(in.write_end);
  while (out_open || err_open) {
    std::array<pollfd, 3> ends{{{out_open ? out.read_end : -1, POLLIN, 0},
                                {err_open ? err.read_end : -1, POLLIN, 0},
                                {in.write_end, POLLOUT, 0}}};
    poll(ends.data(), ends.size(), until(deadline));
    if (deadline && std::chrono::steady_clock::now() >= *deadline) {
      kill(pid, SIGKILL);
      deadline.reset();
    }
    if (ends[0].revents != 0) out_open = read_some(out.read_end, ended.out);
    if (ends[1].revents != 0) err_open = read_some(err.read_end, ended.err);
    if (ends[2].revents != 0) {
      const ssize_t size = write(in.write_end, input.data() + written, input.size() - written);
      if (size > 0) written += static_cast<std::size_t>(size);
      if (size < 0 || written == input.size()) Pipe::close_end(in.write_end);
    }
  }
  ended.code = wait_for(pid);
  return ended;
}

}  // namespace

Ended run(const std::vector<std::string>& words, const std::string& input) {
  return run_until(words, input, std::nullopt);
}

Ended run_and_kill(const std::vector<std::string>& words, std::chrono::microseconds within, const std::string& input) {
  return run_until(words, input, std::chrono::steady_clock::now() + within);
}

std::string run_ok(const std::vector<std::string>& words, const std::string& input) {
  Ended ended = run(words, input);
  if (ended.code == 0) return std::move(ended.out);
  std::string told = "exit " + std::to_string(ended.code) + ":";
  for (const std::string& word : words) told += " " + word;
  throw std::runtime_error(told + "\n" + ended.out + ended.err);
}

Process::Process(const std::vector<std::string>& words, const std::string& log_path) {
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (in < 0 || log < 0) throw std::runtime_error("cannot write " + log_path);
  pid_ = spawn(words, in, log, log);
  close(in);
  close(log);
}

Process::~Process() { kill9(); }
Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

bool Process::running() {
  if (pid_ < 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void Process::kill9() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  wait_for(std::exchange(pid_, -1));
}

int Process::stop() {
  if (pid_ < 0) return -1;
  kill(pid_, SIGTERM);
  return wait_for(std::exchange(pid_, -1));
}

}  // namespace lianxin::test
