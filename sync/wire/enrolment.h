// How a phone becomes a device, takes a new key, is known again by a server that was set back, and knows its server
// again (PROTOCOL 9). Both halves of each exchange: the phone makes a signed request, the server checks it and answers,
// the phone reads that.
//
// Every body is one JSON object. `to_value` writes it, `…_of` reads it; those fail with invalid_argument, whose message
// names the part that is missing or wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/value.h"
#include "sync/crypto/hash.h"
#include "sync/wire/messages.h"

namespace lianxin {

// 9.1 Enrol: a one-time code, and the key that is to be the device's.
struct EnrolRequest {
  std::string code;  // as it was typed
  PublicKey key{};
  std::string device_name;
  Signature signature{};
  friend bool operator==(const EnrolRequest&, const EnrolRequest&) = default;
};
EnrolRequest enrol_request(const SecretKey& secret, std::string_view code, std::string_view device_name);
bool is_signed(const EnrolRequest& request);
Value to_value(const EnrolRequest& request);
Result<EnrolRequest> enrol_request_of(const Value& body);

struct EnrolReply {
  DeviceId device;
  MemberId member;  // it is enrolled for
  std::string member_name, token, certificate;
  bool shared = false;
  std::vector<GrantedStudio> studios;
  std::int64_t server_ms = 0;
  friend bool operator==(const EnrolReply&, const EnrolReply&) = default;
};
Value to_value(const EnrolReply& reply);
Result<EnrolReply> enrol_reply_of(const Value& body);

// 9.2 Rekey: the new key, vouched for by the old one.
struct RekeyRequest {
  DeviceId device;  // the old one
  PublicKey key{};  // the new one
  Signature signature{};
  friend bool operator==(const RekeyRequest&, const RekeyRequest&) = default;
};
RekeyRequest rekey_request(const SecretKey& old_secret, const PublicKey& new_key);
bool is_signed(const RekeyRequest& request, const PublicKey& old_key);
Value to_value(const RekeyRequest& request);
Result<RekeyRequest> rekey_request_of(const Value& body);

struct RekeyReply {
  DeviceId device;  // the new one
  std::string token, certificate;
  friend bool operator==(const RekeyReply&, const RekeyReply&) = default;
};
Value to_value(const RekeyReply& reply);
Result<RekeyReply> rekey_reply_of(const Value& body);

// 9.3 Readmit: the certificate of the enrolment. Without a nonce it asks for one; with one, which it signs, for a
// token.
struct ReadmitRequest {
  std::string certificate, nonce, device_name;
  Signature signature{};
  friend bool operator==(const ReadmitRequest&, const ReadmitRequest&) = default;
};
ReadmitRequest nonce_request(std::string_view certificate);
ReadmitRequest readmit_request(const SecretKey& secret, std::string_view certificate, std::string_view nonce,
                               std::string_view device_name);
bool is_signed(const ReadmitRequest& request, const PublicKey& key);
Value to_value(const ReadmitRequest& request);
Result<ReadmitRequest> readmit_request_of(const Value& body);

struct NonceReply {
  std::string nonce;
  friend bool operator==(const NonceReply&, const NonceReply&) = default;
};
Value to_value(const NonceReply& reply);
Result<NonceReply> nonce_reply_of(const Value& body);

struct ReadmitReply {
  DeviceId device;
  std::string token;
  friend bool operator==(const ReadmitReply&, const ReadmitReply&) = default;
};
Value to_value(const ReadmitReply& reply);
Result<ReadmitReply> readmit_reply_of(const Value& body);

// 9.4 Prove: random bytes, which whoever holds the key of the certificates signs.
struct ProveRequest {
  Bytes<32> challenge{};
  friend bool operator==(const ProveRequest&, const ProveRequest&) = default;
};
Value to_value(const ProveRequest& request);
Result<ProveRequest> prove_request_of(const Value& body);

struct ProveReply {
  PublicKey key{};  // the server's
  Signature signature{};
  friend bool operator==(const ProveReply&, const ProveReply&) = default;
};
ProveReply prove_reply(const SecretKey& server, const ProveRequest& request);
// Whether it answers that challenge, by the key that signed that certificate.
bool proves(const ProveReply& reply, const Bytes<32>& challenge, std::string_view certificate);
Value to_value(const ProveReply& reply);
Result<ProveReply> prove_reply_of(const Value& body);

}  // namespace lianxin
