#include "tests/support/server_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/support/file_bytes.h"

namespace lianxin::test {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool answers(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return connected;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

ServerProcess::ServerProcess(const TempFolder& folder, Data data)
    : data_(folder / "server"), log_(folder / "server.log"), port_(free_port()), second_port_(free_port()) {
  url_ = "http://127.0.0.1:" + std::to_string(port_);
  if (data == Data::as_it_is) return;
  command({"init"});
  command({"import", LIANXIN_REFERENCE});
}

std::string ServerProcess::command(const std::vector<std::string>& words, const std::string& input) {
  std::vector<std::string> all{LIANXIN_SERVER};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"--data", data_});
  return run_ok(all, input);
}

void ServerProcess::encrypt() {
  plain_ = false;
  url_ = "https://127.0.0.1:" + std::to_string(port_);
}

void ServerProcess::start(const std::vector<std::string>& more) {
  spawn(more);
  await();
}

void ServerProcess::spawn(const std::vector<std::string>& more) {
  const std::string listen = "127.0.0.1:" + std::to_string(port_);
  std::vector<std::string> words{LIANXIN_SERVER, "serve", "--data", data_, "--listen", listen};
  if (plain_) words.push_back("--plain");
  words.insert(words.end(), more.begin(), more.end());
  process_ = Process(words, log_);
}

void ServerProcess::await_port() const {
  for (int tries = 0; tries < 3000 && !answers(port_); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void ServerProcess::await() {
  for (int tries = 0; tries < 3000; ++tries) {
    if (answers(port_)) return;
    if (!process_.running()) throw std::runtime_error("the server ended:\n" + log());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("the server does not answer:\n" + log());
}

std::string ServerProcess::log() const { return bytes_of(log_); }

std::string ServerProcess::enrol_code(const std::string& studio, const std::string& member, bool shared) {
  std::vector<std::string> words{"enrol-code", "--studio", studio, "--member", member};
  if (shared) words.push_back("--shared");
  return trimmed(command(words));
}

Phone enrolled_phone(ServerProcess& server, const std::string& path, const std::string& studio,
                     const std::string& member, PhoneClock* clock) {
  PhoneOptions options;
  options.path = path;
  options.clock = clock;
  Phone phone = must(Phone::open(options));
  must(phone.enrol(server.url(), server.enrol_code(studio, member), "test phone"));
  return phone;
}

}  // namespace lianxin::test
