// A peer that sends exactly the bytes it is told to.
#pragma once

#include <string>
#include <string_view>

namespace lianxin::server {

class RawPeer {
 public:
  explicit RawPeer(int port);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  // False as soon as the server takes no more.
  bool send(std::string_view bytes) const;

  // What comes until the server closes, or until it says nothing for `wait_ms`.
  std::string receive(int wait_ms = 3000) const;

 private:
  int socket_;
};

}  // namespace lianxin::server
