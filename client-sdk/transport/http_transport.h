// Bytes over HTTP or HTTPS, by cpp-httplib. Says what it knows of their fate: what failed before anything was written
// was not sent; what failed after is unknown.
#pragma once

#include "lianxin/transport.h"

namespace lianxin::client {

class HttpTransport final : public Transport {
 public:
  explicit HttpTransport(HttpOptions options) : options_(std::move(options)) {}

  // A connection of its own for each call: a phone's network changes between two syncs more often than it stays.
  TransportReply call(const TransportRequest& request) override;

 private:
  HttpOptions options_;
};

}  // namespace lianxin::client
