#include "client-sdk/session/call.h"

#include "client-sdk/core/problems.h"
#include "client-sdk/session/answer.h"
#include "client-sdk/session/server_address.h"
#include "sync/wire/enrolment.h"
#include "sync/wire/signed_request.h"

namespace lianxin::client {
namespace {

constexpr std::string_view readmit_path = "/v1/readmit";

}  // namespace

Call::Call(PhoneCore& phone, Identity who, std::string method, std::string path, std::string body,
           std::string content_type)
    : phone_(&phone), who_(std::move(who)) {
  call_.method = std::move(method);
  call_.path = std::move(path);
  call_.body = std::move(body);
  call_.content_type = std::move(content_type);
}

Call Call::sync(PhoneCore& phone, Identity who, std::string request) {
  Call call(phone, std::move(who), "POST", "/v1/sync", {}, sync_type);
  call.unsigned_ = std::move(request);
  call.sign_for(phone.server_now_ms());
  return call;
}

void Call::sign_for(std::int64_t server_ms) {
  call_.body = signed_request({who_.device, who_.secret}, server_ms, unsigned_);
}

// True: the answer was that the time it was signed for is not the server's, for the first time.
bool Call::signed_anew(const TransportReply& reply) {
  if (unsigned_.empty() || apart_ || refusal_in(reply) != problem_code::clock_apart) return false;
  const Result<Value> refusal = parse_json(reply.body);
  const Value* server_ms = refusal ? refusal->find("server_ms") : nullptr;
  if (!server_ms || !server_ms->integer()) return false;
  apart_ = true;
  phone_->note_server_ms(*server_ms->integer(), true);
  sign_for(*server_ms->integer());
  return true;
}

TransportRequest Call::request() const {
  TransportRequest request = call_;
  if (stage_ == Stage::nonce || stage_ == Stage::proof) {
    const ReadmitRequest readmit = stage_ == Stage::nonce
                                       ? nonce_request(who_.certificate)
                                       : readmit_request(who_.secret, who_.certificate, nonce_, who_.device_name);
    request.method = "POST";
    request.path = readmit_path;
    request.body = to_json(to_value(readmit));
    request.content_type = json_type;
  }
  request.server = who_.server;
  request.pins = who_.pins;
  request.token = who_.token;
  request.language = phone_->language;
  return request;
}

std::optional<std::string> Call::moved(const TransportReply& reply) const {
  const bool its_own = stage_ == Stage::first || stage_ == Stage::again;
  return moved_to(who_.server, its_own ? std::string_view(call_.path) : readmit_path, reply);
}

std::optional<TransportReply> Call::heard(TransportReply reply) {
  if (signed_anew(reply)) return std::nullopt;
  if (has_newer_token(reply)) return std::nullopt;
  switch (stage_) {
    case Stage::first:
      // A token that was taken away in between would not come through anew either.
      if (reply.status != 401 || who_.certificate.empty() || refusal_in(reply).empty() ||
          refusal_in(reply) == problem_code::token_missing) {
        return reply;
      }
      first_ = std::move(reply);
      stage_ = Stage::nonce;
      return std::nullopt;
    case Stage::nonce:
      if (!note_nonce(reply)) return std::move(first_);
      stage_ = Stage::proof;
      return std::nullopt;
    case Stage::proof:
      if (!note_token(reply)) return std::move(first_);
      stage_ = Stage::again;
      return std::nullopt;
    case Stage::again: break;
  }
  return reply;
}

// Another process of this phone was given another token meanwhile, and the server has heard of it since: the call is
// made with that one.
bool Call::has_newer_token(const TransportReply& reply) {
  const bool its_own = stage_ == Stage::first || stage_ == Stage::again;
  if (!its_own || refusal_in(reply) != "not_signed_in" || newer_tokens_ == newer_tokens_max) return false;
  const Result<Identity> now = phone_->db().read([&] { return phone_->identity(); });
  if (!now || now->device != who_.device || now->token == who_.token) return false;
  ++newer_tokens_;
  who_.token = now->token;
  return true;
}

bool Call::note_nonce(const TransportReply& reply) {
  const std::optional<NonceReply> given = read_answer(nonce_reply_of, reply);
  if (given) nonce_ = given->nonce;
  return given.has_value();
}

bool Call::note_token(const TransportReply& reply) {
  const std::optional<ReadmitReply> given = read_answer(readmit_reply_of, reply);
  if (!given || given->device != who_.device) return false;
  const Result<Identity> known = phone_->db().write([&]() -> Result<Identity> {
    LX_TRY(Identity now, phone_->identity());
    if (now.device != who_.device) return failure(Errc::conflict, "the phone has taken a new key");
    now.token = given->token;
    Meta(phone_->db()).set_identity(now);
    return now;
  });
  if (known) who_ = *known;
  return known.has_value();
}

}  // namespace lianxin::client
