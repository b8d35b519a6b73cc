#include "client-sdk/session/server_calls.h"

#include "client-sdk/core/problems.h"
#include "client-sdk/store/grants.h"
#include "client-sdk/store/own_changes.h"
#include "schema/json.h"
#include "schema/planted.h"
#include "sync/wire/enrolment.h"

namespace lianxin::client {
namespace {

constexpr const char* json_type = "application/json";

// A key that was made and told to nobody yet, or one whose answer did not come.
Result<SecretKey> key_under(PhoneCore& phone, const char* name) {
  return phone.db().write([&]() -> Result<SecretKey> {
    Meta meta(phone.db());
    SecretKey secret{};
    LX_TRY(const std::optional<std::string> stored, meta.get(name));
    if (stored && from_hex(*stored, secret)) return secret;
    phone.fill(secret);
    meta.set(name, to_hex(secret));
    return secret;
  });
}

// The answer to a request, read by `read`; none where it is not what such an answer is.
template <class Reply>
std::optional<Reply> read_as(Result<Reply> (*read)(const Value&), const TransportReply& reply) {
  const Result<Value> body = parse_json(reply.body);
  if (!body) return std::nullopt;
  Result<Reply> answer = read(*body);
  return answer ? std::optional(std::move(*answer)) : std::nullopt;
}

Status admitted(PhoneCore& phone, const EnrolReply& answer, Identity who) {
  if (answer.device != who.device) return refuse_with("bad_reply");
  who.token = answer.token;
  who.certificate = answer.certificate;
  who.member_name = answer.member_name;
  who.shared = answer.shared;
  who.member = who.current = answer.member;
  return phone.db().write([&]() -> Status {
    Meta meta(phone.db());
    meta.set_identity(who);
    meta.erase(meta_names::enrolling);
    meta.erase(meta_names::purged);
    return Grants(phone.db()).replace(answer.studios);
  });
}

// The same lines, in the same order, under the new key; what of them the server has is asked next. Of `next` only what
// the new key brings is taken: who uses the phone may have changed while the answer was on its way.
Status begin_chains_anew(PhoneCore& phone, const Identity& next) {
  return phone.db().write([&]() -> Status {
    LX_CHECK(phone.in_turn());
    LX_TRY(Identity who, phone.identity());
    who.secret = next.secret;
    who.key = next.key;
    who.device = next.device;
    who.token = next.token;
    who.certificate = next.certificate;
    Meta meta(phone.db());
    meta.set_identity(who);
    meta.erase(meta_names::rekeying);
    OwnChanges own(phone.db());
#ifdef LIANXIN_PLANTED_BUGS
    if (LX_PLANTED(fork_renames)) LX_CHECK(own.rename_all(phone));
#endif
    own.rechain(who.key);
    Studios studios(phone.db());
    std::vector<StudioState> all = studios.all();
    for (StudioState& studio : all) {
      studio.acked_n = 0;
      studio.ask_from.reset();
      if (own.last_n(studio.id) > 0) studio.ask_from = 1;
      studios.save(studio);
    }
    return {};
  });
}

}  // namespace

Problem not_answered(const TransportReply& reply) {
  Problem found = problem(reply.delivery == Delivery::not_sent ? "not_reached" : "no_answer");
  found.detail = reply.detail;
  return found;
}

void want_new_key(PhoneCore& phone) {
  SecretKey secret{};
  phone.fill(secret);
  Meta(phone.db()).set(meta_names::rekeying, to_hex(secret));
}

TransportReply ServerCalls::send(const Identity& who, std::string method, std::string path, std::string body,
                                 std::string content_type) {
  TransportRequest request;
  request.method = std::move(method);
  request.server = who.server;
  request.path = std::move(path);
  request.body = std::move(body);
  request.content_type = std::move(content_type);
  request.token = who.token;
  request.cancel = cancel_;
  return phone_.transport().call(request);
}

TransportReply ServerCalls::call(const Identity& who, std::string method, std::string path, std::string body,
                                 std::string content_type) {
  TransportReply reply = send(who, method, path, body, content_type);
  if (reply.delivery != Delivery::answered || reply.status != 401 || who.certificate.empty()) return reply;
  const std::optional<Identity> known = readmit(who);
  return known ? send(*known, std::move(method), std::move(path), std::move(body), std::move(content_type)) : reply;
}

std::optional<Identity> ServerCalls::readmit(const Identity& who) {
  const auto ask = [&]<class Reply>(const ReadmitRequest& request, Result<Reply> (*read)(const Value&)) {
    const TransportReply reply = send(who, "POST", "/v1/readmit", to_json(to_value(request)), json_type);
    const bool done = reply.delivery == Delivery::answered && reply.status == 200;
    return done ? read_as(read, reply) : std::nullopt;
  };
  const std::optional<NonceReply> given = ask(nonce_request(who.certificate), nonce_reply_of);
  if (!given) return std::nullopt;
  const std::optional<ReadmitReply> answer =
      ask(readmit_request(who.secret, who.certificate, given->nonce, who.device_name), readmit_reply_of);
  if (!answer || answer->device != who.device) return std::nullopt;
  Result<Identity> known = phone_.db().write([&]() -> Result<Identity> {
    LX_TRY(Identity now, phone_.identity());
    if (now.device != who.device) return failure(Errc::conflict, "the phone has taken a new key");
    now.token = answer->token;
    Meta(phone_.db()).set_identity(now);
    return now;
  });
  return known ? std::optional(std::move(*known)) : std::nullopt;
}

Expected<void> ServerCalls::enrol(const std::string& server, std::string_view code, std::string_view device_name) {
  const Result<SecretKey> secret = key_under(phone_, meta_names::enrolling);
  if (!secret) return problem_of(secret.error());
  Identity who;
  who.server = server;
  who.device_name = device_name;
  who.secret = *secret;
  who.key = public_key_of(*secret);
  who.device = device_id_of(who.key);
  const std::string body = to_json(to_value(enrol_request(*secret, code, device_name)));
  const TransportReply reply = call(who, "POST", "/v1/enrol", body, json_type);
  if (reply.delivery != Delivery::answered) return not_answered(reply);
  if (reply.status != 200 && reply.status != 201) return problem_of(reply);
  const std::optional<EnrolReply> answer = read_as(enrol_reply_of, reply);
  if (!answer) return problem("bad_reply");
  if (Status status = admitted(phone_, *answer, std::move(who)); !status) return problem_of(status.error());
  return {};
}

Expected<void> ServerCalls::rekey() {
  const Result<SecretKey> secret = key_under(phone_, meta_names::rekeying);
  if (!secret) return problem_of(secret.error());
  Result<Identity> old = phone_.db().read([&] { return phone_.identity(); });
  if (!old) return problem_of(old.error());
  Identity next = *old;
  next.secret = *secret;
  next.key = public_key_of(*secret);
  next.device = device_id_of(next.key);
  const std::string body = to_json(to_value(rekey_request(old->secret, next.key)));
  const TransportReply reply = call(*old, "POST", "/v1/rekey", body, json_type);
  if (reply.delivery != Delivery::answered) return not_answered(reply);
  if (reply.status != 200 && reply.status != 201) return problem_of(reply);
  const std::optional<RekeyReply> answer = read_as(rekey_reply_of, reply);
  if (!answer || answer->device != next.device) return problem("bad_reply");
  next.token = answer->token;
  next.certificate = answer->certificate;
  if (Status status = begin_chains_anew(phone_, next); !status) return problem_of(status.error());
  return {};
}

Expected<void> ServerCalls::fetch_kinds() {
  const Result<Identity> who = phone_.db().read([&] { return phone_.identity(); });
  if (!who) return problem_of(who.error());
  const TransportReply reply = call(*who, "GET", "/v1/kinds", {}, {});
  if (reply.delivery != Delivery::answered) return not_answered(reply);
  if (reply.status != 200) return problem_of(reply);
  // Those in memory are not those on disk where the write fails, and would pass for them until the app is started again.
  Status kept = phone_.db().alone([&] {
    Status written = phone_.db().write([&]() -> Status {
      LX_CHECK(phone_.in_turn());
      return phone_.set_catalog(reply.body);
    });
    if (!written) phone_.forget_catalog();
    return written;
  });
  return at_border(std::move(kept));
}

}  // namespace lianxin::client
