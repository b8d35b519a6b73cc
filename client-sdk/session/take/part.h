// One studio's part of a reply, and the request that it answers. Both outlive the steps that take it.
#pragma once

#include "client-sdk/core/phone_core.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

struct Part {
  PhoneCore& phone;
  const StudioRequest& asked;
  const StudioReply& reply;
  bool offering = false;       // heads of this studio were offered in that request
  std::int64_t server_ms = 0;  // of the reply
};

}  // namespace lianxin::client
