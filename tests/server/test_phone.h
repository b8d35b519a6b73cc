// The bytes that a phone would send, made by hand: its key, its chains, its requests.
#pragma once

#include <map>
#include <string>

#include "sync/wire/messages.h"
#include "tests/server/test_server.h"

namespace lianxin::server_test {

using namespace server;

class TestPhone {
 public:
  explicit TestPhone(std::uint8_t seed);

  std::string enrol_body(const std::string& code) const;
  Response enrol(TestServer& server, const std::string& code);  // takes the token where there is one
  Response rekey(TestServer& server, const TestPhone& next) const;
  Response readmit(TestServer& server, std::string_view certificate, std::string_view nonce) const;

  // One more change in its own log, not yet sent.
  ChangeId record(const StudioId& studio, const MemberId& member, const RecordId& record, const std::string& kind,
                  std::vector<Write> writes, const std::string& reason = {});

  // All that is not acknowledged, and a page.
  SyncRequest request(const StudioId& studio) const;
  // As it is sent: signed, for the server's time unless another is said.
  std::string body_of(const TestServer& server, const SyncRequest& request) const;
  std::string body_at(std::int64_t at_ms, const SyncRequest& request) const;
  Response ask_sync(TestServer& server, const SyncRequest& request) const;
  SyncReply sync(TestServer& server, const SyncRequest& request);  // and notes what is acknowledged

  Signature signs(std::string_view message) const { return sign(secret_, message); }
  PublicKey key() const { return public_key_of(secret_); }
  DeviceId device() const { return device_id_of(key()); }
  std::string token;
  std::int64_t kinds_version = 1;
  std::int64_t claims_ms = noon_ms;  // when it says it made what it records next
  std::map<StudioId, std::string> cursors;

 private:
  struct Log {
    std::vector<std::string> lines;
    std::vector<Hash> h;  // h[n] after n lines
    N acked_n = 0;
  };

  SecretKey secret_{};
  std::map<StudioId, Log> logs_;
  std::uint8_t changes_ = 0;
};

RecordId record_id(std::uint8_t number);
Write put(const std::string& field, Value value);

// A code for `member` in `studio`.
std::string code_for(TestServer& server, const StudioId& studio, const MemberId& member, bool shared = false);

// Enrolled, with its token.
TestPhone phone_of(TestServer& server, std::uint8_t seed, const StudioId& studio, const MemberId& member,
                   bool shared = false);

}  // namespace lianxin::server_test
