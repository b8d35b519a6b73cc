#include "client-sdk/session/shrink.h"

#include <algorithm>

#include "client-sdk/core/problems.h"

namespace lianxin::client {
namespace {

// One lost answer is what village networks do; a line that dies at some size does so each time.
constexpr int unanswered_max = 1;

// A firewall's word, a gateway's: what it minds may be the size, as with a line that dies.
bool is_blocked_between(const TransportReply& answer) {
  return answer.delivery == Delivery::answered && answer.status >= 400 && refusal_in(answer).empty();
}

}  // namespace

Status Shrink::begin(PhoneCore& phone) {
  LX_TRY(const std::int64_t kept, phone.db().read([&] { return Meta(phone.db()).number(meta_names::request_room); }));
  is_kept_ = kept > 0;
  if (!is_kept_) return {};
  room_ = std::min(room_, static_cast<std::size_t>(kept));
  unanswered_ = unanswered_max;
  return {};
}

// Where the disk is full it is known for this sync only.
void Shrink::keep(PhoneCore& phone) {
  const Status kept = phone.db().write([&]() -> Status {
    Meta(phone.db()).set(meta_names::request_room, std::to_string(room_));
    return {};
  });
  is_kept_ |= kept.has_value();
}

bool Shrink::is_refused_for_size(const TransportReply& answer) {
  return answer.delivery == Delivery::answered && answer.status == 413;
}

bool Shrink::note(PhoneCore& phone, const BuiltRequest& asked, const TransportReply& answer) {
  const bool refused = is_refused_for_size(answer);
  const bool unanswered = !refused && (answer.delivery == Delivery::unknown || is_blocked_between(answer));
  unanswered_ = unanswered ? unanswered_ + 1 : 0;
  if ((!unanswered && !refused) || asked.items <= 1 || room_ <= 1) return false;
  const bool shrinks = refused || unanswered_ > unanswered_max;
  if (shrinks) return note_too_much(phone, asked);
  keep(phone);
  return false;
}

bool Shrink::note_too_much(PhoneCore& phone, const BuiltRequest& asked) {
  if (asked.items <= 1 || room_ <= 1) return false;
  room_ = std::max<std::size_t>(1, std::min(room_, asked.bytes) / 2);
  keep(phone);
  return true;
}

Status Shrink::end(PhoneCore& phone) {
  if (!std::exchange(is_kept_, false)) return {};
  return phone.db().write([&]() -> Status {
    Meta(phone.db()).erase(meta_names::request_room);
    return {};
  });
}

}  // namespace lianxin::client
