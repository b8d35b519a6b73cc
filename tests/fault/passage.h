// One connection through the proxy, from its first byte to its end: what passes, and where its fate strikes.
#pragma once

#include <atomic>
#include <string_view>

#include "tests/fault/fault_proxy.h"

namespace lianxin::test {

// An end of a connection; closed when this goes.
class Socket {
 public:
  explicit Socket(int fd);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }
  bool send_all(std::string_view bytes);  // false: the other side is gone
  void end_writing();
  void reset();  // the other side learns that this was no orderly end (RFC 9293 3.5.2)

 private:
  void close();

  int fd_;
};

class Passage {
 public:
  // All of them outlive this.
  Passage(Socket& client, Socket& server, const Fate& fate, const std::atomic<bool>& stopping)
      : client_(client), server_(server), fate_(fate), stopping_(stopping) {}

  Fault run();  // which fault it met in fact

 private:
  struct Direction {
    Socket& from;
    Socket& to;
    Fault cut_as;  // the fault that ends the connection in this direction
    std::size_t bytes = 0;
    bool open = true;
  };

  // False: the connection is over.
  bool pump();
  bool forward(Direction& direction);
  bool cut(Direction& direction, std::string_view bytes);
  bool drip(Direction& direction, std::string_view bytes);
  void wait();

  Socket& client_;
  Socket& server_;
  const Fate& fate_;
  const std::atomic<bool>& stopping_;
  Direction request_{client_, server_, Fault::cut_request}, reply_{server_, client_, Fault::cut_reply};
  Fault met_ = Fault::none;
};

}  // namespace lianxin::test
