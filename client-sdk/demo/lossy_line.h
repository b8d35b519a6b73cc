// A bad line between phones and server: a TCP relay on the loopback that passes everything on, and, when told, cuts the
// connection after the server has answered and before a byte of the answer reached the phone. To the phone that is a
// request whose fate is unknown; the server has committed it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace lianxin::demo {

class LossyLine {
 public:
  // Relays to 127.0.0.1:`port`. Throws std::runtime_error where no port of its own can be had.
  explicit LossyLine(std::uint16_t port);
  ~LossyLine();
  LossyLine(const LossyLine&) = delete;
  LossyLine& operator=(const LossyLine&) = delete;

  std::string address() const;  // http://127.0.0.1:PORT

  void lose_next(int replies) { to_lose_ = replies; }
  int lost() const { return lost_; }

 private:
  void listen_on_loopback();
  void accept_all();
  void relay(int phone);
  bool answer_is_lost();

  const std::uint16_t server_port_;
  std::uint16_t own_port_ = 0;
  int listening_ = -1;
  std::atomic<int> to_lose_ = 0, lost_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread accepting_;
  std::vector<std::thread> relays_;  // touched by accepting_ alone until it has ended
};

}  // namespace lianxin::demo
