#include "sync/wire/enrolment.h"

#include <doctest/doctest.h>

#include "sync/model/limits.h"
#include "sync/wire/certificate.h"

namespace lianxin {
namespace {

SecretKey secret_of(std::uint8_t seed) {
  SecretKey secret{};
  secret.fill(seed);
  return secret;
}

template <class Body>
void check_comes_back(const Body& body, Result<Body> (*read)(const Value&)) {
  const Result<Body> again = read(to_value(body));
  REQUIRE(again.has_value());
  CHECK(*again == body);
}

std::string error_of(const Result<EnrolRequest>& read) { return read ? std::string() : read.error().message; }

}  // namespace

TEST_SUITE("sync/wire/enrolment") {
  TEST_CASE("each body is read as it was written (PROTOCOL 9)") {
    const SecretKey secret = secret_of(1), next = secret_of(2);
    const DeviceId device = device_id_of(public_key_of(secret));
    check_comes_back(enrol_request(secret, "ABCD-EFGH-JKMN", "测试机"), enrol_request_of);
    check_comes_back(EnrolReply{device, MemberId{}, "郝商量", "token", "certificate", true, {GrantedStudio{}}, 7},
                     enrol_reply_of);
    check_comes_back(rekey_request(secret, public_key_of(next)), rekey_request_of);
    check_comes_back(RekeyReply{device, "token", "certificate"}, rekey_reply_of);
    check_comes_back(nonce_request("certificate"), readmit_request_of);
    check_comes_back(NonceReply{"nonce"}, nonce_reply_of);
    check_comes_back(readmit_request(secret, "certificate", "nonce", "测试机"), readmit_request_of);
    check_comes_back(ReadmitReply{device, "token"}, readmit_reply_of);
    ProveRequest prove;
    prove.challenge.fill(7);
    check_comes_back(prove, prove_request_of);
    check_comes_back(prove_reply(secret, prove), prove_reply_of);
  }

  TEST_CASE(
      "a server is the one of an enrolment where its key signed both the challenge and the certificate (PROTOCOL "
      "9.4)") {
    const SecretKey server = secret_of(1), other = secret_of(2);
    const PublicKey phone = public_key_of(secret_of(3));
    const std::string certificate = sign_certificate(server, {device_id_of(phone), phone, {}, {}, false, 1, 2});
    ProveRequest asked, another;
    asked.challenge.fill(7);
    CHECK(proves(prove_reply(server, asked), asked.challenge, certificate));
    CHECK_FALSE(proves(prove_reply(server, another), asked.challenge, certificate));
    CHECK_FALSE(proves(prove_reply(other, asked), asked.challenge, certificate));
    ProveReply borrowed = prove_reply(other, asked);
    borrowed.key = public_key_of(server);
    CHECK_FALSE(proves(borrowed, asked.challenge, certificate));
    CHECK_FALSE(proves(prove_reply(server, asked), asked.challenge, ""));
  }

  TEST_CASE("a device's name has no NUL in it") {
    const auto read = enrol_request_of(to_value(enrol_request(secret_of(1), "CODE", std::string("甲\0乙", 7))));
    CHECK(error_of(read).find("device_name") != std::string::npos);
  }

  TEST_CASE("a signature holds for what was asked, and for nothing else") {
    const SecretKey secret = secret_of(1), other = secret_of(2);
    EnrolRequest enrol = enrol_request(secret, "ABCD-EFGH-JKMN", "测试机");
    CHECK(is_signed(enrol));
    enrol.code = "ABCD-EFGH-JKMP";
    CHECK_FALSE(is_signed(enrol));

    RekeyRequest rekey = rekey_request(secret, public_key_of(other));
    CHECK(is_signed(rekey, public_key_of(secret)));
    CHECK_FALSE(is_signed(rekey, public_key_of(other)));
    rekey.key = public_key_of(secret);
    CHECK_FALSE(is_signed(rekey, public_key_of(secret)));

    ReadmitRequest readmit = readmit_request(secret, "certificate", "nonce", "测试机");
    CHECK(is_signed(readmit, public_key_of(secret)));
    CHECK_FALSE(is_signed(readmit, public_key_of(other)));
    readmit.nonce = "another";
    CHECK_FALSE(is_signed(readmit, public_key_of(secret)));
  }

  // A phone in the field and a server of another day sign and check the same bytes.
  TEST_CASE("the texts that are signed are those of version 1 (PROTOCOL 9)") {
    const SecretKey secret = secret_of(1);
    const PublicKey key = public_key_of(secret), next = public_key_of(secret_of(2));
    CHECK(enrol_request(secret, "CODE", "n").signature ==
          sign(secret, "lianxin enrol v1CODE" + std::string(view(key))));
    CHECK(rekey_request(secret, next).signature == sign(secret, "lianxin rekey v1" + std::string(view(next))));
    CHECK(readmit_request(secret, "C", "N", "n").signature == sign(secret, "lianxin readmit v1|N|C"));
  }

  TEST_CASE("a body that lacks a part is refused by that part's name") {
    const Value whole = to_value(enrol_request(secret_of(1), "ABCD-EFGH-JKMN", "测试机"));
    for (const char* part : {"public_key", "signature"}) {
      Value::Object body = *whole.object();
      body.erase(part);
      CHECK(error_of(enrol_request_of(body)) == part);
      body.insert_or_assign(part, "AAAA");
      CHECK(error_of(enrol_request_of(body)) == part);
    }
    CHECK_FALSE(rekey_reply_of(to_value(RekeyReply{DeviceId{}, {}, "certificate"})));
    CHECK_FALSE(readmit_reply_of(to_value(ReadmitReply{DeviceId{}, {}})));
    CHECK_FALSE(nonce_reply_of(Value::Object{}));
  }

  TEST_CASE("a device's name is counted in characters and not in bytes") {
    std::string name;
    for (std::size_t i = 0; i < limits::device_name_chars_max; ++i) name += "机";
    CHECK(enrol_request_of(to_value(enrol_request(secret_of(1), "CODE", name))));
    name += "机";
    CHECK(error_of(enrol_request_of(to_value(enrol_request(secret_of(1), "CODE", name)))) ==
          "device_name is longer than device_name_chars_max");
  }
}

}  // namespace lianxin
