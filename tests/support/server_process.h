// The real server program with a data folder of its own, a county's reference data in it, and phones that enrol.
#pragma once

#include <memory>
#include <string>

#include "lianxin/phone.h"
#include "tests/support/process.h"

namespace lianxin::test {

int free_port();  // of loopback, at the moment

class ServerProcess {
 public:
  // Makes FOLDER/server with `init` and imports the demo's reference data, or takes it as somebody else made it. Not
  // yet serving.
  enum class Data { fresh, as_it_is };
  explicit ServerProcess(const TempFolder& folder, Data data = Data::fresh);

  void encrypt();  // from the next start on, by its own key; not called: plain, on loopback
  void go_to(const ServerProcess& other) { data_ = other.data_; }  // serves what that one had, which serves no more
  // On the same port every time, with further words of `serve`; returns when it answers.
  void start(const std::vector<std::string>& more = {});
  void spawn(const std::vector<std::string>& more = {});  // the same without waiting
  void await_port() const;                                // until anybody answers on its port, itself or another
  void await();  // until it answers; throws with its log where it ends instead, or does not answer within half a minute
  void kill9() { process_.kill9(); }
  int stop() { return process_.stop(); }
  bool running() { return process_.running(); }

  const std::string& url() const { return url_; }
  int port() const { return port_; }
  int second_port() const { return second_port_; }  // which the server does not listen on unless it is told to
  const std::string& data() const { return data_; }
  std::string log() const;  // everything it wrote

  std::string enrol_code(const std::string& studio, const std::string& member, bool shared = false);
  std::string command(const std::vector<std::string>& words, const std::string& input = {});  // lianxin-server WORDS…

 private:
  std::string data_, log_, url_;
  int port_ = 0, second_port_ = 0;
  bool plain_ = true;
  Process process_;
};

// A phone enrolled with that server. Its clock is the system's unless `clock` is given.
Phone enrolled_phone(ServerProcess& server, const std::string& path, const std::string& studio,
                     const std::string& member, PhoneClock* clock = nullptr);

// The value, or an exception that tells the problem: in a test nothing is expected to go wrong unsaid.
template <class T>
T must(Expected<T> expected) {
  if (!expected.ok()) {
    const Problem& problem = expected.problem();
    throw std::runtime_error(problem.code + " " + problem.field + " " + problem.en + " " + problem.detail);
  }
  if constexpr (!std::is_void_v<T>) return std::move(expected).value();
}

}  // namespace lianxin::test
