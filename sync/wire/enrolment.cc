#include "sync/wire/enrolment.h"

#include <algorithm>

#include "sync/model/limits.h"
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

tl::unexpected<Error> wrong(std::string_view name) { return failure(Errc::invalid_argument, std::string(name)); }

template <class IdType>
Status read_id(const Value& body, std::string_view name, IdType& id) {
  const auto parsed = IdType::parse(body.text_at(name));
  if (!parsed) return wrong(name);
  id = *parsed;
  return {};
}

template <std::size_t N>
Status read_bytes(const Value& body, std::string_view name, Bytes<N>& out) {
  const auto bytes = from_base64url(body.text_at(name));
  if (!bytes || bytes->size() != N) return wrong(name);
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return {};
}

Status read_present(const Value& body, std::string_view name, std::string& out) {
  out = body.text_at(name);
  if (out.empty()) return wrong(name);
  return {};
}

Status read_device_name(const Value& body, std::string& out) {
  out = body.text_at("device_name");
  const auto characters =
      std::count_if(out.begin(), out.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (static_cast<std::size_t>(characters) <= limits::device_name_chars_max) return {};
  return wrong("device_name is longer than device_name_chars_max");
}

}  // namespace

EnrolRequest enrol_request(const SecretKey& secret, std::string_view code, std::string_view device_name) {
  EnrolRequest request{std::string(code), public_key_of(secret), std::string(device_name), {}};
  request.signature = sign(secret, enrol_text(request));
  return request;
}

bool is_signed(const EnrolRequest& request) { return verify(request.key, enrol_text(request), request.signature); }

Value to_value(const EnrolRequest& request) {
  return Value::Object{{"code", request.code},
                       {"public_key", to_base64url(request.key)},
                       {"device_name", request.device_name},
                       {"signature", to_base64url(request.signature)}};
}

Result<EnrolRequest> enrol_request_of(const Value& body) {
  EnrolRequest request;
  request.code = body.text_at("code");
  LX_CHECK(read_bytes(body, "public_key", request.key));
  LX_CHECK(read_bytes(body, "signature", request.signature));
  LX_CHECK(read_device_name(body, request.device_name));
  return request;
}

Value to_value(const EnrolReply& reply) {
  Value::List studios;
  for (const GrantedStudio& studio : reply.studios) studios.push_back(granted_value(studio));
  return Value::Object{{"device", reply.device.text()},    {"member", reply.member.text()},
                       {"member_name", reply.member_name}, {"token", reply.token},
                       {"certificate", reply.certificate}, {"shared", reply.shared},
                       {"studios", std::move(studios)},    {"server_ms", reply.server_ms}};
}

Result<EnrolReply> enrol_reply_of(const Value& body) {
  EnrolReply reply;
  LX_CHECK(read_id(body, "device", reply.device));
  LX_CHECK(read_id(body, "member", reply.member));
  LX_CHECK(read_present(body, "token", reply.token));
  reply.member_name = body.text_at("member_name");
  reply.certificate = body.text_at("certificate");
  reply.shared = body.boolean_at("shared");
  for (const Value& item : body.list_at("studios")) {
    LX_TRY(GrantedStudio studio, granted_of(item));
    reply.studios.push_back(std::move(studio));
  }
  reply.server_ms = body.integer_at("server_ms");
  return reply;
}

RekeyRequest rekey_request(const SecretKey& old_secret, const PublicKey& new_key) {
  return {device_id_of(public_key_of(old_secret)), new_key, sign(old_secret, rekey_text(new_key))};
}

bool is_signed(const RekeyRequest& request, const PublicKey& old_key) {
  return verify(old_key, rekey_text(request.key), request.signature);
}

Value to_value(const RekeyRequest& request) {
  return Value::Object{{"device", request.device.text()},
                       {"public_key", to_base64url(request.key)},
                       {"signature", to_base64url(request.signature)}};
}

Result<RekeyRequest> rekey_request_of(const Value& body) {
  RekeyRequest request;
  LX_CHECK(read_id(body, "device", request.device));
  LX_CHECK(read_bytes(body, "public_key", request.key));
  LX_CHECK(read_bytes(body, "signature", request.signature));
  return request;
}

Value to_value(const RekeyReply& reply) {
  return Value::Object{{"device", reply.device.text()}, {"token", reply.token}, {"certificate", reply.certificate}};
}

Result<RekeyReply> rekey_reply_of(const Value& body) {
  RekeyReply reply;
  LX_CHECK(read_id(body, "device", reply.device));
  LX_CHECK(read_present(body, "token", reply.token));
  LX_CHECK(read_present(body, "certificate", reply.certificate));
  return reply;
}

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

Value to_value(const ReadmitRequest& request) {
  Value::Object body{{"certificate", request.certificate}};
  if (request.nonce.empty()) return body;
  body.emplace("nonce", request.nonce);
  body.emplace("device_name", request.device_name);
  body.emplace("signature", to_base64url(request.signature));
  return body;
}

Result<ReadmitRequest> readmit_request_of(const Value& body) {
  ReadmitRequest request;
  request.certificate = body.text_at("certificate");
  request.nonce = body.text_at("nonce");
  if (request.nonce.empty()) return request;
  LX_CHECK(read_bytes(body, "signature", request.signature));
  LX_CHECK(read_device_name(body, request.device_name));
  return request;
}

Value to_value(const NonceReply& reply) { return Value::Object{{"nonce", reply.nonce}}; }

Result<NonceReply> nonce_reply_of(const Value& body) {
  NonceReply reply;
  LX_CHECK(read_present(body, "nonce", reply.nonce));
  return reply;
}

Value to_value(const ReadmitReply& reply) {
  return Value::Object{{"device", reply.device.text()}, {"token", reply.token}};
}

Result<ReadmitReply> readmit_reply_of(const Value& body) {
  ReadmitReply reply;
  LX_CHECK(read_id(body, "device", reply.device));
  LX_CHECK(read_present(body, "token", reply.token));
  return reply;
}

}  // namespace lianxin
