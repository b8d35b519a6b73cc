// What a phone or a person at a desk shows to be let in: enrolment codes as they were typed, certificates, tokens, and
// the bodies of those exchanges. The input is tried as each of them. As a fuzzer cannot sign, what it says in a
// certificate is also signed for it.
#include "sync/wire/enrolment.h"

#include "schema/assert.h"
#include "schema/json.h"
#include "server/http/message.h"
#include "server/people/secrets.h"
#include "sync/wire/certificate.h"
#include "tests/fuzz/county.h"
#include "tests/fuzz/target.h"

namespace lianxin::fuzz {

using namespace server;

namespace {

void read_code(std::string_view typed) {
  const std::string code = normal_enrol_code(typed);
  LX_ASSERT(code.empty() || (code.size() == 14 && normal_enrol_code(code) == code));
  LX_ASSERT(bearer_token_of(std::string("Bearer ") + std::string(typed)).size() <= 512);
}

void read_as_certificate(std::string_view text) {
  const SelfDevice& server = county().self;
  LX_ASSERT(!read_certificate(server.key, text));  // nobody has signed it
  const std::string signature = to_base64url(sign(server.secret, "lianxin certificate v1|" + std::string(text)));
  const auto read = read_certificate(server.key, to_base64url(as_bytes(text)) + "." + signature);
  if (!read) return;
  const auto again = read_certificate(server.key, sign_certificate(server.secret, *read));
  LX_ASSERT(again && again->device == read->device && again->key == read->key && again->member == read->member &&
            again->studio == read->studio && again->shared == read->shared && again->enrolled_ms == read->enrolled_ms);
}

template <class Body>
void read_as_body(Result<Body> (*read)(const Value&), const Value& value) {
  const Result<Body> body = read(value);
  if (!body) return;
  const Result<Body> again = read(to_value(*body));
  LX_ASSERT(again && *again == *body);
}

void read_as_bodies(std::string_view text) {
  const Result<Value> value = parse_json(text);
  if (!value) return;
  read_as_body(enrol_request_of, *value);
  read_as_body(enrol_reply_of, *value);
  read_as_body(rekey_request_of, *value);
  read_as_body(rekey_reply_of, *value);
  read_as_body(readmit_request_of, *value);
  read_as_body(nonce_reply_of, *value);
  read_as_body(readmit_reply_of, *value);
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = lianxin::fuzz::text_of(data, size);
  lianxin::fuzz::read_code(text);
  lianxin::fuzz::read_as_certificate(text);
  lianxin::fuzz::read_as_bodies(text);
  return 0;
}
