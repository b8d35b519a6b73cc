#include "client-sdk/session/rekey.h"

#include "client-sdk/session/answer.h"
#include "client-sdk/store/own_changes.h"
#include "sync/wire/enrolment.h"

namespace lianxin::client {

Status note_fork(PhoneCore& phone) {
  return phone.db().write([&]() -> Status {
    LX_CHECK(phone.in_turn());
    phone.want_new_key();
    return {};
  });
}

Result<Call> rekey_call(PhoneCore& phone) {
  LX_TRY(const SecretKey next, phone.pending_key(meta_names::rekeying));
  LX_TRY(Identity old, phone.db().read([&] { return phone.identity(); }));
  std::string body = to_json(to_value(rekey_request(old.secret, public_key_of(next))));
  return Call(phone, std::move(old), "POST", "/v1/rekey", std::move(body), json_type);
}

Status take_new_key(PhoneCore& phone, const TransportReply& answer) {
  const std::optional<RekeyReply> given = read_answer(rekey_reply_of, answer);
  if (!given) return refuse_with(problem_code::bad_reply);
  return phone.db().write([&]() -> Status {
    LX_CHECK(phone.in_turn());
    LX_TRY(Identity who, phone.identity());  // of today: who uses the phone may have changed since the call
    LX_TRY(who.secret, phone.pending_key(meta_names::rekeying));
    who.key = public_key_of(who.secret);
    who.device = device_id_of(who.key);
    if (given->device != who.device) return refuse_with(problem_code::bad_reply);
    who.token = given->token;
    who.certificate = given->certificate;
    Meta meta(phone.db());
    meta.set_identity(who);
    meta.erase(meta_names::rekeying);
    OwnChanges own(phone.db());
    own.rechain(who.key);
    Studios studios(phone.db());
    for (StudioState& studio : studios.all()) {
      studio.acked_n = 0;
      studio.asking_from.reset();
      if (own.last_n(studio.id) > 0) studio.asking_from = 1;
      studios.save(studio);
    }
    return {};
  });
}

}  // namespace lianxin::client
