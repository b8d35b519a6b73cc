#include "sync/wire/enrolment.h"

#include "schema/text.h"
#include "sync/model/limits.h"
#include "sync/model/parts.h"
#include "sync/wire/certificate.h"
#include "sync/wire/envelope.h"

namespace lianxin {
namespace {

// Each signed text begins with its purpose and its version, so that no text signed for one purpose passes for another.
std::string enrol_text(const EnrolRequest& request) {
  return "lianxin enrol v1" + request.code + std::string(view(request.key));
}

std::string rekey_text(const PublicKey& new_key) { return "lianxin rekey v1" + std::string(view(new_key)); }

std::string readmit_text(const ReadmitRequest& request) {
  return "lianxin readmit v1|" + request.nonce + "|" + request.certificate;
}

std::string prove_text(const Bytes<32>& challenge) { return "lianxin prove v1|" + std::string(view(challenge)); }

Error wrong(std::string_view name) { return {Errc::invalid_argument, std::string(name)}; }

Status check_name(const std::string& device_name) {
  if (device_name.find('\0') != std::string::npos) return tl::unexpected(wrong("device_name has U+0000"));
  if (character_count(device_name) <= limits::device_name_chars_max) return {};
  return tl::unexpected(wrong("device_name is longer than device_name_chars_max"));
}

constexpr auto enrol_request_parts = [](auto& part, auto& request) {
  part.plain("code", request.code);
  part.base64url("public_key", request.key);
  part.base64url("signature", request.signature);
  part.plain("device_name", request.device_name);
};

constexpr auto enrol_reply_parts = [](auto& part, auto& reply) {
  part.text("device", reply.device);
  part.text("member", reply.member);
  part.present("token", reply.token);
  part.plain("member_name", reply.member_name);
  part.plain("certificate", reply.certificate);
  part.plain("shared", reply.shared);
  part.items("studios", reply.studios, When::always, granted_value, granted_of);
  part.plain("server_ms", reply.server_ms);
};

constexpr auto rekey_request_parts = [](auto& part, auto& request) {
  part.text("device", request.device);
  part.base64url("public_key", request.key);
  part.base64url("signature", request.signature);
};

constexpr auto rekey_reply_parts = [](auto& part, auto& reply) {
  part.text("device", reply.device);
  part.present("token", reply.token);
  part.present("certificate", reply.certificate);
};

constexpr auto readmit_request_parts = [](auto& part, auto& request) {
  part.plain("certificate", request.certificate);
  part.plain("nonce", request.nonce, When::if_any);
  if (request.nonce.empty()) return;
  part.plain("device_name", request.device_name);
  part.base64url("signature", request.signature);
};

constexpr auto nonce_reply_parts = [](auto& part, auto& reply) { part.present("nonce", reply.nonce); };

constexpr auto readmit_reply_parts = [](auto& part, auto& reply) {
  part.text("device", reply.device);
  part.present("token", reply.token);
};

constexpr auto prove_request_parts = [](auto& part, auto& request) { part.base64url("challenge", request.challenge); };

constexpr auto prove_reply_parts = [](auto& part, auto& reply) {
  part.base64url("public_key", reply.key);
  part.base64url("signature", reply.signature);
};

}  // namespace

EnrolRequest enrol_request(const SecretKey& secret, std::string_view code, std::string_view device_name) {
  EnrolRequest request{std::string(code), public_key_of(secret), std::string(device_name), {}};
  request.signature = sign(secret, enrol_text(request));
  return request;
}

bool is_signed(const EnrolRequest& request) { return verify(request.key, enrol_text(request), request.signature); }

Value to_value(const EnrolRequest& request) { return written(enrol_request_parts, request); }

Result<EnrolRequest> enrol_request_of(const Value& body) {
  LX_TRY(EnrolRequest request, read_parts<EnrolRequest>(enrol_request_parts, body, wrong));
  LX_CHECK(check_name(request.device_name));
  return request;
}

Value to_value(const EnrolReply& reply) { return written(enrol_reply_parts, reply); }

Result<EnrolReply> enrol_reply_of(const Value& body) { return read_parts<EnrolReply>(enrol_reply_parts, body, wrong); }

RekeyRequest rekey_request(const SecretKey& old_secret, const PublicKey& new_key) {
  return {device_id_of(public_key_of(old_secret)), new_key, sign(old_secret, rekey_text(new_key))};
}

bool is_signed(const RekeyRequest& request, const PublicKey& old_key) {
  return verify(old_key, rekey_text(request.key), request.signature);
}

Value to_value(const RekeyRequest& request) { return written(rekey_request_parts, request); }

Result<RekeyRequest> rekey_request_of(const Value& body) {
  return read_parts<RekeyRequest>(rekey_request_parts, body, wrong);
}

Value to_value(const RekeyReply& reply) { return written(rekey_reply_parts, reply); }

Result<RekeyReply> rekey_reply_of(const Value& body) { return read_parts<RekeyReply>(rekey_reply_parts, body, wrong); }

ReadmitRequest nonce_request(std::string_view certificate) { return {std::string(certificate), {}, {}, {}}; }

ReadmitRequest readmit_request(const SecretKey& secret, std::string_view certificate, std::string_view nonce,
                               std::string_view device_name) {
  ReadmitRequest request{std::string(certificate), std::string(nonce), std::string(device_name), {}};
  request.signature = sign(secret, readmit_text(request));
  return request;
}

bool is_signed(const ReadmitRequest& request, const PublicKey& key) {
  return verify(key, readmit_text(request), request.signature);
}

Value to_value(const ReadmitRequest& request) { return written(readmit_request_parts, request); }

Result<ReadmitRequest> readmit_request_of(const Value& body) {
  LX_TRY(ReadmitRequest request, read_parts<ReadmitRequest>(readmit_request_parts, body, wrong));
  LX_CHECK(check_name(request.device_name));
  return request;
}

Value to_value(const NonceReply& reply) { return written(nonce_reply_parts, reply); }

Result<NonceReply> nonce_reply_of(const Value& body) { return read_parts<NonceReply>(nonce_reply_parts, body, wrong); }

Value to_value(const ReadmitReply& reply) { return written(readmit_reply_parts, reply); }

Result<ReadmitReply> readmit_reply_of(const Value& body) {
  return read_parts<ReadmitReply>(readmit_reply_parts, body, wrong);
}

Value to_value(const ProveRequest& request) { return written(prove_request_parts, request); }

Result<ProveRequest> prove_request_of(const Value& body) {
  return read_parts<ProveRequest>(prove_request_parts, body, wrong);
}

ProveReply prove_reply(const SecretKey& server, const ProveRequest& request) {
  return {public_key_of(server), sign(server, prove_text(request.challenge))};
}

bool proves(const ProveReply& reply, const Bytes<32>& challenge, std::string_view certificate) {
  return read_certificate(reply.key, certificate) && verify(reply.key, prove_text(challenge), reply.signature);
}

Value to_value(const ProveReply& reply) { return written(prove_reply_parts, reply); }

Result<ProveReply> prove_reply_of(const Value& body) { return read_parts<ProveReply>(prove_reply_parts, body, wrong); }

}  // namespace lianxin
