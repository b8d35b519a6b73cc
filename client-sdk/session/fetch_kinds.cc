#include "client-sdk/session/fetch_kinds.h"

namespace lianxin::client {

Result<Call> kinds_call(PhoneCore& phone) {
  LX_TRY(Identity who, phone.db().read([&] { return phone.identity(); }));
  return Call(phone, std::move(who), "GET", "/v1/kinds", {}, {});
}

Status take_kinds(PhoneCore& phone, const TransportReply& answer) {
  // Those in memory are not those on disk where the write fails, and would pass for them until the app is started
  // again.
  return phone.db().alone([&] {
    Status written = phone.db().write([&]() -> Status {
      LX_CHECK(phone.in_turn());
      return phone.set_catalog(answer.body);
    });
    if (!written) phone.forget_catalog();
    return written;
  });
}

}  // namespace lianxin::client
