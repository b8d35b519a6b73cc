// How much one request carries: less and less where requests do not get through for their size, whatever stands in
// between.
#pragma once

#include <optional>

#include "client-sdk/session/request.h"

namespace lianxin::client {

class Shrink {
 public:
  // As a sync that did not get through has left it, whose last answer did not come: a phone that tries but once each
  // time gets there too.
  Status begin(PhoneCore& phone);
  std::size_t room() const { return room_; }

  // What came of a request that carried `asked`. True: it did not pass for its size, or for want of our server's answer
  // time and again, and the next is smaller.
  bool note(PhoneCore& phone, const BuiltRequest& asked, const TransportReply& answer);
  // A studio's part of it was more than its server takes at once. True: the next is smaller.
  bool note_too_much(PhoneCore& phone, const BuiltRequest& asked);
  // Whether that answer says that a request was too large which cannot be made smaller.
  static bool is_refused_for_size(const TransportReply& answer);

  Status end(PhoneCore& phone);  // all got through: the next sync begins with the whole room again

 private:
  void keep(PhoneCore& phone);

  std::size_t room_ = request_room_max;
  bool is_kept_ = false;  // on disk
  int unanswered_ = 0;    // in a row
};

}  // namespace lianxin::client
