// A peer that sends exactly the bytes it is told to.
#pragma once

#include <string>
#include <string_view>

namespace lianxin::server {

class RawPeer {
 public:
  // From 127.0.0.`host`, with room for so many unread bytes (0: as the machine has it).
  explicit RawPeer(int port, int host = 1, int receive_bytes = 0);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  // False as soon as the server takes no more.
  bool send(std::string_view bytes) const;

  // What comes until the server closes, or until it says nothing for `wait_ms`.
  std::string receive(int wait_ms = 3000) const;

  // The same as far as the end of `text`.
  std::string receive_to(std::string_view text, int wait_ms = 3000) const;
  bool is_closed() const;  // by the server, and nothing is unread

 private:
  int socket_;
};

}  // namespace lianxin::server
